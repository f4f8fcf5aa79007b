/**
 * Run as a process of its own by durability.test.ts: works through the outbox; "delivers" by appending a line to a file, as a next hop
 * that has answered 250 keeps the message, until somebody kills it.
 */
import { appendFileSync } from 'node:fs';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { startOutboxJob } from '../../src/quarantine/outbox-job.ts';
import { openStore } from '../../src/storage/open.ts';
import { foldersIn } from '../support/held.ts';

const [dataDir = '', delivered = ''] = process.argv.slice(2);
const store = await openStore({ dataDir, clock: systemClock, log: silentLog });
startOutboxJob({
  store, folders: foldersIn(dataDir), clock: systemClock, log: silentLog, keys: () => markKeys(store.settings, systemClock), pollMs: 10, leaseMs: 400,
  deliver: async (envelope, bytes) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    appendFileSync(delivered, `${envelope.recipient} ${bytes.toString('latin1').split('\r\n\r\n')[1]?.trim() ?? ''}\n`);
    return [{ code: 250, enhanced: '2.0.0', text: 'queued' }];
  },
});
process.stdout.write('started\n');
