/** PURE. Words in front of a subject, by insertion: every byte of the original stays behind them. */
import type { SubjectEdit } from '../pipeline.ts';
import { fieldText } from './field-text.ts';
import { rawValue, type HeaderLines } from './header-lines.ts';

const WORDS_MAX_CHARS = 200;
/** A line with encoded words has 76 characters at most (RFC 2047 section 2); `Subject: `, `=?UTF-8?B?` and `?=` take 21. */
const LINE_MAX_CHARS = 76;
const ENCODED_MAX_BYTES = Math.floor((LINE_MAX_CHARS - 21) / 4) * 3;

/**
 * @param words as the policy writes them, e.g. `[Suspected spam]`
 * @param subjects the Subject fields; more than one is an attack or a mistake, and each is marked, since no one knows
 * which of them is shown
 * @param decoded the subject as people read it
 * @returns null when the words are empty or already there
 */
export function markSubject(bytes: Buffer, subjects: readonly HeaderLines[], words: string, decoded: string): SubjectEdit | null {
  const plain = fieldText(words, true).replace(/\s+/g, ' ').slice(0, WORDS_MAX_CHARS).toWellFormed();
  if (plain === '') return null;
  const first = subjects[0];
  if (first === undefined) {
    const value = encodedWords(plain).join('\r\n ');
    return { value: unfolded(value), inserts: [{ at: 0, text: `Subject: ${value}\r\n` }] };
  }
  const marks = subjects.map((field, at) => insertion(bytes, field, plain, at === 0 ? decoded : null)).filter((each) => each !== null);
  if (marks.length === 0) return null;
  const before = marks.find((each) => each.field === first)?.text ?? '';
  return { value: utf8(unfolded(before + rawValue(bytes, first))).trim(), inserts: marks.map(({ at, text }) => ({ at, text })) };
}

/** ASCII as it is where that is unmistakable, else encoded words, cut between characters. */
export function encodedWords(text: string): string[] {
  if (/^[\x20-\x7e]{1,60}$/.test(text) && !text.includes('=?')) return [text];
  const words: string[] = [];
  let chunk = '';
  for (const char of text) {
    if (Buffer.byteLength(chunk + char) > ENCODED_MAX_BYTES) {
      words.push(chunk);
      chunk = '';
    }
    chunk += char;
  }
  return [...words, chunk].map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`);
}

function insertion(bytes: Buffer, field: HeaderLines, words: string, decoded: string | null): { field: HeaderLines; at: number; text: string } | null {
  const raw = rawValue(bytes, field);
  const rest = raw.trimStart();
  const asEncoded = encodedWords(words).join(' ');
  if (decoded?.trimStart().startsWith(words) || unfolded(rest).startsWith(asEncoded)) return null;
  // White space between two encoded words is not shown (RFC 2047 section 6.2), so it is put inside the first.
  const marks = encodedWords(rest.startsWith('=?') && asEncoded.startsWith('=?') ? `${words} ` : words);
  const firstLine = raw.split('\n', 1)[0] as string;
  const folds = firstLine.trim() !== '' && 'Subject: '.length + (marks.at(-1) as string).length + firstLine.length > LINE_MAX_CHARS;
  const space = /^[ \t\r\n]/.test(raw) || raw === '' ? '' : ' ';
  return { field, at: field.valueStart, text: ` ${marks.join('\r\n ')}${folds ? '\r\n' : ''}${space}` };
}

/** RFC 5322 section 2.2.3. */
const unfolded = (value: string): string => value.replace(/\r?\n(?=[ \t])/g, '');
/** Bytes one to one back into text; what is no UTF-8 stays Latin-1. */
function utf8(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? bytes : text;
}
