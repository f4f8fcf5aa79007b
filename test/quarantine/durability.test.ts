import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { originalBytes, release } from '../../src/quarantine/release.ts';
import { openStore } from '../../src/storage/open.ts';
import type { HeldRow } from '../../src/storage/store.ts';
import { startChild } from '../support/child.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';

const CHILD = join(__dirname, 'holding-child.ts');
const withoutReceived = (text: string): string => text.replace(/^Received:[^\n]*\n/, '');

/** Lets the child hold for a random time and kills it; gives what it had acknowledged. */
async function killedRun(dataDir: string, run: number): Promise<string[]> {
  let first: () => void = () => undefined;
  const started = new Promise<void>((resolve) => { first = resolve; });
  const child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, dataDir, `r${run}`], { onLine: () => first() });
  const ended = await Promise.race([started.then(() => null), child.exited]);
  if (ended !== null) throw new Error(`the child ended by itself: ${child.output()}`);
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 250));
  child.kill('SIGKILL');
  await child.exited;
  // The last line may be cut: it was not complete, so it was not acknowledged.
  return child.lines.map((line) => JSON.parse(line) as string);
}

test('killed at any moment, every acknowledged message is there, file and rows, once', async () => {
  const dir = tempDir('durability');
  const acknowledged = new Set<string>();
  for (let run = 0; run < 6; run++) for (const text of await killedRun(dir.path, run)) acknowledged.add(text);
  expect(acknowledged.size).toBeGreaterThan(20);

  const store = await openStore({ dataDir: dir.path, clock: systemClock, log: silentLog });
  const folders = foldersIn(dir.path);
  const byText = new Map<string, HeldRow[]>();
  for (let before: { at: number; id: string } | undefined; ; ) {
    const rows = await store.held.list({ limit: 500, ...(before === undefined ? {} : { before }) });
    for (const row of rows) {
      const bytes = await originalBytes({ store, folders, clock: systemClock }, row);
      if (bytes === null) throw new Error(`the row ${row.id} has no file`);
      const text = withoutReceived(bytes.toString('latin1'));
      byText.set(text, [...(byText.get(text) ?? []), row]);
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    before = { at: last.at, id: last.id };
  }
  // Two recipients each: two rows and one file, however often it was sent.
  const wrong = [...acknowledged].filter((text) => {
    const rows = byText.get(text) ?? [];
    return rows.map((row) => row.recipient).toSorted().join() !== 'a@example.com,b@example.com' || new Set(rows.map((row) => row.file)).size !== 1;
  });
  expect(wrong).toEqual([]);
  const named = new Set([...byText.values()].flat().map((row) => row.file));
  const files = readdirSync(join(dir.path, 'quarantine', 'sales', '.Suspected spam', 'new'));
  // What a kill left between file and index was acknowledged to nobody: at most the four that were under way, each time.
  expect(files.filter((file) => !named.has(file)).length).toBeLessThanOrEqual(6 * 4);
  await store.close();
  dir.remove();
}, 180_000);

test('killed while releasing, every message arrives, and at most once more for each that was under way', async () => {
  const dir = tempDir('releasing');
  const delivered = join(dir.path, 'delivered');
  writeFileSync(delivered, '');
  const store = await openStore({ dataDir: dir.path, clock: systemClock, log: silentLog });
  const quarantine = { store, folders: foldersIn(dir.path), clock: systemClock };
  const holder = quarantineHolder({ held: store.held, folders: quarantine.folders, clock: systemClock, hostname: 'mx' });
  const expected: string[] = [];
  for (let n = 0; n < 60; n++) {
    await holder.hold(transactionOf(`Subject: ${n}\r\n\r\ntext ${n}\r\n`, { recipients: ['a@example.com'] }), someMessage, someScore, [verdictFor('a@example.com')], [0]);
    expected.push(`a@example.com text ${n}`);
  }
  for (const row of await store.held.list({ limit: 100 })) await release(quarantine, row.id, 'operator');
  let kills = 0;
  for (; (await store.outbox.pending()) > 0 && kills < 40; kills++) {
    const child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', join(__dirname, 'releasing-child.ts'), dir.path, delivered]);
    await waitFor('the child', () => child.lines.length > 0, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * (100 + 40 * kills)));
    child.kill('SIGKILL');
    await child.exited;
  }
  expect(await store.outbox.pending()).toBe(0);
  expect(await store.held.list({ limit: 100, state: 'released' })).toHaveLength(60);
  const lines = readFileSync(delivered, 'latin1').trim().split('\n');
  expect([...new Set(lines)].toSorted()).toEqual(expected.toSorted());
  expect(lines.length - expected.length).toBeLessThanOrEqual(kills * 4);
  await store.close();
  dir.remove();
}, 180_000);
