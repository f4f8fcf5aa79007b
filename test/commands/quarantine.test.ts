import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { quarantineCommand } from '../../src/commands/quarantine.ts';
import { safeLine } from '../../src/commands/quarantine-text.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { EICAR } from '../../src/signals/test-strings.ts';
import { openStore } from '../../src/storage/open.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import { walk } from '../../src/message/walk.ts';
import { foldersIn, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';

const all = tempDir('quarantine-command');
let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = await mkdtemp(join(all.path, 'data-'));
  store = await openStore({ dataDir, clock: systemClock, log: silentLog });
});
afterEach(() => store.close());
afterAll(all.remove);

/** Runs the command while `store` stays open, as beside a running service. */
async function usher(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), cwd: all.path, env: { USHER_DATA: dataDir } };
  return { code: await quarantineCommand(args, io), out, err };
}

async function held(recipient = 'b@example.com', subject = 'Cheap watches', policy = 'sales', more = '', score: typeof someScore | null = someScore): Promise<HeldRow> {
  const transaction = transactionOf(`From: Vera <vera@sender.example>\r\nSubject: ${subject}\r\n\r\nBuy \x1b[31mnow\r\n${more}`, { recipients: [recipient] });
  const holder = quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock: systemClock, hostname: 'mx' });
  await holder.hold(transaction, walk(transaction.bytes), score, [verdictFor(recipient, { policy })], [0]);
  const [row] = await store.held.list({ limit: 1, recipient });
  if (row === undefined) throw new Error('nothing is held');
  return row;
}

test('list shows one line for each, filters, and the newest first', async () => {
  expect(await usher('list')).toEqual({ code: 0, out: 'Nothing is held here that matches.\n', err: '' });
  const a = await held('a@example.com', 'Order', 'company');
  const b = await held('b@example.com');
  const all = (await usher('list')).out.split('\n');
  expect(all[0]?.split(/ {2,}/)).toEqual(['ID', 'Held', 'State', 'Policy', 'Why', 'Score', 'For', 'From', 'Subject']);
  expect(all.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining([a.id, b.id]));
  for (const filter of [['--recipient', 'A@Example.com'], ['--policy', 'company'], ['--search', 'ORDER']]) {
    const { out } = await usher('list', ...filter);
    expect([filter, out.includes(a.id), out.includes(b.id)]).toEqual([filter, true, false]);
  }
  const first = await usher('list', '--limit', '1');
  expect([first.out.split('\n')[1]?.startsWith(b.id), first.err]).toEqual([true, `Shown: 1. There are more; the next ones: --before ${b.id}\n`]);
  expect((await usher('list', '--before', b.id)).out.split('\n').map((line) => line.split(' ')[0])).toEqual(['ID', a.id, '']);
  expect((await usher('list', '--limit', '2')).err).toBe('');
  expect(await usher('list', '--before', 'nosuchid')).toEqual({ code: 1, out: '', err: 'nosuchid: no held message has this ID.\n' });
  expect(JSON.parse((await usher('list', '--json')).out)).toHaveLength(2);
  expect((await usher('list', '--state', 'released')).out).toMatch(/Nothing/);
});

