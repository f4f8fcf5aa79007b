/**
 * Delivers what we ourselves must deliver: releases, what could not be delivered when it came, and our own notices.
 * A row is claimed for a minute and the claim renewed while it is worked on. After a crash somebody else takes it when the claim ends:
 * the one moment that can make a duplicate is a crash between the next hop's 250 and our commit; nothing can lose it.
 */
import { applyEdits, withoutForgedFields } from '../actions/headers.ts';
import { firstBytes, headerLines, rawValue } from '../actions/header-lines.ts';
import { markSubject } from '../actions/subject-mark.ts';
import { MARK_FIELD, makeMark, type MarkKey } from './mark.ts';
import { originalBytes, removeIfDone, type Quarantine } from './release.ts';
import { quarantine } from '../message/limits.ts';
import { mailAddress } from '../message/envelope.ts';
import type { Reply } from '../pipeline.ts';
import type { Log } from '../platform/log.ts';
import type { HeldRow, OutboxRow, Store } from '../storage/store.ts';

export interface OutboxEnvelope {
  readonly id: string;
  /** As received; '' is the null reverse-path. */
  readonly sender: string;
  readonly senderParameters: readonly string[];
  readonly recipient: string;
  readonly recipientParameters: readonly string[];
  /** Folder of the recipient's own mailbox, where we deliver into Maildirs ourselves; null: the inbox. */
  readonly mailboxFolder: string | null;
}

/** One reply for the one recipient. What it throws counts as "not now". */
export type Deliver = (envelope: OutboxEnvelope, bytes: Buffer) => Promise<readonly Reply[]>;

export interface OutboxJobOptions extends Quarantine {
  readonly store: Pick<Store, 'held' | 'outbox' | 'notices'>;
  readonly deliver: Deliver;
  /** Ours, as authserv-id: fields that pretend to be from us do not go on. */
  readonly hostname?: string;
  /** The newest first; asked each time, because keys are replaced. */
  readonly keys: () => Promise<readonly [MarkKey, ...MarkKey[]]>;
  readonly log: Log;
  /** Told how each attempt ended: for the metrics. */
  readonly ended?: (outcome: 'delivered' | 'put-off' | 'failed', kind: OutboxRow['kind']) => void;
  /** Told of held mail that was let through and arrived: for learning. */
  readonly released?: (held: HeldRow) => void;
  readonly pollMs?: number;
  readonly leaseMs?: number;
}

