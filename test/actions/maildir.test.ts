import * as fs from 'node:fs/promises';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createMaildirOnward, MaildirSession, type MaildirOptions } from '../../src/actions/maildir.ts';
import { Maildirs, type MaildirFiles } from '../../src/actions/maildir-file.ts';
import { mailAddress } from '../../src/message/envelope.ts';
import type { DeliveryGroup, Edits } from '../../src/pipeline.ts';
import { silentLog } from '../../src/platform/log.ts';
import { envelopeOf, said, someMessage } from '../support/relay-case.ts';

const noEdits: Edits = { added: '', subject: null, removed: [] };
const group = (recipients: readonly number[], mailboxFolder: string | null = null, edits: Edits = noEdits): DeliveryGroup => ({ recipients, edits, mailboxFolder });
let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'maildir-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const options = (files?: Partial<MaildirFiles>): MaildirOptions => (
  { maildirs: new Maildirs(join(dir, 'mail'), { ...fs, ...files }), hostname: 'mx.example.com', clock: { now: () => 1_800_000_000_123 }, log: silentLog });
/** All files below, relative. */
const all = (): string[] => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name).slice(dir.length + 1)).sort();

it('writes the message to new, with Return-Path and Delivered-To on top', async () => {
  const envelope = envelopeOf({}, ['Anna@Example.com', 'bob@example.com']);
  const bytes = Buffer.concat([Buffer.from('Return-Path: <forged@x.example>\r\nReceived: old\r\nreturn-path : <b@x>\r\n'), someMessage]);
  const replies = await createMaildirOnward(options(), envelope).deliver(group([0, 1], null, { ...noEdits, added: 'X-Usher-Id: 1\r\n' }), bytes);
  expect(replies.map(said)).toEqual(['250 2.0.0 Delivered', '250 2.0.0 Delivered']);
  const [anna = '', bob = ''] = all();
  expect(anna).toMatch(/^mail\/anna@example\.com\/new\/1800000000\.M123000P\d+R[0-9a-f]{12}\.mx\.example\.com,S=\d+$/);
  expect(bob).toMatch(/^mail\/bob@example\.com\/new\//);
  const text = readFileSync(join(dir, anna), 'latin1');
  expect(text).toBe(`Return-Path: <a@sender.example>\r\nDelivered-To: Anna@Example.com\r\nX-Usher-Id: 1\r\nReceived: old\r\n${someMessage.toString()}`);
  expect(Number(/S=(\d+)/.exec(anna)?.[1])).toBe(text.length);
  expect(statSync(join(dir, 'mail/anna@example.com')).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, anna)).mode & 0o777).toBe(0o600);
});

it.each([['Junk', '.Junk'], ['Спам.Папка', '.&BCEEPwQwBDwALgQfBDAEPwQ6BDA-'], ['../../x', '.&AC4ALgAvAC4ALgAv-x']])('puts folder %j into %j of the recipient\'s Maildir', async (folder, name) => {
  await createMaildirOnward(options(), envelopeOf()).deliver(group([0], folder), someMessage);
  expect(all().map((each) => each.replace(/1800.*/, 'MAIL'))).toEqual([`mail/anna@example.com/${name}/maildirfolder`, `mail/anna@example.com/${name}/new/MAIL`]);
  expect(readdirSync(join(dir, 'mail/anna@example.com')).sort()).toEqual([name, 'cur', 'new', 'tmp']);
});

it('INBOX is no folder below the inbox', async () => {
  await createMaildirOnward(options(), envelopeOf()).deliver(group([0], 'inbox'), someMessage);
  expect(all()[0]).toMatch(/^mail\/anna@example\.com\/new\//);
});

it.each(['../../../tmp/x@example.com', '..', '.', '/etc/passwd', 'a\0b@example.com', `${'x'.repeat(600)}@example.com`])('an address is no path: %j', async (address) => {
  const replies = await createMaildirOnward(options(), envelopeOf({}, [address])).deliver(group([0]), someMessage);
  expect(replies.map(said)).toEqual(['250 2.0.0 Delivered']);
  const [file = ''] = all();
  expect(file.split('/').slice(0, 1)).toEqual(['mail']);
  expect(file.split('/')).toHaveLength(4);
  expect(readdirSync(dir)).toEqual(['mail']);
});

it('addresses that would be further fields are one line', async () => {
  await createMaildirOnward(options(), envelopeOf({ sender: mailAddress('a@b\r\nX-Evil: 1') })).deliver(group([0]), someMessage);
  expect(readFileSync(join(dir, all()[0] ?? ''), 'latin1')).toMatch(/^Return-Path: <a@b X-Evil: 1>\r\nDelivered-To/);
});

const failure = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));

