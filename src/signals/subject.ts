/** Tricks in the subject. */
import { signals as bounds } from '../message/limits.ts';
import { family, field } from './family.ts';
import { subjectBeside } from './invitation.ts';
import { hasInvisible, hasMixedWord } from './scripts.ts';
import type { SignalInput } from './signal.ts';

export const subject = family(
  'subject',
  {
    'subject-missing': 'There is no subject.',
    'subject-shouting': 'The subject is written in capitals.',
    'subject-punctuation': 'The subject has a run of exclamation or question marks.',
    'subject-spaced': 'Letters of a word are spaced out or broken up by signs, to hide it from filters.',
    'subject-mixed-letters': 'A word mixes letters of different alphabets that look alike.',
    'subject-invisible': 'Characters that nobody sees stand in the subject.',
    'subject-false-reply': 'The subject says that this is an answer, but the message refers to nothing.',
    'subject-encoded-needlessly': 'Plain letters are encoded as if they were not, which hides them from simple filters.',
    'subject-money': 'The subject speaks of an amount of money.',
    'subject-symbols': 'The subject contains pictograms.',
    'subject-number-end': 'The subject ends in a number or code, as generated subjects do.',
    'subject-names-recipient': "The subject contains the recipient's own address or mailbox name.",
    'subject-long': 'The subject is very long.',
  },
  look,
);

function look({ message, envelope }: SignalInput) {
  const text = message.subject.slice(0, bounds.nameMaxChars).trim();
  const bare = text.includes('[') ? text.replace(/^(?:\s*\[[^\]]{1,40}\])+/, '').trim() : text;
  const hasNumber = /\d/.test(text);
  return {
    'subject-missing': text === '',
    'subject-shouting': isShouted(bare),
    'subject-punctuation': (text.includes('!') || text.includes('?')) && /[!?]{2}|!.*!|\?\s*!/.test(text),
    'subject-spaced': mayBeSpaced(text) && (/(?:(?<![\p{L}\p{N}])\p{L}[\s._*\-|]){4,}\p{L}(?!\p{L})/u.test(text) || /\p{L}[*_|.]\p{L}[*_|.]\p{L}[*_|.]\p{L}/u.test(text)),
    'subject-mixed-letters': hasMixedWord(text),
    'subject-invisible': hasInvisible(text),
    'subject-false-reply': isReply(bare) && !REFERENCES.some((key) => field(message, key) !== undefined),
    'subject-encoded-needlessly': text !== '' && !/[^\x20-\x7E]/.test(text) && isEncoded(field(message, 'subject')?.value ?? ''),
    'subject-money': hasNumber && /[$€£¥₽₺]\s?\d|\d\s?[$€£₽₺]|\b(?:usd|eur|gbp)\s?\d|\d[\d.,]*\s?(?:usd|eur|million|mio)\b/i.test(text),
    'subject-symbols': /[\u2000-\uffff]/.test(text) && /[\p{Extended_Pictographic}★☆✓✔➤►◄❤☎]/u.test(text.replace(/[\d#*©®™‼⁉]/gu, '')),
    'subject-number-end': hasNumber && /(?:[#\s(:-]|\b)(?:[A-Z]*\d{5,}[A-Z\d]*|[a-z0-9]*\d[a-z]+\d[a-z0-9]*)\W*$/.test(text),
    'subject-names-recipient': namesRecipient(subjectBeside(message).slice(0, bounds.nameMaxChars).toLowerCase(), envelope.recipients.slice(0, bounds.recipientsExaminedMax).map(({ address }) => address), message.to.slice(0, bounds.recipientsExaminedMax).map(({ address }) => address.toLowerCase())),
    'subject-long': text.length > 150,
  };
}

const REFERENCES = ['in-reply-to', 'references', 'thread-index', 'thread-topic'];
const isReply = (bare: string): boolean => bare.includes(':') && /^(?:re|aw|sv|antw|odp|ynt|отв?|ответ)(?:\[\d+\])?\s*:/iu.test(bare);
const isEncoded = (raw: string): boolean => raw.includes('=?') && /=\?[^?]+\?[bq]\?/i.test(raw);

const SHOUTED_SHARE = 0.8;

function isShouted(text: string): boolean {
  let small = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 97 && code <= 122) small++;
  }
  // Too many small letters, whatever the others are: true of nearly all subjects.
  if (small > text.length * (1 - SHOUTED_SHARE)) return false;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 8 && (text.match(/\p{Lu}/gu)?.length ?? 0) / letters > SHOUTED_SHARE;
}

/** Whether every second character is one that spaces letters out, three times in a row; letters beyond the basic plane are two. */
function mayBeSpaced(text: string): boolean {
  if (/[\ud800-\udfff]/.test(text)) return true;
  for (let at = 1; at < text.length - 5; at++) if (spaces(text, at) && spaces(text, at + 2) && spaces(text, at + 4)) return true;
  return false;
}

function spaces(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code <= 32 || code === 45 || code === 46 || code === 95 || code === 42 || code === 124 || (code >= 0xa0 && /\s/.test(text.charAt(at)));
}

function namesRecipient(text: string, recipients: readonly { readonly key: string; readonly local: string }[], to: readonly string[]): boolean {
  return recipients.some(({ key, local }) => (key !== '' && text.includes(key)) || (local.length >= 5 && text.includes(local))) || to.some((address) => address.length > 5 && text.includes(address));
}
