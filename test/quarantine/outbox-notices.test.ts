import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { quarantine } from '../../src/message/limits.ts';
import { composeNotice } from '../../src/notices/notice.ts';
import { isExempt } from '../../src/stations/exempt.ts';
import type { Reply } from '../../src/pipeline.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { startOutboxJob, type Deliver, type OutboxJob } from '../../src/quarantine/outbox-job.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { foldersIn, transactionOf } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';

const OK: Reply = { code: 250, enhanced: '2.0.0', text: 'queued' };
const LATER: Reply = { code: 451, enhanced: '4.3.0', text: 'try later' };
const NEVER: Reply = { code: 550, enhanced: '5.1.1', text: 'no such user' };
const all = tempDir('outbox-notices');
afterAll(all.remove);

let dataDir: string;
let store: Store;
let now: number;
let said: { readonly level: string; readonly text: string; readonly facts: Record<string, unknown> }[];
let ended: string[];
const jobs: OutboxJob[] = [];
const clock = { now: () => now };
const keys = () => markKeys(store.settings, clock);
beforeEach(async () => {
  now = Date.UTC(2027, 4, 3);
  said = [];
  ended = [];
  dataDir = await mkdtemp(join(all.path, 'data-'));
  store = await openStore({ dataDir, clock, log: silentLog });
});
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.stop();
  await store.close();
});

function start(deliver: Deliver): void {
  const at = (level: string) => (facts: Record<string, unknown>, text: string): void => void said.push({ level, text, facts });
  const log = { ...silentLog, info: at('info'), warn: at('warn'), error: at('error') } as unknown as Log;
  jobs.push(startOutboxJob({ store, folders: foldersIn(dataDir), clock, log, keys, pollMs: 5, deliver, ended: (outcome, kind) => void ended.push(`${kind} ${outcome}`) }));
}
async function queue(giveUpAt?: number): Promise<string> {
  const notice = await composeNotice({ to: 'deniz@example.com', subject: 'x', text: 'y', html: null, language: 'en', ...(giveUpAt === undefined ? {} : { giveUpAt }) }, { from: 'no-reply@example.com', sign: null, clock });
  await store.notices.queue(notice);
  return notice.row.id;
}
const until = (text: string) => waitFor(text, () => said.find((each) => each.text === text));

test('goes out from the null reverse-path with a mark that lets it pass our own doors once, for its recipient only', async () => {
  const sent: { sender: string; recipient: string; bytes: Buffer }[] = [];
  await queue();
  start(async ({ sender, recipient }, bytes) => {
    sent.push({ sender, recipient, bytes });
    return [OK];
  });
  await until('notice delivered');
  expect(sent).toMatchObject([{ sender: '', recipient: 'deniz@example.com' }]);
  expect(ended).toEqual(['notice delivered']);
  const exempt = (recipients: readonly string[]) => isExempt(transactionOf(sent[0]!.bytes.toString('latin1'), { recipients: [...recipients] }), { keys, marks: store.marks, clock, log: silentLog });
  expect(await exempt(['other@example.com'])).toBe(false);
  expect(await exempt(['deniz@example.com', 'other@example.com'])).toBe(false);
  expect(await exempt(['deniz@example.com'])).toBe(true);
  expect(await exempt(['deniz@example.com'])).toBe(false);
});

test('a mail server that is down: the same message again and again, later each time, and the log says when', async () => {
  const ids: string[] = [];
  let replies: readonly (Reply | Error)[] = [new Error('connect ECONNREFUSED'), LATER, OK];
  const id = await queue();
  start(async (_, bytes) => {
    ids.push(/^Message-ID: (.*)\r$/m.exec(bytes.toString('latin1'))?.[1] ?? '');
    const [reply = OK, ...rest] = replies;
    replies = rest;
    if (reply instanceof Error) throw reply;
    return [reply];
  });
  await until('notice put off');
  expect(said[0]).toMatchObject({ level: 'warn', facts: { id, error: 'connect ECONNREFUSED', nextAt: new Date(now + quarantine.retryFirstMs).toISOString() } });
  now += quarantine.retryFirstMs;
  await waitFor('the second attempt', () => ids.length === 2 && said.length === 2);
  now += 2 * quarantine.retryFirstMs;
  await until('notice delivered');
  expect(new Set(ids)).toEqual(new Set([`<${id}@example.com>`]));
  expect(ended).toEqual(['notice put-off', 'notice put-off', 'notice delivered']);
  expect(await store.notices.bytes(id)).toBeNull();
});

test('refused for good: given up, said so, and its bytes are gone', async () => {
  const id = await queue();
  start(async () => [NEVER]);
  await until('notice given up');
  expect(said[0]).toMatchObject({ level: 'error', facts: { to: 'deniz@example.com', error: '550 5.1.1 no such user' } });
  expect([ended, await store.notices.bytes(id), await store.outbox.pending()]).toEqual([['notice failed'], null, 0]);
});

test('what is worth nothing later is not sent later', async () => {
  await queue(now + 30_000);
  start(async () => [LATER]);
  await until('notice put off');
  now += quarantine.retryFirstMs;
  await until('notice given up');
  await waitFor('its end', () => ended.length === 2);
  expect(ended).toEqual(['notice put-off', 'notice failed']);
});