it.each([
  ['no room for the file', 'ENOSPC', '452 4.3.1 There is no room for this message at the moment, please try again later'],
  ['over quota', 'EDQUOT', '452 4.3.1 There is no room for this message at the moment, please try again later'],
  ['not allowed', 'EACCES', '451 4.3.0 The message could not be stored at the moment, please try again later'],
  ['read-only', 'EROFS', '451 4.3.0 The message could not be stored at the moment, please try again later'],
])('%s: the sender keeps it, and nothing half-written is left', async (_name, code, reply) => {
  for (const step of ['mkdir', 'rename'] as const) {
    const replies = await createMaildirOnward(options({ [step]: () => failure(code) }), envelopeOf()).deliver(group([0]), someMessage);
    expect([step, ...replies.map(said)]).toEqual([step, reply]);
  }
  // The disk fills up while writing, while syncing the file, and while syncing the directory.
  for (const [path, method] of [['/tmp/', 'writeFile'], ['/tmp/', 'sync'], ['/new', 'sync']] as const) {
    await createMaildirOnward(options(), envelopeOf()).deliver(group([0]), someMessage);
    const before = all();
    const open: MaildirFiles['open'] = async (file, ...rest) => {
      const handle = await fs.open(file, ...rest);
      if (String(file).slice(dir.length).includes(path)) Object.defineProperty(handle, method, { value: () => failure(code) });
      return handle;
    };
    const replies = await createMaildirOnward(options({ open }), envelopeOf()).deliver(group([0]), someMessage);
    expect([path, method, ...replies.map(said)]).toEqual([path, method, reply]);
    expect(all()).toEqual(before);
  }
});

it('one recipient\'s failure is that recipient\'s only', async () => {
  await createMaildirOnward(options(), envelopeOf()).deliver(group([0]), someMessage);
  writeFileSync(join(dir, 'mail', 'bob@example.com'), 'in the way');
  const replies = await createMaildirOnward(options(), envelopeOf({}, ['anna@example.com', 'bob@example.com'])).deliver(group([0, 1]), someMessage);
  expect(replies.map((each) => each.code)).toEqual([250, 451]);
});

it('makes folders again that somebody removed', async () => {
  const onward = createMaildirOnward(options(), envelopeOf());
  await onward.deliver(group([0], 'Junk'), someMessage);
  rmSync(join(dir, 'mail/anna@example.com'), { recursive: true });
  expect((await onward.deliver(group([0], 'Junk'), someMessage)).map(said)).toEqual(['250 2.0.0 Delivered']);
});

/** Directories in the order in which they were synced, relative to the temporary one. */
const syncing = (synced: string[]): Partial<MaildirFiles> => ({
  open: async (file, flags, ...rest) => {
    const handle = await fs.open(file, flags, ...rest);
    const { sync } = handle;
    if (flags === 'r') Object.defineProperty(handle, 'sync', { value: async () => { await sync.call(handle); synced.push(relative(dir, String(file)) || '.'); } });
    return handle;
  },
});
const UPWARDS = ['mail/anna@example.com/.Junk', 'mail/anna@example.com', 'mail', '.'];

it('syncs what another process made and perhaps did not sync, once', async () => {
  await createMaildirOnward(options(), envelopeOf()).deliver(group([0], 'Junk'), someMessage);
  const synced: string[] = [];
  const onward = createMaildirOnward(options(syncing(synced)), envelopeOf());
  await onward.deliver(group([0], 'Junk'), someMessage);
  expect(synced).toEqual([...UPWARDS, 'mail/anna@example.com/.Junk/new']);
  synced.length = 0;
  await onward.deliver(group([0], 'Junk'), someMessage);
  expect(synced).toEqual(['mail/anna@example.com/.Junk/new']);
});

it('a message that comes while its folder is being made waits for no less', async () => {
  const synced: string[] = [];
  const onward = createMaildirOnward(options(syncing(synced)), envelopeOf());
  const first = onward.deliver(group([0], 'Junk'), someMessage);
  await onward.deliver(group([0], 'Junk'), someMessage);
  expect(synced).toEqual(expect.arrayContaining(UPWARDS));
  await first;
});

it('syncs directories above that were made, too', async () => {
  const synced: string[] = [];
  const deep = { ...options(), maildirs: new Maildirs(join(dir, 'a/b/mail'), { ...fs, ...syncing(synced) }) };
  await createMaildirOnward(deep, envelopeOf()).deliver(group([0]), someMessage);
  expect(synced).toEqual(['a/b/mail/anna@example.com', 'a/b/mail', 'a/b', 'a', '.', 'a/b/mail/anna@example.com/new']);
});

it('delivers into a Maildir in folders that only others may read', async () => {
  await createMaildirOnward(options(), envelopeOf()).deliver(group([0], 'Junk'), someMessage);
  const open: MaildirFiles['open'] = (file, ...rest) => (['', 'mail', 'mail/anna@example.com', 'mail/anna@example.com/.Junk/maildirfolder'].includes(relative(dir, String(file))) ? failure('EACCES') : fs.open(file, ...rest));
  expect((await createMaildirOnward(options({ open, access: () => failure('EACCES') }), envelopeOf()).deliver(group([0], 'Junk'), someMessage)).map(said)).toEqual(['250 2.0.0 Delivered']);
  // What may be written and not read could hold a name of ours that nobody synced.
  expect((await createMaildirOnward(options({ open }), envelopeOf()).deliver(group([0], 'Junk'), someMessage)).map(said)).toEqual(['451 4.3.0 The message could not be stored at the moment, please try again later']);
});

it('a session takes every address that can be one', async () => {
  const session = new MaildirSession(options());
  expect((await session.mail(mailAddress(''), [])).code).toBe(250);
  expect((await session.rcpt(mailAddress(''), [])).code).toBe(553);
  expect((await session.rcpt(mailAddress('anna@example.com'), [])).code).toBe(250);
  expect((await session.onward(envelopeOf()).deliver(group([0]), someMessage)).map((each) => each.code)).toEqual([250]);
  await session.onward(envelopeOf()).abandon();
  expect(() => session.onward(envelopeOf({}, ['a@b', 'c@d']))).toThrow('accepted');
  session.release();
});
