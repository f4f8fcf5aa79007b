import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/platform/log.ts';
import { openStore } from '../../src/storage/open.ts';
import { NOW } from './rows.ts';
import { storageSuite } from './suite.ts';

const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

storageSuite('SQLite', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-store-'));
  folders.push(dataDir);
  return openStore({ dataDir, clock: { now: () => NOW }, log: silentLog });
});
