/** Whether the header fields are all there, and every parser reads the same. */
import type { Message } from '../message/message.ts';

/** Headers on which parsers disagree. */
const DISPUTED: ReadonlySet<string> = new Set(['nul-byte', 'bare-cr', 'bare-lf', 'header-starts-with-space', 'header-line-without-colon', 'header-not-ended', 'header-too-large', 'mbox-from-line', 'space-before-colon', 'whitespace-line']);

/** Whether fields of the message's own header stand beyond what was read. In headers of parts, and in words that were not decoded, no author is named. */
export const isHeaderCutOff = ({ unopened, root }: Message): boolean => unopened.some(({ reason, path }) => reason === 'header-too-large' && path === root.path);

/** None skipped, none cut off, an empty line behind them. */
export function isPlainHeader({ header, root, defects }: Message, bytes: Buffer): boolean {
  let end = 0;
  for (const field of header) {
    if (field.start !== end) return false;
    end = field.end;
  }
  if (end + 2 !== root.bodyStart || bytes[end] !== 13 || bytes[end + 1] !== 10) return false;
  for (const { code } of defects) if (DISPUTED.has(code)) return false;
  return true;
}
