import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { silentLog } from '../../src/platform/log.ts';
import { linkKeys } from '../../src/review/link-keys.ts';
import { keySpans, LINK_MAX_MS, linkPath, linkUrl, makeToken, PURPOSES, readToken, type Link, type LinkKey } from '../../src/review/tokens.ts';
import { openStore } from '../../src/storage/open.ts';

const NOW = 1_800_000_000_000;
const key: LinkKey = { id: '694', secret: randomBytes(32) };
const link: Link = { purpose: 'let-through', recipient: 'anna@example.com', subject: '0123456789abcdef', expiresAt: NOW + 60_000 };
const token = makeToken(link, key);
const answer = (text: string, now = NOW, keys: readonly LinkKey[] = [key]): string => {
  const result = readToken(text, now, keys, 'let-through');
  return result.ok ? 'ok' : result.why;
};

test('says exactly what was put in', () => {
  fc.assert(fc.property(fc.constantFrom(...PURPOSES), fc.string({ unit: 'grapheme', maxLength: 100 }), fc.string({ maxLength: 40 }), fc.integer({ min: NOW / 1000 + 1, max: NOW / 1000 + 1e8 }), (purpose, recipient, subject, seconds) => {
    const given = { purpose, recipient: recipient.toWellFormed(), subject: subject.toWellFormed(), expiresAt: seconds * 1000 };
    expect(readToken(makeToken(given, key), NOW, [key], purpose)).toEqual({ ok: true, link: given });
  }));
});

test('is safe in an address, and short', () => {
  expect(encodeURIComponent(token)).toBe(token);
  expect(linkUrl('https://mail.example.com/', token)).toBe(`https://mail.example.com${linkPath(token)}`);
  expect(token.length).toBeLessThan(180);
});

test('every byte, changed in every way that an address allows, spoils it', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=%';
  for (let i = 0; i < token.length; i++) {
    for (const other of alphabet) {
      if (token[i] !== other) expect(`${i}${other} ${answer(token.slice(0, i) + other + token.slice(i + 1))}`).toMatch(/ (malformed|unknown-key|wrong)$/);
    }
    expect(answer(token.slice(0, i) + token.slice(i + 1))).not.toBe('ok');
    expect(answer(token.slice(0, i) + 'A' + token.slice(i))).not.toBe('ok');
  }
  expect(answer(`${token} `)).toBe('malformed');
  expect(answer(`${token}\n`)).toBe('malformed');
});

test('any text is answered, never thrown at', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => answer(text) !== 'ok'));
});

test('claims of another token under this one’s signature are nothing', () => {
  const changes: readonly Partial<Link>[] = [{ purpose: 'welcome' }, { recipient: 'boris@example.com' }, { subject: '1123456789abcdef' }, { expiresAt: NOW + 61_000 }];
  const mac = token.split('.')[2];
  for (const change of changes) {
    const [id, claims] = makeToken({ ...link, ...change }, key).split('.');
    expect(answer(`${id}.${claims}.${mac}`)).toBe('wrong');
  }
});

test('a purpose opens no other purpose', () => {
  for (const purpose of PURPOSES) {
    const made = makeToken({ ...link, purpose }, key);
    for (const asked of PURPOSES) expect(readToken(made, NOW, [key], asked).ok).toBe(asked === purpose);
  }
});

test('lives until its second, and not beyond', () => {
  expect(answer(token, link.expiresAt - 1)).toBe('ok');
  expect(answer(token, link.expiresAt)).toBe('expired');
  expect(answer(token, link.expiresAt + 1000)).toBe('expired');
});

test('an older key still opens, one given up does not, and a name is no key', () => {
  const newer: LinkKey = { id: '695', secret: randomBytes(32) };
  expect(answer(token, NOW, [newer, key])).toBe('ok');
  expect(answer(token, NOW, [newer])).toBe('unknown-key');
  expect(answer(token, NOW, [{ id: key.id, secret: newer.secret }])).toBe('wrong');
  expect(answer(token, NOW, [{ id: '695', secret: key.secret }])).toBe('unknown-key');
});

test('keys in force outlive every link that they signed', () => {
  for (let days = 0; days < 95; days++) {
    const made = NOW + days * 24 * 3600_000;
    expect(keySpans(made + LINK_MAX_MS - 1)).toContain(keySpans(made)[0]);
  }
});

describe('kept keys', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-keys-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  test('are made once, also by two at once, change with time, and are forgotten', async () => {
    let now = NOW;
    const clock = { now: () => now };
    const store = await openStore({ dataDir, clock, log: silentLog });
    const [one, other] = await Promise.all([linkKeys(store.settings, clock), linkKeys(store.settings, clock)]);
    expect(one).toEqual(other);
    const made = makeToken({ ...link, expiresAt: now + LINK_MAX_MS }, one[0]);
    now += LINK_MAX_MS / 2;
    const next = await linkKeys(store.settings, clock);
    expect(next[0].id).not.toBe(one[0].id);
    expect(readToken(made, now, next).ok).toBe(true);
    now += LINK_MAX_MS / 2 + 1000;
    expect(readToken(made, now, await linkKeys(store.settings, clock))).toMatchObject({ why: 'expired' });
    now += LINK_MAX_MS / 2;
    expect(readToken(made, now, await linkKeys(store.settings, clock))).toMatchObject({ why: 'unknown-key' });
    expect(await store.settings.get(`link-key-${one[0].id}`)).toBeNull();
    await store.close();
  });
});
