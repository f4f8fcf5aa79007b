/**
 * Run as a process of its own by digest-crash.test.ts: makes digests and delivers them by appending a line to a file, as a next hop
 * that has answered 250 keeps the message, until somebody kills it or nothing is left to do.
 */
import { appendFileSync } from 'node:fs';
import { composeNotice } from '../../src/notices/notice.ts';
import { systemClock as clock } from '../../src/platform/clock.ts';
import { silentLog as log } from '../../src/platform/log.ts';
import { runDigests } from '../../src/quarantine/digest-job.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { startOutboxJob } from '../../src/quarantine/outbox-job.ts';
import { buildPolicySet } from '../../src/policy/resolve.ts';
import { openStore } from '../../src/storage/open.ts';
import { words } from '../../src/words/index.ts';
import { foldersIn } from '../support/held.ts';

const [dataDir = '', delivered = ''] = process.argv.slice(2);
const store = await openStore({ dataDir, clock, log });
const job = startOutboxJob({
  store, folders: foldersIn(dataDir), clock, log, keys: () => markKeys(store.settings, clock), pollMs: 10, leaseMs: 400,
  deliver: async ({ recipient }, bytes) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    const text = bytes.toString('latin1');
    appendFileSync(delivered, `${recipient} ${/^Message-ID: (.*)\r$/m.exec(text)?.[1] ?? ''}\n`);
    process.stdout.write('delivered\n');
    return [{ code: 250, enhanced: '2.0.0', text: 'queued' }];
  },
});
const policies = buildPolicySet([], { language: 'en', timezone: 'UTC', ourDomains: [] }, '0123456789ab');
await runDigests({
  digests: store.digests, compose: (notice) => composeNotice(notice, { from: 'no-reply@example.com', sign: null, clock }), words, hostname: 'mx.example.com', clock, log,
  linkMaker: async () => ({ purpose, subject }) => `https://x.example/l/${purpose}.${subject}`, places: { home: 'https://x.example/', settings: 'https://x.example/' },
  personalOf: async () => null, policies: () => policies,
});
while ((await store.outbox.pending()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
await job.stop();
await store.close();
process.stdout.write('done\n');
