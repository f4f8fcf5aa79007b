import { randomBytes } from 'node:crypto';
import { bodyHash, makeMark, verifyMark } from '../../src/quarantine/mark.ts';
import type { MarkKey } from '../../src/quarantine/mark.ts';
import { wasReleased } from '../../src/quarantine/release.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';

const key: MarkKey = { id: 'k1', secret: randomBytes(32) };
const NOW = 1_800_000_000_000;
const bytes = Buffer.from('Subject: x\r\n\r\nHello\r\n');
const mail = { id: '0123456789abcdef', recipient: 'a@example.com', bytes };
const mark = makeMark(mail, NOW + 1000, key);

/** What verifyMark says to a changed mark or mail. */
function check(value: string, change: { recipient?: string; bytes?: Buffer; now?: number; keys?: readonly MarkKey[] } = {}): string {
  const result = verifyMark(value, { recipient: change.recipient ?? mail.recipient, bytes: change.bytes ?? bytes }, change.now ?? NOW, change.keys ?? [key]);
  return result.ok ? 'ok' : result.why;
}

test.each([
  ['as made', {}, 'ok'],
  ['in the last millisecond', { now: NOW + 999 }, 'ok'],
  ['at its end', { now: NOW + 1000 }, 'expired'],
  ['a second late', { now: NOW + 2000 }, 'expired'],
  ['another recipient', { recipient: 'b@example.com' }, 'wrong'],
  ['another body', { bytes: Buffer.from('Subject: x\r\n\r\nHallo\r\n') }, 'wrong'],
  ['more fields on top', { bytes: Buffer.from('Received: y\r\nSubject: x\r\n\r\nHello\r\n') }, 'ok'],
  ['empty lines at the end', { bytes: Buffer.from('Subject: x\r\n\r\nHello\r\n\r\n\r\n') }, 'ok'],
  ['a line at the end', { bytes: Buffer.from('Subject: x\r\n\r\nHello\r\n.\r\n') }, 'wrong'],
  ['the key before this one', { keys: [{ id: 'k2', secret: randomBytes(32) }, key] }, 'ok'],
  ['a key given up', { keys: [{ id: 'k2', secret: randomBytes(32) }] }, 'unknown-key'],
  ['another key of the same name', { keys: [{ id: 'k1', secret: randomBytes(32) }] }, 'wrong'],
] as const)('%s: %j', (_, change, expected) => {
  expect(check(mark, change)).toBe(expected);
});

test('any changed character spoils it', () => {
  for (let i = 0; i < mark.length; i++) {
    for (const other of ['A', 'b', '0', '1', ';', ' ', '-', '=']) {
      if (mark[i] === other) continue;
      expect(`${i}${other}: ${check(mark.slice(0, i) + other + mark.slice(i + 1))}`).not.toMatch(/ok$/);
    }
    expect(check(mark.slice(0, i))).toBe('malformed');
  }
});

test('any changed bit of the code spoils it, the spare ones too', () => {
  const [head, code = ''] = mark.split('mac=');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const other of alphabet) {
    if (other !== code.at(-1)) expect(check(`${head}mac=${code.slice(0, -1)}${other}`)).not.toBe('ok');
  }
});

test('the hash of a message without a body is that of nothing', () => {
  expect(bodyHash(Buffer.from('Subject: x\r\n'))).toBe(bodyHash(Buffer.from('Subject: y\r\n\r\n')));
});

test('a door lets it pass once', async () => {
  const used = new Set<string>();
  const marks = { use: async (token: string) => !used.has(token) && used.add(token).size > 0 };
  const field = { name: 'X-Usher-Release', key: 'x-usher-release', value: mark, start: 0, end: 1 };
  const pass = (value = mark, recipient = mail.recipient) => wasReleased([{ ...field, value }], bytes, recipient, NOW, [key], marks);
  expect(await pass('forged')).toBe(false);
  expect(await pass(mark, 'b@example.com')).toBe(false);
  expect(await pass()).toBe(true);
  expect(await pass()).toBe(false);
});

test('keys are kept, replaced after a month, and the one before stays valid', async () => {
  const values = new Map<string, string>();
  const settings = { get: async (name: string) => values.get(name) ?? null, set: async (name: string, value: string) => void values.set(name, value) };
  let now = NOW;
  const keysNow = () => markKeys(settings, { now: () => now });
  const [first] = await keysNow();
  expect((await keysNow())[0]).toEqual(first);
  now += 31 * 24 * 3600_000;
  const second = await keysNow();
  expect(second.map((each) => each.id)).toEqual([expect.not.stringMatching(first.id), first.id]);
  expect(second[1]).toEqual(first);
  now += 31 * 24 * 3600_000;
  const third = await keysNow();
  expect(third).toHaveLength(2);
  expect(third.map((each) => each.id)).not.toContain(first.id);
});
