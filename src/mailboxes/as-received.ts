/** PURE. A delivered message as it was before we wrote on it, for learning: our fields out, words in front of the subject off. */
import { fieldText } from '../actions/field-text.ts';
import { firstBytes, headerLines, rawValue } from '../actions/header-lines.ts';
import { withoutForgedFields } from '../actions/headers.ts';
import { encodedWords } from '../actions/subject-mark.ts';

const ON_TOP = /^(?:(?:Return-Path|Delivered-To|X-Usher-Placed):[^\n]*\n)+/i;

/** @param markedWith words that the policy puts in front of subjects; null: the subject is as it was */
export function asReceived(delivered: Buffer, hostname: string, markedWith: string | null): Buffer {
  const onTop = ON_TOP.exec(delivered.toString('latin1', 0, 4096))?.[0].length ?? 0;
  const bytes = withoutForgedFields(delivered.subarray(onTop), hostname);
  return markedWith === null ? bytes : withoutMark(bytes, markedWith);
}

/** A mark that was written in another way than we write it stays: it is one feature among hundreds. */
function withoutMark(bytes: Buffer, words: string): Buffer {
  const plain = fieldText(words, true).replace(/\s+/g, ' ').trim();
  const subject = headerLines(bytes, firstBytes('s')).find(({ key }) => key === 'subject');
  if (subject === undefined || plain === '') return bytes;
  const raw = rawValue(bytes, subject);
  for (const mark of [encodedWords(plain), encodedWords(`${plain} `)]) {
    const written = ` ${mark.join('\r\n ')}`;
    if (raw.startsWith(written)) return Buffer.concat([bytes.subarray(0, subject.valueStart), Buffer.from(raw.slice(written.length).replace(/^\r\n/, ''), 'latin1'), bytes.subarray(subject.valueStart + raw.length)]);
  }
  return bytes;
}
