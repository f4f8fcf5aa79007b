/** What the files of a message hold; looked into once for all who ask. */
import { inspectFiles, isOpened } from '../danger/inspect.ts';
import type { Inspection } from '../danger/inspection.ts';
import type { InspectedFile } from '../danger/inspect.ts';
import { inspection as bounds } from '../message/limits.ts';
import type { Message, Unopened } from '../message/message.ts';
import { decodePart } from '../message/walk.ts';
import { attachedOf } from './attached.ts';

export interface Inspected {
  readonly inspection: Pick<Inspection, 'findings' | 'pages'>;
  /** As the walker's own: what nobody could look into. */
  readonly unopened: readonly Unopened[];
}

const NOTHING: Inspected = Object.freeze({ inspection: { findings: [], pages: [] }, unopened: [] });
const known = new WeakMap<Message, Inspected>();

export function inspectedOf(message: Message, bytes: Buffer): Inspected {
  let inspected = known.get(message);
  if (inspected === undefined) {
    inspected = inspect(message, bytes);
    known.set(message, inspected);
  }
  return inspected;
}

function inspect(message: Message, bytes: Buffer): Inspected {
  const attached = attachedOf(message, bytes);
  if (attached.length === 0) return NOTHING;
  const files: InspectedFile[] = [];
  let left: number = bounds.filesTotalMaxBytes;
  for (const { part, filename, kind, data: peek, isWhole } of attached) {
    // What cannot hold anything is not decoded as a whole.
    if (!isOpened(kind, filename)) files.push({ name: filename, data: peek, isCut: false });
    else {
      const room = Math.min(left, bounds.fileMaxBytes);
      // What is too large is unopened whatever its beginning holds; then its beginning is all that is worth the memory.
      const isTooLarge = part.encoding === 'base64' && (part.bodyEnd - part.bodyStart) * 0.72 > room;
      const { data, truncated } = isWhole ? { data: peek, truncated: false } : decodePart(bytes, part, Math.max(peek.length, isTooLarge ? Math.min(room, bounds.beginningMaxBytes) : room));
      left = Math.max(0, left - data.length);
      files.push({ name: filename, data, isCut: truncated });
    }
  }
  const inspection = inspectFiles(files);
  return { inspection, unopened: inspection.unopened.map(({ reason, where }) => ({ reason, path: where })) };
}
