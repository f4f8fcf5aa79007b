import { spawnSync } from 'node:child_process';
import * as realFiles from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldError, quarantineHolder } from '../../src/actions/hold.ts';
import type { QuarantineHolder } from '../../src/actions/hold.ts';
import type { Kept } from '../../src/pipeline.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { silentLog } from '../../src/platform/log.ts';
import { originalBytes } from '../../src/quarantine/release.ts';
import type { Files, QuarantineFolders } from '../../src/quarantine/folders.ts';
import { openStore } from '../../src/storage/open.ts';
import { StoreError } from '../../src/storage/store.ts';
import type { Store } from '../../src/storage/store.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';

const MAIL = 'From: Vera <vera@sender.example>\r\nSubject: Cheap watches\r\n\r\nBuy now\xff\x00\r\n';
const clock = { now: () => Date.UTC(2026, 10, 22) };

const all = tempDir('hold');
let dir: { readonly path: string };
let store: Store;
beforeEach(async () => {
  dir = { path: await mkdtemp(join(all.path, 'data-')) };
  store = await openStore({ dataDir: dir.path, clock, log: silentLog });
});
afterEach(() => store.close());
afterAll(all.remove);

function holder(folders: QuarantineFolders = foldersIn(dir.path), held = store.held): QuarantineHolder {
  return quarantineHolder({ held, folders, clock, hostname: 'mx.example.com' });
}

/** Holds MAIL for these recipients with these verdicts. */
function hold(with_: QuarantineHolder, recipients: readonly string[], change: (recipient: string) => Partial<Verdict> = () => ({})): Promise<Kept> {
  return with_.hold(transactionOf(MAIL, { recipients }), someMessage, someScore, recipients.map((each) => verdictFor(each, change(each))), recipients.map((_, i) => i));
}

async function filesBelow(path: string): Promise<string[]> {
  const all = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((each) => each.isFile() && each.name !== 'maildirfolder').map((each) => join(each.parentPath, each.name));
}
const files = () => filesBelow(join(dir.path, 'quarantine'));
const FOLDER = () => join(dir.path, 'quarantine', 'sales', '.Suspected spam');

test('what could not be scored is held without a score, and says so', async () => {
  await holder().hold(transactionOf(MAIL, { recipients: ['a@example.com'] }), someMessage, null, [verdictFor('a@example.com')], [0]);
  expect(await store.held.list({ limit: 9 })).toMatchObject([{ score: null, kind: 'unknown' }]);
  expect(await readFile((await files())[0] ?? '', 'latin1')).toMatch(/^X-Usher-Verdict: quarantine; policy=sales; score=unknown; kind=unknown\r$/m);
});

test('one file for all recipients of a policy, one row for each, the message byte for byte', async () => {
  await hold(holder(), ['a@example.com', 'B@example.com']);
  const [file, ...more] = await files();
  expect(more).toEqual([]);
  expect(file?.startsWith(join(FOLDER(), 'new'))).toBe(true);
  const rows = await store.held.list({ limit: 9 });
  expect(rows.map((row) => [row.recipient, row.recipientRaw, row.state]).toSorted()).toEqual([['a@example.com', 'a@example.com', 'held'], ['b@example.com', 'B@example.com', 'held']]);
  const stored = await readFile(file ?? '');
  for (const row of rows) expect(stored.subarray(row.headBytes).equals(Buffer.from(MAIL, 'latin1'))).toBe(true);
  expect(stored.toString('latin1').split('\r\n').slice(0, 5)).toEqual([
    'Return-Path: <anna@example.net>', 'X-Usher-Id: 0123456789abcdef', 'X-Usher-Verdict: quarantine; policy=sales; score=0.97; kind=spam', 'X-Usher-Reason: spam',
    'X-Usher-Held-For: a@example.com, B@example.com',
  ]);
});

test('only the owner of the process may read it', async () => {
  await hold(holder(), ['a@example.com']);
  expect((await stat((await files())[0] ?? '')).mode & 0o777).toBe(0o600);
  for (const each of ['', 'sales', 'sales/.Suspected spam', 'sales/.Suspected spam/new', 'sales/.Suspected spam/tmp']) {
    expect([each, (await stat(join(dir.path, 'quarantine', each))).mode & 0o777]).toEqual([each, 0o700]);
  }
  for (const each of ['usher.sqlite', 'usher.sqlite-wal']) expect([each, (await stat(join(dir.path, each))).mode & 0o777]).toEqual([each, 0o600]);
});

