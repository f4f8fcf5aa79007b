/** PURE. What a sender reads who was turned away: the page's words, chosen by language (policy language, "Words for senders"). */
import { words } from '../words/index.ts';
import type { ResolvedRejection } from './resolved.ts';

export interface WordingInput {
  readonly rejection: ResolvedRejection;
  /** The page's language. */
  readonly language: string;
  /** Of the message, or null. */
  readonly messageLanguage: string | null;
  /** Whether other than ASCII characters can travel (SMTPUTF8). */
  readonly utf8: boolean;
  /** Never-welcome senders are not asked to get in touch. */
  readonly withContact: boolean;
}

/**
 * The text of a rejection without code and reference; '\n' between lines, no other control characters.
 * In the language of the message if the page has it, else in the page's, else in English; what cannot travel falls
 * back to the English text, and to a built-in courteous sentence.
 */
export function rejectionWords(input: WordingInput): string {
  const { rejection, utf8 } = input;
  for (const language of candidates(input)) {
    const written = rejection.message[language]?.value;
    if (written === undefined) continue;
    const whole = finished(written, language, input);
    const text = utf8 ? whole : asciiPunctuation(whole);
    if (text !== '' && (utf8 || isAscii(text))) return text;
  }
  return builtIn(input);
}

/** What a server reads that is asked to try again. */
export function retryWords(): string {
  return words('en', 'decision.sender.retry');
}

/** The chosen language, then English, which everything can carry. */
function candidates({ rejection, language, messageLanguage }: WordingInput): readonly string[] {
  const wanted = [messageLanguage, language].flatMap((tag) => (tag === null ? [] : [tag, tag.split('-')[0] as string]));
  const chosen = wanted.find((tag) => rejection.message[tag] !== undefined);
  return chosen === undefined ? ['en'] : [chosen, 'en'];
}

function finished(written: string, language: string, { rejection, withContact }: WordingInput): string {
  const text = tidy(written);
  const contact = rejection.contact.value;
  if (!withContact) return withoutContact(text, contact);
  if (contact === null || mentions(text, contact)) return text;
  const line = words(language, 'decision.sender.contact', { contact: tidy(contact) });
  // A contact line in another alphabet must not push an ASCII text into the fallback.
  return `${text}\n${isAscii(text) && !isAscii(line) ? words('en', 'decision.sender.contact', { contact: tidy(contact) }) : line}`;
}

function builtIn({ rejection, utf8, withContact }: WordingInput): string {
  const contact = rejection.contact.value === null ? null : tidy(rejection.contact.value);
  if (!withContact || contact === null || !(utf8 || isAscii(contact))) return words('en', 'decision.sender.built-in');
  return words('en', 'decision.sender.built-in-with-contact', { contact });
}

/** Leaves out the sentences that invite an answer: those with the contact, a telephone number, an address or a link. */
function withoutContact(text: string, contact: string | null): string {
  const invites = /[^\s@]+@[^\s@]+\.\S+|https?:|www\.|\+?\d[\d\s()./-]{5,}\d/u;
  return text
    .split('\n')
    .map((line) => line.split(/(?<=[.!?…])\s+/u).filter((sentence) => !invites.test(sentence) && !(contact !== null && mentions(sentence, contact))).join(' '))
    .filter((line) => line !== '')
    .join('\n');
}

/** Whether a text names the contact, however a telephone number is spaced. */
function mentions(text: string, contact: string): boolean {
  const bare = (value: string): string => value.toLowerCase().replace(/[\s()./-]/g, '');
  return bare(contact) !== '' && bare(text).includes(bare(contact));
}

function tidy(text: string): string {
  return text.replace(/\r\n?/g, '\n').split('\n').map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()).filter((line) => line !== '').join('\n');
}

function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text);
}

const PUNCTUATION: Readonly<Record<string, string>> = { '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '–': '-', '—': '-', '…': '...', '\u00a0': ' ', '\u202f': ' ', '•': '-' };

/** Curly quotes and dashes are no reason to give up a sentence. */
function asciiPunctuation(text: string): string {
  return text.replace(/[‘’‚“”„–—…\u00a0\u202f•]/g, (sign) => PUNCTUATION[sign] ?? sign);
}
