/** Which mail passes unfiltered: what goes out, and what we let through ourselves. */
import { headerLines, firstBytes, rawValue, type HeaderLines } from '../actions/header-lines.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { MarkKey } from '../quarantine/mark.ts';
import { wasReleased } from '../quarantine/release.ts';
import type { UsedMarks } from '../storage/store.ts';

export interface ExemptParts {
  readonly keys: () => Promise<readonly MarkKey[]>;
  readonly marks: UsedMarks;
  readonly clock: Clock;
  readonly log: Log;
}

const X = firstBytes('x');

/** A keyed mark, never a plain header, exempts; when it cannot be checked the mail is filtered like any other. */
export function isExempt(transaction: Transaction, parts: ExemptParts): boolean | Promise<boolean> {
  const { envelope, bytes } = transaction;
  if (envelope.direction === 'out') return true;
  const [only, ...others] = envelope.recipients;
  if (only === undefined || others.length > 0) return false; // We release for one recipient at a time.
  const marks = headerLines(bytes, X).filter((field) => field.key === 'x-usher-release');
  return marks.length === 0 ? false : isOurs(transaction, marks, only.address.key, parts);
}

async function isOurs({ envelope, bytes }: Transaction, marks: readonly HeaderLines[], recipient: string, parts: ExemptParts): Promise<boolean> {
  try {
    const fields = marks.map((field) => ({ name: field.key, key: field.key, value: rawValue(bytes, field).trim(), start: field.start, end: field.end }));
    return await wasReleased(fields, bytes, recipient, parts.clock.now(), await parts.keys(), parts.marks);
  } catch (error) {
    parts.log.warn({ id: envelope.id, err: error }, 'a release mark could not be checked');
    return false;
  }
}
