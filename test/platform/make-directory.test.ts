import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../src/platform/make-directory.ts';
import { tempDir } from '../support/temp-dir.ts';

const dir = tempDir('make-directory');
afterAll(dir.remove);

test('makes a directory and those above it, once', async () => {
  const path = join(dir.path, 'a', 'b', 'c');
  await Promise.all([makeDirectory(path, 0o700), makeDirectory(path, 0o700)]);
  await makeDirectory(path, 0o700);
  expect([(await stat(path)).isDirectory(), (await stat(join(dir.path, 'a'))).mode & 0o777]).toEqual([true, 0o700]);
});

test('syncs the directory above each that it makes', async () => {
  const handle = await open(dir.path);
  const sync = jest.spyOn(Object.getPrototypeOf(handle) as { sync(): Promise<void> }, 'sync');
  await makeDirectory(join(dir.path, 'd', 'e'), 0o700);
  expect(sync).toHaveBeenCalledTimes(2);
  await makeDirectory(join(dir.path, 'd', 'e'), 0o700);
  expect(sync).toHaveBeenCalledTimes(2);
  sync.mockRestore();
  await handle.close();
});

test('says what is in the way', async () => {
  await writeFile(join(dir.path, 'file'), '');
  await expect(makeDirectory(join(dir.path, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeDirectory(join(dir.path, 'file', 'below'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

(process.platform === 'linux' ? test : test.skip)('gives up where no directory can ever be made', async () => {
  await expect(makeDirectory('/proc/usher/data', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
});
