/**
 * PURE. What changes in a message that goes on: fields on top, forged fields out, words before the subject. Nothing
 * is re-serialised; every other byte stays what and where it was (invariant 3).
 */
import { asciiDomain, type Envelope } from '../message/envelope.ts';
import type { DeliveryGroup, Edits } from '../pipeline.ts';
import type { Action, Verdict } from '../policy/verdict.ts';
import type { Score } from '../scoring/score.ts';
import { authservId } from './authserv-id.ts';
import { fieldText, folded, pairText } from './field-text.ts';
import { firstBytes, headerLines, rawValue, type HeaderLines } from './header-lines.ts';
import { receivedField, usesSmtpUtf8 } from './received.ts';
import { markSubject } from './subject-mark.ts';

/** What the fields tell of one message, whoever receives it. */
export interface EditFacts {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  /** Decoded subject, as the walker found it. */
  readonly subject: string;
  /** null: it could not be scored, or was not (outgoing mail). */
  readonly score: Pick<Score, 'score' | 'kind'> | null;
  /** Without authserv-id, see Authentication.results; null: no Authentication-Results field. */
  readonly authenticationResults: string | null;
  /** Our name: in Received, and as authserv-id. */
  readonly hostname: string;
}

/** Actions after which the message goes on. */
const PASSING: readonly Action[] = ['deliver', 'mark', 'junk-folder'];
const FIRST_BYTES = firstBytes('xas');

/**
 * Recipients who get the same bytes in the same folder share one delivery; those whose message is held, rejected or to
 * be sent again are in none. @param verdicts one for each of envelope.recipients, in their order
 */
export function groupDeliveries(facts: EditFacts, verdicts: readonly Verdict[]): DeliveryGroup[] {
  const groups = new Map<string, number[]>();
  const several = verdicts.length > 1;
  verdicts.forEach((verdict, index) => {
    if (!PASSING.includes(verdict.action)) return;
    const substance = several ? JSON.stringify([verdict.action, verdict.markWith, verdict.junkFolder]) : '';
    const group = groups.get(substance);
    if (group === undefined) groups.set(substance, [index]);
    else group.push(index);
  });
  if (groups.size === 0) return [];
  const fields = headerLines(facts.bytes, FIRST_BYTES);
  return [...groups.values()].map((recipients) => {
    const theirs = recipients.map((index) => verdicts[index] as Verdict);
    return { recipients, edits: editsFor(facts, theirs, fields), mailboxFolder: theirs[0]?.junkFolder ?? null };
  });
}

/** For recipients who get the same. @param verdicts theirs, alike in action, mark and folder; empty when nothing was decided */
export function planEdits(facts: EditFacts, verdicts: readonly Verdict[]): Edits {
  return editsFor(facts, verdicts, headerLines(facts.bytes, FIRST_BYTES));
}

/** A held message as it may go on after all: what arrived pretending to be ours is cut out, as for mail that was never held. */
export function withoutForgedFields(bytes: Buffer, hostname: string): Buffer {
  const removed = forgedFields(bytes, headerLines(bytes, FIRST_BYTES), hostname);
  return removed.length === 0 ? bytes : Buffer.concat(applyEdits(bytes, { added: '', subject: null, removed }));
}

/**
 * The message with its changes. @returns slices of the given bytes, not copies, with the new text between them
 */
export function applyEdits(bytes: Buffer, edits: Edits): Buffer[] {
  const changes = [
    ...edits.removed.map(([at, end]) => ({ at, end, text: '' })),
    ...(edits.subject?.inserts ?? []).map(({ at, text }) => ({ at, end: at, text })),
  ];
  if (edits.removed.length > 0) changes.sort((a, b) => a.at - b.at);
  const slices: Buffer[] = edits.added === '' ? [] : [Buffer.from(edits.added, 'utf8')];
  let from = 0;
  for (const { at, end, text } of changes) {
    if (at > from) slices.push(bytes.subarray(from, at));
    if (text !== '') slices.push(Buffer.from(text, 'utf8'));
    from = Math.max(from, end);
  }
  if (from < bytes.length) slices.push(from === 0 ? bytes : bytes.subarray(from));
  return slices;
}

function editsFor(facts: EditFacts, verdicts: readonly Verdict[], fields: readonly HeaderLines[]): Edits {
  const words = verdicts[0]?.markWith ?? null;
  const subjects = words === null ? [] : fields.filter((field) => field.key === 'subject');
  return {
    added: addedFields(facts, verdicts),
    subject: words === null ? null : markSubject(facts.bytes, subjects, words, facts.subject),
    removed: forgedFields(facts.bytes, fields, facts.hostname),
  };
}

/** Latest first, as trace fields stand. What may follow is a stray line of the message: it must not look like part of a verdict, so that Received is last. */
function addedFields(facts: EditFacts, verdicts: readonly Verdict[]): string {
  const { envelope, hostname } = facts;
  let added = '';
  if (envelope.direction === 'in') {
    for (const line of new Set(verdicts.map((verdict) => verdictField(verdict, facts.score)))) added += line;
    if (verdicts.some((verdict) => verdict.action === 'junk-folder')) added += 'X-Spam-Flag: YES\r\n';
    if (facts.authenticationResults !== null) added += resultsField(facts.authenticationResults, hostname, usesSmtpUtf8(envelope));
  }
  added += `X-Usher-Id: ${envelope.id}\r\n`;
  // A milter's MTA adds its own.
  return envelope.door === 'smtp' || envelope.door === 'lmtp' ? added + receivedField(envelope, hostname) : added;
}

function verdictField(verdict: Verdict, score: EditFacts['score']): string {
  const number = score === null ? 'unknown' : score.score.toFixed(2);
  return folded('X-Usher-Verdict', [`${verdict.action};`, `policy=${pairText(verdict.policy)};`, `score=${number};`, `kind=${score?.kind ?? 'unknown'}`]);
}

/** RFC 8601 section 2.2. What the results quote of the message stays within the field. */
function resultsField(results: string, hostname: string, utf8: boolean): string {
  const pieces = fieldText(results, utf8).split(/;\s+/).filter((piece) => piece !== '');
  return folded('Authentication-Results', [`${hostname};`, ...(pieces.length === 0 ? ['none'] : pieces.map((piece, n) => (n < pieces.length - 1 ? `${piece};` : piece)))]);
}

/** Fields that only we may write: byte ranges, ascending. Neighbours are one range. */
function forgedFields(bytes: Buffer, fields: readonly HeaderLines[], hostname: string): (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const field of fields) {
    if (!isForged(bytes, field, hostname)) continue;
    const before = ranges.at(-1);
    if (before !== undefined && before[1] === field.start) before[1] = field.end;
    else ranges.push([field.start, field.end]);
  }
  return ranges;
}

function isForged(bytes: Buffer, field: HeaderLines, hostname: string): boolean {
  if (field.key.startsWith('x-usher-') || field.key === 'x-spam-flag') return true;
  if (field.key !== 'authentication-results') return false;
  const id = authservId(Buffer.from(rawValue(bytes, field), 'latin1').toString('utf8'));
  // One that nobody can read helps nobody but a forger (RFC 8601 section 5).
  return id === null || asciiDomain(id.toLowerCase()) === asciiDomain(hostname.toLowerCase());
}
