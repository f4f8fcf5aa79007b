/** `usher learn`: somebody says of delivered mail that it was wanted, or was not; for mailboxes that another server keeps. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { firstBytes, headerLines, rawValue } from '../actions/header-lines.ts';
import type { Config } from '../config.ts';
import { asReceived } from '../mailboxes/as-received.ts';
import { aboutDelivered, markOf, teach, type Label, type Lesson, type TeachParts } from '../mailboxes/teach.ts';
import { mailAddress } from '../message/envelope.ts';
import { toCrlf, walk } from '../message/walk.ts';
import { loadModel } from '../model-file.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { mailboxOf } from '../storage/held-scope.ts';
import { hasStore, openStore } from '../storage/open.ts';
import { StoreError, type DecisionRecipient, type DecisionRow } from '../storage/store.ts';
import { configured } from './configured.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { filesUnder, readBounded, readMail } from './mail-files.ts';

const USAGE = `Usage: usher learn (--wanted | --unwanted | --forget) [--for ADDRESS] PATH…

Learns from message files, or all files in folders and below, what somebody thinks of them; - is standard input.
A running service takes it up within half a minute. Said again of the same message, the last word counts.

  --wanted           this was wanted
  --unwanted         this was not
  --forget           as if nothing had been said of it
  --for ADDRESS      whose opinion it is; one person alone decides nothing for others (default: the operator's, which counts in full)
  --json             one line of JSON for each file: {"file","lesson"}; lesson is null when it was known already
  --config FILE      usher.yaml
`;

const read = (args: readonly string[]) => parseArgs({
  args: [...args], allowPositionals: true,
  options: {
    wanted: { type: 'boolean', default: false }, unwanted: { type: 'boolean', default: false }, forget: { type: 'boolean', default: false },
    for: { type: 'string' }, json: { type: 'boolean', default: false }, config: { type: 'string' }, help: { type: 'boolean', default: false },
  },
});

interface Wish { readonly label: Label | null; readonly who: string }

/** Exit code 0: all were read; 1: some could not be; 2: usage, configuration or database. */
export async function learnCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const refuse = async (sentence: string): Promise<ExitCode> => {
    await io.err(`usher learn: ${sentence}\n`);
    return 2;
  };
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return await refuse(`${(error as Error).message}\n\n${USAGE}`);
  }
  const { values, positionals: paths } = parsed;
  if (values.help) {
    await io.out(USAGE);
    return 0;
  }
  if ([values.wanted, values.unwanted, values.forget].filter(Boolean).length !== 1) return await refuse(`say one of --wanted, --unwanted and --forget.\n\n${USAGE}`);
  if (paths.length === 0) return await refuse(`name the message files.\n\n${USAGE}`);
  const who = values.for === undefined ? '' : mailboxOf(mailAddress(values.for).key);
  if (values.for !== undefined && !who.includes('@')) return await refuse(`"${values.for}" is not an address.`);
  const config = await configured(values.config, io);
  if (config === null) return 2;
  if (!hasStore(config.dataDir)) return await refuse(`there is no data in ${config.dataDir} yet. Has Usher run with this configuration?`);
  const wish: Wish = { who, label: values.forget ? null : values.wanted ? 'wanted' : 'unwanted' };
  try {
    return await learnAll(paths, wish, config, { json: values.json, io });
  } catch (error) {
    if (error instanceof StoreError) return await refuse(`the database cannot be used: ${error.message}`);
    throw error;
  }
}

async function learnAll(paths: readonly string[], wish: Wish, config: Config, { json, io }: { readonly json: boolean; readonly io: CommandIo }): Promise<ExitCode> {
  const store = await openStore({ dataDir: config.dataDir, clock, log: silentLog });
  const parts: TeachParts = { store, hostname: config.hostname, model: loadModel(config.modelFile), ourDomains: new Set(config.ourDomains), clock };
  const counts = { wanted: 0, unwanted: 0, 'taken-back': 0, known: 0 };
  let failed = 0;
  try {
    for (const path of paths) {
      for await (const file of path === '-' ? ['-'] : filesUnder(path, io.cwd)) {
        try {
          const lesson = await learnOne(file === '-' ? await readBounded(process.stdin) : await readMail(resolve(io.cwd, file)), wish, parts);
          counts[lesson ?? 'known']++;
          if (json) await io.out(`${JSON.stringify({ file, lesson })}\n`);
        } catch (error) {
          if (error instanceof StoreError) throw error;
          failed++;
          await io.err(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
    }
  } finally {
    await store.close();
  }
  if (!json) await io.out(`wanted: ${counts.wanted}, unwanted: ${counts.unwanted}, taken back: ${counts['taken-back']}, known already: ${counts.known}\n`);
  return failed > 0 ? 1 : 0;
}

async function learnOne(file: Buffer, { label, who }: Wish, parts: TeachParts): Promise<Lesson> {
  if (file.length === 0) throw new Error('is empty');
  const known = await decisionOf(file, who, parts);
  const raw = toCrlf(asReceived(file, parts.hostname, known === null ? null : markOf(known.recipient)));
  const about = known === null ? `message-${createHash('sha256').update(`${who}\n`).update(raw).digest('hex').slice(0, 32)}` : aboutDelivered(known.decision.id, known.recipient.recipient);
  return await teach({ about, label, how: 'command', who, decision: known?.decision ?? null, raw }, parts);
}

/**
 * The decision that X-Usher-Id names. Anybody may write such a field into their own mailbox, so it counts only for the one
 * whom the message was for, and for a message with the same Message-ID.
 */
async function decisionOf(file: Buffer, who: string, { store }: TeachParts): Promise<{ readonly decision: DecisionRow; readonly recipient: DecisionRecipient } | null> {
  const field = headerLines(file, firstBytes('x')).find(({ key }) => key === 'x-usher-id');
  const id = field === undefined ? '' : rawValue(file, field).trim();
  const decision = /^[0-9a-z]{1,64}$/.test(id) ? await store.decisions.find(id) : null;
  const recipient = decision?.recipients.find((each) => mailboxOf(each.recipient) === who || (who === '' && decision.recipients.length === 1));
  if (decision === null || recipient === undefined || decision.messageId === null) return null;
  return walk(toCrlf(file)).messageId === decision.messageId ? { decision, recipient } : null;
}
