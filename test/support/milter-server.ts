/** A milter with a decision that tests write, and what it logs. */
import { openMilter, type MilterOptions, type MilterServer } from '../../src/intake/milter/server.ts';
import { reply } from '../../src/intake/reply.ts';
import type { Transaction } from '../../src/message/envelope.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import type { Onward, Outcome } from '../../src/pipeline.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';

export interface LogLine { readonly level: string; readonly facts: Readonly<Record<string, unknown>>; readonly text: string }

export interface TestMilter {
  readonly server: MilterServer;
  readonly seen: readonly Transaction[];
  readonly lines: readonly LogLine[];
  /** What is done with messages from now on. */
  decide: (transaction: Transaction, onward: Onward) => Promise<Outcome>;
}

const NO_EDITS = { added: '', subject: null, removed: [] };

/** Everybody gets it as it is. */
export async function deliverAll(transaction: Transaction, onward: Onward): Promise<Outcome> {
  const recipients = transaction.envelope.recipients.map((_, index) => index);
  return { verdicts: [], replies: await onward.deliver({ recipients, edits: NO_EDITS, mailboxFolder: null }, transaction.bytes) };
}

export const answerAll = (code: number, enhanced: string, text: string) => async (transaction: Transaction, onward: Onward): Promise<Outcome> => {
  await onward.abandon();
  return { verdicts: [], replies: transaction.envelope.recipients.map(() => reply(code, enhanced, text)) };
};

export async function openTestMilter(options: Partial<MilterOptions> = {}): Promise<TestMilter> {
  const lines: LogLine[] = [];
  const seen: Transaction[] = [];
  const write = (level: string) => (facts: unknown, text?: string): void => void lines.push(typeof facts === 'string' ? { level, facts: {}, text: facts } : { level, facts: facts as LogLine['facts'], text: text ?? '' });
  const log = Object.assign(Object.create(silentLog) as Log, { info: write('info'), warn: write('warn'), error: write('error') });
  const milter: { decide: TestMilter['decide'] } = { decide: deliverAll };
  const server = await openMilter({
    listen: { host: '127.0.0.1', port: 0 }, limits: limitDefaults, bareLineBreaks: 'refuse', relays: [], ourNetworks: [], clock: { now: () => 1_780_000_000_000 }, log,
    gateway: {
      ownMailboxes: false,
      handle: (transaction, onward) => {
        seen.push({ ...transaction, bytes: Buffer.from(transaction.bytes) });
        return milter.decide(transaction, onward);
      },
    },
    ...options,
  });
  return Object.assign(milter, { server, seen, lines });
}
