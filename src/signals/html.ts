/** HTML that hides something or asks for something. */
import { counted, family } from './family.ts';
import type { SignalInput } from './signal.ts';

export const html = family(
  'html',
  {
    'html-hidden-text': 'More text is there that a reader cannot see than a preview needs; the value is its number of letters.',
    'html-mostly-hidden': 'More text is hidden than shown.',
    'html-form': 'The message contains a form to fill in.',
    'html-password': 'The message asks for a password in a form.',
    'html-script': 'The message contains a script.',
    'html-only': 'There is HTML and no plain text beside it.',
    'html-image-only': 'The message consists of pictures with next to no text.',
    'html-remote-images': 'Pictures are fetched from elsewhere when the message is opened; the value is their number.',
    'text-short': 'There is hardly any text.',
  },
  look,
);

/** Newsletters hide the words that mailboxes show beside the subject, and fill up with characters that nobody sees. */
const PREVIEW_LETTERS = 150;
/** How many letters and digits. */
export const lettersIn = (text: string): number => text.replace(/[^\p{L}\p{N}]+/gu, '').length;

function look({ message }: SignalInput) {
  const facts = message.html;
  const text = message.text.trim();
  if (facts === null) return { ...NOTHING, 'text-short': text.length < 40 };
  // A preview at most is nothing to count.
  const hidden = facts.hiddenText.length > PREVIEW_LETTERS ? lettersIn(facts.hiddenText) : 0;
  const shown = facts.visibleText.trim().length;
  const images = facts.remoteImages + facts.inlineImages;
  return {
    'html-hidden-text': counted(hidden > PREVIEW_LETTERS ? hidden : 0),
    'html-mostly-hidden': hidden > PREVIEW_LETTERS && hidden > lettersIn(facts.visibleText),
    'html-form': facts.forms > 0,
    'html-password': facts.passwordFields > 0,
    'html-script': facts.scripts > 0,
    'html-only': !message.parts.some(({ type }) => type === 'text/plain'),
    'html-image-only': images > 0 && shown < 60,
    'html-remote-images': counted(facts.remoteImages),
    'text-short': text.length < 40,
  };
}

const NOTHING = {
  'html-hidden-text': null, 'html-mostly-hidden': null, 'html-form': null, 'html-password': null, 'html-script': null, 'html-only': null,
  'html-image-only': null, 'html-remote-images': null,
} as const;
