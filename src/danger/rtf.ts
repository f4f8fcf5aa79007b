/** Rich Text: objects written in hexadecimal, which Word opens whatever the file is called. */
import { inspection as bounds } from '../message/limits.ts';
import type { Inspection, Item } from './inspection.ts';
import { lookAtObject } from './office.ts';
import type { LookInside } from './office.ts';

const OLE_START = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const OBJECTS_MAX = 50;
const FIELDS_MAX = 2000;

export function lookAtRtf(item: Item, inspection: Inspection, look: LookInside): void {
  const text = inspection.takeText(item, item.data, bounds.rtfMaxBytes).toString('latin1');
  if (/\{\\\*\\template\s{0,5}(?:https?:|\\\\\\\\)/i.test(text)) inspection.find(item, 'office-template', 'attachedTemplate');
  if (text.split('\\fldinst', FIELDS_MAX).slice(1).some((field) => /^[^}]{0,200}\bDDE(?:AUTO)?\b/.test(field))) inspection.find(item, 'office-dde');
  let count = 0, left: number = bounds.rtfMaxBytes;
  for (let at = text.indexOf('\\objdata'); at >= 0 && count++ < OBJECTS_MAX; at = text.indexOf('\\objdata', at + 8)) {
    if (left <= 0) return inspection.unopen(item, 'too-large');
    const end = text.indexOf('}', at);
    const written = text.slice(at + 8, Math.min(end < 0 ? text.length : end, at + 8 + left));
    left -= written.length;
    const data = objectIn(written);
    lookAtData(data, item, inspection, look);
  }
  if (/\\objupdate\b/.test(text)) inspection.find(item, 'rtf-object', 'at-once');
}

function lookAtData(data: Buffer, item: Item, inspection: Inspection, look: LookInside): void {
  const start = data.indexOf(OLE_START);
  // An ole1 head names the class first.
  const head = data.toString('latin1', 0, 200);
  if (/equation\.[23]/i.test(head)) inspection.find(item, 'office-equation');
  inspection.find(item, 'rtf-object', /package/i.test(head) ? 'package' : '');
  if (start >= 0 && inspection.takeFile(item)) lookAtObject(data.subarray(start), item, inspection, look);
}

/** White space and control words between the digits are a way to hide from filters. */
function objectIn(written: string): Buffer {
  const digits = written.replace(/\\[a-z]{1,32}-?\d{0,10} ?|\\'[0-9a-f]{2}|\{|[^0-9a-f]+/gi, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : digits.slice(0, -1), 'hex');
}
