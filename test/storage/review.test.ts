import { silentLog } from '../../src/platform/log.ts';
import { openStore } from '../../src/storage/open.ts';
import { tempDir } from '../support/temp-dir.ts';
import { reviewSuite } from './review.suite.ts';
import { NOW } from './rows.ts';

const folders: (() => void)[] = [];
afterAll(() => { for (const remove of folders) remove(); });

reviewSuite('SQLite', () => {
  const { path, remove } = tempDir('pages');
  folders.push(remove);
  return openStore({ dataDir: path, clock: { now: () => NOW }, log: silentLog });
});