test('show gives the facts and the readable text, and no control character', async () => {
  const row = await held('b@example.com', 'Evil \x1b]0;title\x07 \u202etxt');
  const { code, out } = await usher('show', row.id);
  expect(code).toBe(0);
  expect(out).toContain('Vera <vera@sender.example>');
  expect(out).toContain('Buy �[31mnow');
  expect(out).toMatch(/File +.*\/quarantine\/sales\/\.Suspected spam\/new\//);
  // oxlint-disable-next-line no-control-regex
  expect(out).not.toMatch(/[\x1b\x07\u202e]/);
  expect(JSON.parse((await usher('show', row.id, '--json')).out)).toMatchObject({ id: row.id, state: 'held', verdict: { policy: 'sales' }, unreadable: null });
});

test('what could not be scored has no score', async () => {
  const row = await held('b@example.com', 'Cheap watches', 'sales', '', null);
  expect((await usher('list')).out).toMatch(/ sales {2,}spam {2,}\? {2,}b@example\.com /);
  expect((await usher('show', row.id)).out).toMatch(/^Score +unknown, it could not be scored$/m);
  expect(JSON.parse((await usher('list', '--json')).out)).toMatchObject([{ score: null, kind: 'unknown' }]);
});

test('release puts it into the outbox of the running service; twice is told', async () => {
  const row = await held();
  expect(await usher('release', row.id)).toMatchObject({ code: 0, out: `${row.id}: on its way to b@example.com. The running service delivers it within seconds.\n` });
  expect(await store.outbox.pending()).toBe(1);
  expect(await usher('release', row.id)).toEqual({ code: 1, out: '', err: `${row.id}: not possible any more, it is on its way.\n` });
  expect(await store.outbox.pending()).toBe(1);
});

test('what looks dangerous by now is released only when that is said', async () => {
  const row = await held('b@example.com', 'Cheap watches', 'sales', `${EICAR}\r\n`);
  expect(await usher('release', row.id)).toEqual({ code: 1, out: '', err: `${row.id}: it looks dangerous. Let it through all the same with --although-dangerous, when you are sure.\n` });
  expect([(await store.held.find(row.id))?.state, await store.outbox.pending()]).toEqual(['held', 0]);
  expect(await usher('release', row.id, '--although-dangerous')).toMatchObject({ code: 0 });
});

test('delete removes the row and the file, and says which ids it could not', async () => {
  const row = await held();
  const { code, out, err } = await usher('delete', row.id, 'nosuchid');
  expect([code, out, err]).toEqual([1, `${row.id}: deleted for b@example.com.\n`, 'nosuchid: no held message has this ID.\n']);
  expect((await store.held.find(row.id))?.state).toBe('deleted');
  expect(readdirSync(join(dataDir, 'quarantine', 'sales', '.Suspected spam', 'new'))).toEqual([]);
});

test('what vanished is told and recorded', async () => {
  const row = await held();
  rmSync(join(dataDir, 'quarantine', 'sales', '.Suspected spam', 'new', row.file));
  const { code, err } = await usher('release', row.id);
  expect([code, err]).toEqual([1, `${row.id}: its file is gone, so there is nothing left to do; this is recorded.\n`]);
  expect((await store.held.find(row.id))?.state).toBe('deleted');
  expect((await usher('show', row.id)).out).toContain('The file of this message is gone.');
});

test.each([
  [[], 'usher quarantine needs to be told what to do.'], [['explode'], 'does not know “explode”'], [['show'], 'Please give the ID'], [['show', 'a', 'b'], 'Please give the ID'],
  [['release'], 'Please give the ID'], [['list', '--state', 'gone'], '“gone” is not a state'], [['list', '--limit', '0'], '--limit needs a whole number'],
  [['list', '--limit', 'x'], '--limit needs a whole number'], [['list', '--colour'], '--colour'],
])('%j is refused with a sentence and the usage', async (args, sentence) => {
  const { code, out, err } = await usher(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
  expect(err).toContain('Usage:');
});

test('without data it says so; --help helps', async () => {
  const before = dataDir;
  dataDir = join(all.path, 'nothing-here');
  expect(await usher('list')).toMatchObject({ code: 2, err: expect.stringContaining('There is no quarantine in') });
  dataDir = before;
  expect(await usher('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage:') });
});

test('safeLine keeps what people write and nothing that steers', () => {
  expect(safeLine('Grüße\tиз 東京\r\n\x1b[2J\u202e\u061c')).toBe('Grüße из 東京 �[2J��');
});

test('without --config it goes by usher.yaml of the folder that it is started in, like every other command', async () => {
  const row = await held();
  const cwd = await mkdtemp(join(all.path, 'service-'));
  writeFileSync(join(cwd, 'usher.yaml'), `data: ${dataDir}\n`);
  let out = '';
  const code = await quarantineCommand(['list'], { out: (text) => void (out += text), err: () => undefined, cwd, env: {} });
  expect([code, out.includes(`\n${row.id} `)]).toEqual([0, true]);
});
