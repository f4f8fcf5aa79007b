/** `winmail.dat`: the attachments that Outlook packs into one file (MS-OXTNEF). */
import { inspection as bounds } from '../message/limits.ts';
import { decodeName, untilNul } from './names.ts';

const ATTACHMENT_TITLE = 0x00018010, ATTACHMENT_DATA = 0x0006800f, ATTACHMENT_START = 0x00069002;

/** Never throws; ends at the first attribute that is cut off. */
export function* readTnef(data: Buffer): Generator<{ readonly name: string; readonly data: Buffer }> {
  let name = '', content: Buffer | null = null;
  for (let at = 6, count = 0; at + 9 <= data.length && count < bounds.recordsMax; count++) {
    const id = data.readUInt32LE(at + 1), length = data.readUInt32LE(at + 5);
    const value = data.subarray(at + 9, at + 9 + length);
    if (id === ATTACHMENT_START) {
      if (content !== null) yield { name, data: content };
      name = '';
      content = null;
    }
    if (id === ATTACHMENT_TITLE) name = decodeName(untilNul(value, 0, bounds.nameMaxChars));
    if (id === ATTACHMENT_DATA) content = value;
    at += 9 + length + 2;
  }
  if (content !== null) yield { name, data: content };
}
