import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openStore } from '../../src/storage/open.ts';
import { startChild } from '../support/child.ts';
import { tempDir } from '../support/temp-dir.ts';
import { heldRow } from '../storage/rows.ts';

const CHILD = join(__dirname, 'digest-child.ts');
const RECIPIENTS = 400;
const KILLS = 6;

/** @param killAfter number of deliveries; null: until it is done */
async function run(dataDir: string, delivered: string, killAfter: number | null): Promise<void> {
  let count = 0;
  const child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, dataDir, delivered], { onLine: () => {
    // A moment later, so that it is now and then between the answer and the commit.
    if (++count === killAfter) setTimeout(() => child.kill('SIGKILL'), Math.random() * 10);
  } });
  const exit = await child.exited;
  if (killAfter === null && exit.code !== 0) throw new Error(child.output());
}

test('killed at any moment, every recipient has one digest; a duplicate has the same Message-ID, and only what was under way is sent twice', async () => {
  const dir = tempDir('digest-crash');
  const delivered = join(dir.path, 'delivered.txt');
  const at = Date.now() - 20 * 24 * 3600_000;
  const store = await openStore({ dataDir: dir.path, clock: systemClock, log: silentLog });
  await store.held.hold(Array.from({ length: RECIPIENTS }, (_, i) => heldRow({ id: `held${i}`, retryKey: `k${i}`, recipient: `r${i}@example.com`, recipientRaw: `r${i}@example.com`, policy: 'built-in', at })));
  await store.close();
  for (let kill = 0; kill < KILLS; kill++) await run(dir.path, delivered, 1 + Math.floor(Math.random() * 40));
  await run(dir.path, delivered, null);

  const byRecipient = Map.groupBy(readFileSync(delivered, 'utf8').trim().split('\n'), (line) => line.split(' ')[0]);
  expect(byRecipient.size).toBe(RECIPIENTS);
  const duplicates = [...byRecipient.values()].filter((lines) => lines.length > 1);
  expect(duplicates.filter((lines) => new Set(lines).size > 1)).toEqual([]);
  // The outbox works on four at a time.
  expect(duplicates.reduce((sum, lines) => sum + lines.length - 1, 0)).toBeLessThanOrEqual(KILLS * 4);

  const after = await openStore({ dataDir: dir.path, clock: systemClock, log: silentLog });
  expect(await after.digests.waiting(null, 10)).toEqual([]);
  expect(await after.outbox.pending()).toBe(0);
  await after.close();
  dir.remove();
}, 180_000);