test('each policy has its own file; names of folders stay inside', async () => {
  await hold(holder(), ['a@example.com', 'b@example.com'], (recipient) => (recipient.startsWith('b') ? { policy: 'company', folder: '../../Şüpheli.posta' } : {}));
  const found = (await files()).map((each) => each.slice(dir.path.length)).toSorted();
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(/^\/quarantine\/company\/\.&[^/]*posta\/new\//);
  expect(found[1]).toMatch(/^\/quarantine\/sales\/\.Suspected spam\/new\//);
});

test('a retried delivery adds a count, not a copy', async () => {
  await hold(holder(), ['a@example.com']);
  await hold(holder(), ['a@example.com', 'a@example.com']);
  expect(await files()).toHaveLength(1);
  expect(await store.held.list({ limit: 9 })).toMatchObject([{ count: 2 }]);
});

test('a retry with one recipient more makes a file for that one', async () => {
  await hold(holder(), ['a@example.com']);
  await hold(holder(), ['a@example.com', 'b@example.com']);
  expect(await files()).toHaveLength(2);
  expect((await store.held.list({ limit: 9 })).map((row) => [row.recipient, row.count]).toSorted()).toEqual([['a@example.com', 2], ['b@example.com', 1]]);
});

test('the same delivery many times at once: one file, one row, nothing left over', async () => {
  const one = holder();
  await Promise.all(Array.from({ length: 12 }, () => hold(one, ['a@example.com'])));
  expect(await store.held.list({ limit: 9 })).toMatchObject([{ count: 12 }]);
  const [row] = await store.held.list({ limit: 9 });
  expect((await files()).map((each) => each.split('/').pop())).toEqual([row?.file]);
});

test('a retry of a message whose file vanished is held anew', async () => {
  await hold(holder(), ['a@example.com']);
  await rm((await files())[0] ?? '');
  await hold(holder(), ['a@example.com']);
  expect(await files()).toHaveLength(1);
  const rows = await store.held.list({ limit: 9 });
  expect(rows.map((row) => row.state).toSorted()).toEqual(['deleted', 'held']);
});

test('a message that a mail program has seen is found by its base name, and counts', async () => {
  await hold(holder(), ['a@example.com']);
  const [file = ''] = await files();
  await rename(file, `${file.replace('/new/', '/cur/')}:2,FS`);
  await hold(holder(), ['a@example.com']);
  const [row] = await store.held.list({ limit: 9 });
  if (row === undefined) throw new Error('no row');
  expect(row.count).toBe(2);
  const original = await originalBytes({ store, folders: foldersIn(dir.path), clock }, row);
  expect(original?.equals(Buffer.from(MAIL, 'latin1'))).toBe(true);
});

test('the folder that somebody removed is made again', async () => {
  const one = holder();
  await hold(one, ['a@example.com']);
  await rm(FOLDER(), { recursive: true });
  await hold(one, ['b@example.com']);
  expect(await files()).toHaveLength(1);
});

test('mail that others already have is held and put into the outbox, once', async () => {
  const transaction = transactionOf(MAIL, { recipients: ['a@example.com', 'b@example.com'] });
  const verdicts = ['a@example.com', 'b@example.com'].map((each) => verdictFor(each, { action: 'mark', folder: null }));
  for (let i = 0; i < 2; i++) await holder().holdUndelivered(transaction, someMessage, someScore, verdicts, [1], Buffer.from('edited\r\n'), 'Junk');
  expect(await store.held.list({ limit: 9 })).toMatchObject([{ recipient: 'b@example.com', state: 'releasing', folder: 'Undelivered', count: 2 }]);
  const claimed = await store.outbox.claim(clock.now(), 1000, 9);
  expect(claimed).toMatchObject([{ kind: 'undelivered', recipient: 'b@example.com', sender: 'anna@example.net' }]);
  expect(JSON.parse(claimed[0]?.parameters ?? '')).toEqual({ mail: [], rcpt: [], mailboxFolder: 'Junk' });
  expect((await readFile((await files())[0] ?? '')).toString().endsWith('\r\nedited\r\n')).toBe(true);
});

describe('withdrawn, because the sender is told no after all', () => {
  test('nothing is left, and a retry is held anew', async () => {
    const kept = await hold(holder(), ['a@example.com', 'b@example.com'], (each) => (each.startsWith('b') ? { policy: 'company' } : {}));
    await kept.withdraw();
    expect(await files()).toEqual([]);
    expect((await store.held.list({ limit: 9 })).map((row) => row.state)).toEqual(['deleted', 'deleted']);
    await hold(holder(), ['a@example.com']);
    expect(await files()).toHaveLength(1);
    expect(await store.held.list({ limit: 9, state: 'held' })).toMatchObject([{ recipient: 'a@example.com', count: 1 }]);
  });

  test('what another delivery was told is kept stays, whichever came first', async () => {
    for (const first of [true, false]) {
      const recipient = `${first}@example.com`;
      const both = [await hold(holder(), [recipient]), await hold(holder(), [recipient])] as const;
      await both[first ? 0 : 1].withdraw();
      expect(await store.held.list({ limit: 9, recipient })).toMatchObject([{ state: 'held', count: 1 }]);
      await both[first ? 1 : 0].withdraw();
      expect(await store.held.list({ limit: 9, recipient })).toMatchObject([{ state: 'deleted' }]);
      expect(await files()).toEqual([]);
    }
  });
});

describe('when it cannot be made durable', () => {
  /** Fails at one operation of the file system with this code. */
  function failing(operation: 'write' | 'sync' | 'rename' | 'mkdir' | 'open', code: string): Files {
    const fail = (): never => { throw Object.assign(new Error(`${code}: ${operation}`), { code }); };
    return {
      ...realFiles,
      rename: operation === 'rename' ? async () => fail() : realFiles.rename,
      mkdir: operation === 'mkdir' ? (async () => fail()) as typeof realFiles.mkdir : realFiles.mkdir,
      open: async (path, flags, mode) => {
        if (operation === 'open' && flags === 'wx') fail();
        const handle = await realFiles.open(path, flags, mode);
        // Directories are opened for reading; only the message itself is to fail here.
        if (flags === 'wx' && operation === 'write') handle.writeFile = async () => fail();
        if (flags === 'wx' && operation === 'sync') handle.sync = async () => fail();
        return handle;
      },
    };
  }

  test.each([
    ['write', 'ENOSPC', 452, '4.3.1'], ['sync', 'ENOSPC', 452, '4.3.1'], ['open', 'EDQUOT', 452, '4.3.1'], ['mkdir', 'EACCES', 451, '4.3.0'],
    ['rename', 'EIO', 451, '4.3.0'], ['sync', 'EIO', 451, '4.3.0'], ['open', 'EROFS', 451, '4.3.0'],
  ] as const)('%s fails with %s: %i %s, no file, no row', async (operation, code, reply, enhanced) => {
    const error = await hold(holder(foldersIn(dir.path, failing(operation, code))), ['a@example.com']).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HoldError);
    expect((error as HoldError).reply).toMatchObject({ code: reply, enhanced });
    expect(await files()).toEqual([]);
    expect(await store.held.list({ limit: 9 })).toEqual([]);
    await hold(holder(), ['a@example.com']);
    expect(await store.held.list({ limit: 9 })).toMatchObject([{ count: 1, state: 'held' }]);
  });

  test('one of two policies fails: nothing of the other is left', async () => {
    const folders = foldersIn(dir.path, { ...realFiles, rename: async (from, to) => {
      if (String(to).includes('/company/')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      await realFiles.rename(from, to);
    } });
    await expect(hold(holder(folders), ['a@example.com', 'b@example.com'], (each) => (each.startsWith('b') ? { policy: 'company' } : {}))).rejects.toMatchObject({ code: 'unwritable' });
    expect(await files()).toEqual([]);
    expect(await store.held.list({ limit: 9 })).toEqual([]);
  });

  test.each([['SQLITE_FULL: database or disk is full', 452], ['SQLITE_IOERR: disk I/O error', 451]])('the index fails with %s: %i, no file', async (message, code) => {
    const held = { ...store.held, hold: async () => { throw new StoreError(message); } };
    const error = await hold(holder(foldersIn(dir.path), held), ['a@example.com']).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HoldError);
    expect((error as HoldError).reply.code).toBe(code);
    expect(await files()).toEqual([]);
  });
});

/** A real full disk needs a small file system of its own, which not every machine lets a test make. */
const mounted = spawnSync('unshare', ['--mount', 'true']).status === 0 && process.getuid?.() === 0;
const whereMounting = mounted ? describe : describe.skip;
whereMounting(`on a disk of 256 KiB${mounted ? '' : ' [skipped: needs root and mount]'}`, () => {
  let small: string;
  beforeEach(async () => {
    small = join(dir.path, 'quarantine');
    await mkdir(small);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status).toBe(0);
  });
  afterEach(() => { expect(spawnSync('umount', [small]).status).toBe(0); });

  test('holds until it is full, then says so each time; what was acknowledged is whole; room brings it back', async () => {
    const one = holder();
    const big = (n: number): Promise<Kept> =>
      one.hold(transactionOf(`Subject: ${n}\r\n\r\n${'x'.repeat(50_000)}\r\n`, { recipients: ['a@example.com'] }), someMessage, someScore, [verdictFor('a@example.com')], [0]);
    let acknowledged = 0;
    const errors: unknown[] = [];
    for (let n = 0; n < 8; n++) await big(n).then(() => { acknowledged++; }, (error: unknown) => errors.push(error));
    expect(acknowledged).toBeGreaterThan(1);
    expect(errors.length).toBeGreaterThan(1);
    for (const error of errors) expect((error as HoldError).reply).toMatchObject({ code: 452, enhanced: '4.3.1' });
    const rows = await store.held.list({ limit: 9 });
    expect(rows).toHaveLength(acknowledged);
    for (const row of rows) expect((await originalBytes({ store, folders: foldersIn(dir.path), clock }, row))?.length).toBe(row.size);
    expect(await files()).toHaveLength(acknowledged);
    for (const file of await files()) await rm(file);
    await expect(big(99)).resolves.toBeDefined();
  });
});
