import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { parse } from '../../src/message/limits.ts';
import { toCrlf, walk } from '../../src/message/walk.ts';
import { authenticate } from '../../src/signals/authentication.ts';
import { offlineResolver, type Resolver } from '../../src/platform/resolver.ts';
import { silentResolver, zoneResolver } from '../support/dns-zone.ts';
import type { Zone } from '../support/dns-zone.ts';
import { envelope } from '../support/envelope.ts';
import type { EnvelopeTraits } from '../support/envelope.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const PLAIN = toCrlf(Buffer.from('From: Anna <anna@example.net>\nTo: bob@example.com\nSubject: Lunch\nDate: Fri, 15 Jan 2027 11:59:00 +0000\nMessage-ID: <1@example.net>\n\nHello Bob\n'));

async function signed(domain: string, bytes: Buffer = PLAIN, maxBodyLength?: number): Promise<Buffer> {
  const signatureData = [{ signingDomain: domain, selector: 's', privateKey: PEM, algorithm: 'rsa-sha256', ...(maxBodyLength === undefined ? {} : { maxBodyLength }) }];
  const { signatures, errors } = await dkimSign(bytes, { canonicalization: 'relaxed/relaxed', signatureData });
  expect(errors).toEqual([]);
  return Buffer.concat([Buffer.from(signatures), bytes]);
}

const SPF = { TXT: ['v=spf1 ip4:192.0.2.1 -all'] };
const key = (domain: string): Zone => ({ [`s._domainkey.${domain}`]: { TXT: [KEY] } });
const dmarc = (text: string): Zone => ({ '_dmarc.example.net': { TXT: [`v=DMARC1; ${text}`] } });

const run = (bytes: Buffer, zone: Zone | Resolver, traits: EnvelopeTraits = {}, deadlineMs = 1000, ourDomains: ReadonlySet<string> = new Set()) =>
  authenticate({ envelope: envelope(traits), message: walk(bytes), bytes, ourDomains }, 'resolve' in zone ? (zone as Resolver) : zoneResolver(zone as Zone), deadlineMs);

const PASS_DKIM = { state: 'pass', by: 'dkim' };
const PASS_SPF = { state: 'pass', by: 'spf' };
const NONE = { state: 'none' };
const FAIL = { state: 'fail', policy: 'reject' };
const because = (reason: string) => ({ state: 'unknown', reason });

test.each<[string, Zone, EnvelopeTraits, object]>([
  ['nothing published', {}, {}, NONE],
  ['SPF of the author domain, no DMARC', { 'example.net': SPF }, {}, PASS_SPF],
  ['SPF of a sub-domain, no DMARC', { 'bounce.example.net': SPF }, { sender: 'x@bounce.example.net' }, PASS_SPF],
  ['SPF of another domain, no DMARC', { 'example.org': SPF }, { sender: 'x@example.org' }, NONE],
  ['SPF fails, no DMARC', { 'example.net': SPF }, { ip: '192.0.2.9' }, NONE],
  ['DMARC and aligned SPF', { 'example.net': SPF, ...dmarc('p=reject') }, {}, PASS_SPF],
  ['DMARC and SPF that fails', { 'example.net': SPF, ...dmarc('p=reject') }, { ip: '192.0.2.9' }, FAIL],
  ['DMARC strict and SPF of a sub-domain', { 'bounce.example.net': SPF, ...dmarc('p=reject; aspf=s') }, { sender: 'x@bounce.example.net' }, FAIL],
  ['DMARC relaxed and SPF of a sub-domain', { 'bounce.example.net': SPF, ...dmarc('p=reject') }, { sender: 'x@bounce.example.net' }, PASS_SPF],
  ['null reverse-path: HELO counts', { 'mail.example.net': SPF, ...dmarc('p=reject') }, { sender: '' }, PASS_SPF],
  ['DMARC p=none fails too', { 'example.net': SPF, ...dmarc('p=none') }, { ip: '192.0.2.9' }, { state: 'fail', policy: 'none' }],
  ['client not known, DMARC', { 'example.net': SPF, ...dmarc('p=reject') }, { ip: null }, because('relay')],
  ['client not known, nothing published', {}, { ip: null }, because('relay')],
  ['SPF server fails', { 'example.net': 'servfail', ...dmarc('p=reject') }, {}, because('servfail')],
  ['SPF times out', { 'example.net': 'timeout', ...dmarc('p=reject') }, {}, because('timeout')],
  ['DMARC server fails, SPF fails', { 'example.net': SPF, '_dmarc.example.net': 'servfail' }, { ip: '192.0.2.9' }, because('servfail')],
  ['DMARC server fails, SPF of the very domain passes', { 'example.net': SPF, '_dmarc.example.net': 'servfail' }, {}, PASS_SPF],
  ['DMARC server fails, SPF of a sub-domain passes', { 'b.example.net': SPF, '_dmarc.example.net': 'servfail' }, { sender: 'x@b.example.net' }, because('servfail')],
  ['DMARC refused', { '_dmarc.example.net': 'refused' }, {}, because('refused')],
  ['records empty, not absent', { 'example.net': 'empty', '_dmarc.example.net': 'empty' }, {}, NONE],
])('unsigned: %s', async (_title, zone, traits, expected) => {
  const { author, dkimAligned } = await run(PLAIN, zone, traits);
  expect(author).toEqual(expected);
  expect(dkimAligned).toBe(false);
});