export interface OutboxJob {
  /** Looks now instead of within a second. */
  wake(): void;
  /** Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

/** What stands in a row's `parameters` (JSON). */
interface Parameters {
  readonly mail?: readonly string[];
  readonly rcpt?: readonly string[];
  readonly mailboxFolder?: string | null;
  /** Words in front of the subject, for what is delivered because its time is over. */
  readonly markWith?: string;
  /** When trying ends, for a notice that is worth nothing later; milliseconds since 1970. */
  readonly giveUpAt?: number;
}

type Result = { readonly is: 'delivered' } | { readonly is: 'not-now' | 'never'; readonly error: string };

/** Looks at once, and then every `pollMs` until it is stopped. Nothing rejects: what goes wrong is in the log, and tried again. */
export function startOutboxJob(options: OutboxJobOptions): OutboxJob {
  const pollMs = options.pollMs ?? quarantine.outboxPollMs;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;

  const look = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (stopped || running !== null) return;
    running = workThrough(options, () => stopped)
      .catch((error: unknown) => options.log.error({ err: error }, 'the outbox cannot be read'))
      .finally(() => {
        running = null;
        if (!stopped) timer = setTimeout(look, pollMs);
      });
  };
  look();
  return {
    wake: look,
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

async function workThrough(options: OutboxJobOptions, isStopped: () => boolean): Promise<void> {
  const leaseMs = options.leaseMs ?? quarantine.outboxLeaseMs;
  while (!isStopped()) {
    const rows = await options.store.outbox.claim(options.clock.now(), leaseMs, quarantine.outboxAtOnce);
    if (rows.length === 0) return;
    await Promise.all(rows.map((row) => work(options, row, leaseMs)));
  }
}

async function work(options: OutboxJobOptions, row: OutboxRow, leaseMs: number): Promise<void> {
  const { store, clock, log } = options;
  const renewal = setInterval(() => {
    // A claim that cannot be renewed ends; the worst is a duplicate.
    store.outbox.extend(row.id, clock.now() + leaseMs).catch((error: unknown) => log.warn({ err: error, id: row.id }, 'a claim in the outbox could not be renewed'));
  }, leaseMs / 3);
  try {
    const held = row.heldId === null ? null : await store.held.find(row.heldId);
    const bytes = await bytesOf(options, row, held);
    if (bytes === null) {
      log.error({ id: row.id, kind: row.kind, heldId: row.heldId, to: row.recipient }, 'a message to be delivered is gone');
      await store.outbox.fail(row.id, clock.now(), 'the message is gone');
      return;
    }
    const clean = row.kind === 'release' ? withoutForgedFields(bytes, options.hostname ?? '') : bytes;
    // Only the file as it was read has our own head in front, whose place the mark may take.
    await settle(options, row, held, await send(options, row, clean, clean === bytes ? (held?.headBytes ?? 0) : 0));
  } catch (error) {
    // The database or the disk: the claim ends by itself and the row comes again.
    log.error({ err: error, id: row.id }, 'a message in the outbox could not be worked on');
  } finally {
    clearInterval(renewal);
  }
}

async function bytesOf(options: OutboxJobOptions, row: OutboxRow, held: HeldRow | null): Promise<Buffer | null> {
  if (row.kind === 'notice') return options.store.notices.bytes(row.id);
  return held === null ? null : originalBytes(options, held);
}

async function send(options: OutboxJobOptions, row: OutboxRow, bytes: Buffer, headBytes: number): Promise<Result> {
  const parameters = JSON.parse(row.parameters) as Parameters;
  const [key] = await options.keys();
  const mark = makeMark({ id: row.id, recipient: mailAddress(row.recipient).key, bytes }, options.clock.now() + quarantine.markValidMs, key);
  const envelope: OutboxEnvelope = {
    id: row.id, sender: row.sender, recipient: row.recipient, recipientParameters: parameters.rcpt ?? [], mailboxFolder: parameters.mailboxFolder ?? null,
    // The size is another one now, and who was authenticated then is not the one who sends now (RFC 1870, RFC 4954 section 5).
    senderParameters: (parameters.mail ?? []).filter((each) => !/^(SIZE|AUTH)=/i.test(each)),
  };
  try {
    const field = Buffer.from(`${MARK_FIELD}: ${mark}\r\n`);
    const { markWith } = parameters;
    const [reply] = await options.deliver(envelope, markWith === undefined ? withField(field, bytes, headBytes) : Buffer.concat([field, ...subjectMarked(bytes, markWith)]));
    if (reply === undefined) return { is: 'not-now', error: 'the next hop gave no answer' };
    if (reply.code >= 200 && reply.code < 300) return { is: 'delivered' };
    return { is: reply.code >= 500 ? 'never' : 'not-now', error: `${reply.code} ${reply.enhanced ?? ''} ${reply.text}`.replace(/\s+/g, ' ') };
  } catch (error) {
    return { is: 'not-now', error: (error as Error).message };
  }
}

function subjectMarked(bytes: Buffer, words: string): readonly Buffer[] {
  const subjects = headerLines(bytes, firstBytes('s')).filter((field) => field.key === 'subject');
  const decoded = subjects[0] === undefined ? '' : rawValue(bytes, subjects[0]).trim();
  return applyEdits(bytes, { added: '', subject: markSubject(bytes, subjects, words, decoded), removed: [] });
}

/**
 * The field on top of the message. The file was read with our own head in front of the message, which nobody needs any more:
 * where it is long enough the field takes its place, and a large message is not copied.
 */
function withField(field: Buffer, bytes: Buffer, headBytes: number): Buffer {
  if (headBytes < field.length || bytes.byteOffset < field.length) return Buffer.concat([field, bytes]);
  const both = Buffer.from(bytes.buffer, bytes.byteOffset - field.length, field.length + bytes.length);
  field.copy(both);
  return both;
}

/** How the log speaks of each kind. */
const SAID = {
  release: { delivered: 'released', 'put-off': 'release put off', failed: 'release failed, the message is held again' },
  undelivered: { delivered: 'released', 'put-off': 'release put off', failed: 'release failed, the message is held again' },
  notice: { delivered: 'notice delivered', 'put-off': 'notice put off', failed: 'notice given up' },
} as const;

async function settle(options: OutboxJobOptions, row: OutboxRow, held: HeldRow | null, result: Result): Promise<void> {
  const { store, clock, log } = options;
  const now = clock.now();
  const said = SAID[row.kind];
  const facts = { id: row.id, kind: row.kind, heldId: row.heldId, from: row.sender, to: row.recipient, attempts: row.attempts };
  if (result.is === 'delivered') {
    await store.outbox.done(row.id, now);
    log.info(facts, said.delivered);
    options.ended?.('delivered', row.kind);
    if (row.kind === 'release' && held !== null) options.released?.(held);
    if (held !== null) await removeIfDone(options, held);
    return;
  }
  const { giveUpAt = row.createdAt + quarantine.giveUpMs } = JSON.parse(row.parameters) as Parameters;
  if (result.is === 'never' || now >= giveUpAt) {
    // Held again or not named any more, so not lost: somebody must look at it.
    await store.outbox.fail(row.id, now, result.error);
    log.error({ ...facts, error: result.error }, said.failed);
    options.ended?.('failed', row.kind);
    return;
  }
  const nextAt = now + backoffMs(row.attempts);
  await store.outbox.retry(row.id, nextAt, result.error);
  log.warn({ ...facts, nextAt: new Date(nextAt).toISOString(), error: result.error }, said['put-off']);
  options.ended?.('put-off', row.kind);
}

/** 1 minute, 2, 4, … up to 4 hours. @param attempts made so far, from 1 */
export function backoffMs(attempts: number): number {
  return Math.min(quarantine.retryMaxMs, quarantine.retryFirstMs * 2 ** Math.min(attempts - 1, 20));
}
