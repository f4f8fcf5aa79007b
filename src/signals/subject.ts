/** Tricks in the subject. */
import { signals as bounds } from '../message/limits.ts';
import { family, field } from './family.ts';
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
  const bare = text.replace(/^(?:\s*\[[^\]]{1,40}\])+/, '').trim();
  const letters = bare.match(/\p{L}/gu)?.length ?? 0;
  const capitals = bare.match(/\p{Lu}/gu)?.length ?? 0;
  const raw = field(message, 'subject')?.value ?? '';
  const isReply = /^(?:re|aw|sv|antw|odp|ynt|отв?|ответ)(?:\[\d+\])?\s*:/iu.test(bare);
  const refers = ['in-reply-to', 'references', 'thread-index', 'thread-topic'].some((key) => field(message, key) !== undefined);
  return {
    'subject-missing': text === '',
    'subject-shouting': letters >= 8 && capitals / letters > 0.8,
    'subject-punctuation': /[!?]{2}|!.*!|\?\s*!/.test(text),
    'subject-spaced': /(?:(?<![\p{L}\p{N}])\p{L}[\s._*\-|]){4,}\p{L}(?!\p{L})/u.test(text) || /\p{L}[*_|.]\p{L}[*_|.]\p{L}[*_|.]\p{L}/u.test(text),
    'subject-mixed-letters': hasMixedWord(text),
    'subject-invisible': hasInvisible(text),
    'subject-false-reply': isReply && !refers,
    'subject-encoded-needlessly': /=\?[^?]+\?[bq]\?/i.test(raw) && !/[^\x20-\x7E]/.test(text) && text !== '',
    'subject-money': /[$€£¥₽₺]\s?\d|\d\s?[$€£₽₺]|\b(?:usd|eur|gbp)\s?\d|\d[\d.,]*\s?(?:usd|eur|million|mio)\b/i.test(text),
    'subject-symbols': /[\p{Extended_Pictographic}★☆✓✔➤►◄❤☎]/u.test(text.replace(/[\d#*©®™‼⁉]/gu, '')),
    'subject-number-end': /(?:[#\s(:-]|\b)(?:[A-Z]*\d{5,}[A-Z\d]*|[a-z0-9]*\d[a-z]+\d[a-z0-9]*)\W*$/.test(text),
    'subject-names-recipient': namesRecipient(text.toLowerCase(), envelope.recipients.slice(0, bounds.recipientsExaminedMax).map(({ address }) => address), message.to.slice(0, bounds.recipientsExaminedMax).map(({ address }) => address.toLowerCase())),
    'subject-long': text.length > 150,
  };
}

function namesRecipient(text: string, recipients: readonly { readonly key: string; readonly local: string }[], to: readonly string[]): boolean {
  return recipients.some(({ key, local }) => (key !== '' && text.includes(key)) || (local.length >= 5 && text.includes(local))) || to.some((address) => address.length > 5 && text.includes(address));
}