test.each<[string, string, Zone, object, boolean]>([
  ['aligned, no DMARC', 'example.net', key('example.net'), PASS_DKIM, true],
  ['sub-domain, no DMARC', 'mail.example.net', key('mail.example.net'), PASS_DKIM, true],
  ['another domain, no DMARC', 'example.org', key('example.org'), NONE, false],
  ['another domain, DMARC', 'example.org', { ...key('example.org'), ...dmarc('p=reject') }, FAIL, false],
  ['key absent, DMARC', 'example.net', dmarc('p=reject'), FAIL, false],
  ['key server fails, DMARC', 'example.net', { 's._domainkey.example.net': 'servfail', ...dmarc('p=reject') }, because('servfail'), false],
  ['key server silent, no DMARC', 'example.net', { 's._domainkey.example.net': 'timeout' }, because('timeout'), false],
  ['aligned, DMARC', 'example.net', { ...key('example.net'), ...dmarc('p=reject') }, PASS_DKIM, true],
])('signed: %s', async (_title, domain, zone, expected, aligned) => {
  const { author, dkimAligned } = await run(await signed(domain), zone, { sender: 'bounce@elsewhere.example' });
  expect(author).toEqual(expected);
  expect(dkimAligned).toBe(aligned);
});

test('both pass', async () => {
  const { author, results, signals } = await run(await signed('example.net'), { 'example.net': SPF, ...key('example.net'), ...dmarc('p=reject') });
  expect(author).toEqual({ state: 'pass', by: 'both' });
  expect(results).toMatch(/^spf=pass smtp\.mailfrom=example\.net; dkim=pass header\.d=example\.net .*; dmarc=pass .*header\.from=example\.net$/);
  expect(signals).toEqual(expect.arrayContaining([
    { name: 'spf', state: 'present', value: 'pass' }, { name: 'dkim', state: 'present', value: 'pass' },
    { name: 'dmarc', state: 'present', value: 'pass' }, { name: 'dkim-aligned', state: 'present', value: true },
  ]));
});

test.each<[string, string, Zone, string]>([
  ['vouched for', 'example.net', { 'example.net': SPF }, 'present'],
  ['not vouched for', 'example.net', {}, 'absent'],
  ['disowned', 'example.net', dmarc('p=reject'), 'absent'],
  ['nobody could look', 'example.net', { 'example.net': 'servfail' }, 'unknown'],
  ["somebody else's", 'example.org', { 'example.net': SPF }, 'absent'],
])('an author of our own domain: %s', async (_title, ours, zone, state) => {
  const { signals } = await run(PLAIN, zone, {}, 1000, new Set([ours]));
  expect(signals.find(({ name }) => name === 'author-ours')?.state).toBe(state);
});

test('one tenant of a shared suffix does not vouch for another', async () => {
  const bytes = Buffer.from(PLAIN.toString().replace('anna@example.net', 'anna@one.github.io'));
  expect((await run(bytes, { 'two.github.io': SPF }, { sender: 'x@two.github.io' })).author).toEqual(NONE);
});

test('a changed body fails', async () => {
  const bytes = Buffer.from((await signed('example.net')).toString().replace('Hello Bob', 'Hello Eve'));
  const { author, signals } = await run(bytes, { ...key('example.net'), ...dmarc('p=quarantine') });
  expect(author).toEqual({ state: 'fail', policy: 'quarantine' });
  expect(signals).toContainEqual({ name: 'dkim', state: 'present', value: 'fail' });
});

test('a signature that leaves added text uncovered does not vouch for the author', async () => {
  const bytes = Buffer.concat([await signed('example.net', PLAIN, 5), Buffer.from('Buy now\r\n')]);
  const { author, dkimAligned, signals } = await run(bytes, key('example.net'));
  expect([author, dkimAligned]).toEqual([NONE, false]);
  expect(signals).toContainEqual({ name: 'dkim-partial', state: 'present', value: true });
});

test.each([['two From fields', 'From: eve@example.org\r\n'], ['two authors', null]])('%s: nobody is authenticated', async (_title, extra) => {
  const plain = extra === null ? Buffer.from(PLAIN.toString().replace('Anna <anna@example.net>', 'anna@example.net, eve@example.org')) : Buffer.concat([Buffer.from(extra), PLAIN]);
  expect((await run(plain, { 'example.net': SPF, ...dmarc('p=reject') })).author).toEqual(NONE);
});

test('a flood of signatures is bounded', async () => {
  const one = (await signed('example.net')).toString().slice(0, -PLAIN.length);
  const zone = zoneResolver(key('example.net'));
  const { signals } = await run(Buffer.from(one.repeat(50) + PLAIN.toString()), zone);
  expect(signals).toContainEqual({ name: 'dkim-too-many', state: 'present', value: 45 });
});

test('nobody answers: unknown after the deadline, never a failure', async () => {
  const started = Date.now();
  const { author, signals } = await run(await signed('example.net'), silentResolver, {}, 50);
  expect(Date.now() - started).toBeLessThan(1000);
  expect(author).toEqual(because('timeout'));
  for (const name of ['spf', 'dkim']) expect(signals).toContainEqual({ name, state: 'unknown', reason: 'timeout' });
});

test('what the DNS said is kept for replay', async () => {
  const { lookups } = await run(PLAIN, { 'example.net': SPF, '_dmarc.example.net': 'servfail' });
  expect(lookups).toMatchObject({ 'example.net TXT': 'v=spf1 ip4:192.0.2.1 -all', '_dmarc.example.net TXT': '!servfail' });
});

test('a resolver that breaks its promise costs the check, not the mail', async () => {
  const broken: Resolver = { resolve: () => Promise.reject(new Error('boom')) };
  const { author } = await run(PLAIN, broken);
  expect(author.state).toBe('unknown');
});

test('a header too large to be read: nobody can say who the author is', async () => {
  const bytes = Buffer.concat([Buffer.from(`X-Fill: ${'x'.repeat(900)}\r\n`.repeat(400)), PLAIN]);
  expect((await run(bytes, { 'example.net': SPF })).author).toEqual(because('header-too-large'));
});

test.each([
  ['in words that are not decoded', `Content-Type: text/plain; x="${'=?utf-8?q?a?= x '.repeat(parse.encodedWordsMax + 1)}"`],
  ['in a part', `Content-Type: text/plain\r\n${'x:\r\n'.repeat(parse.headerFieldsMax + 1)}`],
])('too large %s: who the author is stands in the header all the same', async (_, part) => {
  const bytes = Buffer.from(`From: x@bank.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${part}\r\n\r\nhello\r\n--b--\r\n`);
  expect(walk(bytes).unopened).toMatchObject([{ reason: 'header-too-large' }]);
  expect((await run(bytes, { 'example.net': SPF, '_dmarc.bank.example': { TXT: ['v=DMARC1; p=reject'] } })).author).toEqual({ state: 'fail', policy: 'reject' });
});

test('of long answers only what decided is kept', async () => {
  const { lookups, author } = await run(PLAIN, { 'example.net': { TXT: ['v=spf1 ip4:192.0.2.1 -all', `site-verification=${'x'.repeat(5000)}`] } });
  expect(author).toEqual(PASS_SPF);
  expect(lookups['example.net TXT']).toBe('v=spf1 ip4:192.0.2.1 -all');
});

test('whether a signature would have aligned stays open only while its key could not be fetched', async () => {
  const bytes = await signed('example.net');
  const of = async (zone: Zone) => (await run(bytes, { 'example.net': SPF, ...zone })).signals.find(({ name }) => name === 'dkim-aligned');
  expect(await of({ 's._domainkey.example.net': 'servfail' })).toEqual({ name: 'dkim-aligned', state: 'unknown', reason: 'servfail' });
  expect(await of({})).toEqual({ name: 'dkim-aligned', state: 'absent' });
  expect(await of(key('example.net'))).toEqual({ name: 'dkim-aligned', state: 'present', value: true });
});

test('without a network: the same whether the resolver has to be asked or knows at once', async () => {
  const bytes = await signed('example.net');
  const slow: Resolver = { resolve: async () => ({ state: 'offline' }) };
  const [known, asked] = [await run(bytes, offlineResolver), await run(bytes, slow)];
  expect(known).toEqual(asked);
  expect(known.results).toMatch(/^spf=temperror smtp\.mailfrom=example\.net; dkim=temperror \(DNS failure: EOFFLINE\) header\.d=example\.net .*; dmarc=temperror header\.from=example\.net$/);
});
