import { generateKeyPairSync } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { walk } from '../../src/message/walk.ts';
import type { DnsAnswer, Resolver } from '../../src/platform/resolver.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { arcProbe } from '../../src/signals/arc.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { zoneResolver } from '../support/dns-zone.ts';
import type { Zone } from '../support/dns-zone.ts';
import { answersOf } from '../support/probes.ts';
import { input } from '../support/signal-mail.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const ZONE: Zone = { 's._domainkey.forwarder.example': { TXT: [KEY] } };

/** Sealed by forwarder.example, which says what DMARC gave. */
async function sealed(dmarc: string): Promise<Buffer> {
  const { bytes } = input();
  const seal = await sealMessage(bytes, {
    signingDomain: 'forwarder.example', selector: 's', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    authResults: `mx.forwarder.example; dmarc=${dmarc} header.from=example.net`, cv: 'none', i: 1,
  });
  return Buffer.concat([Buffer.from(seal), bytes]);
}

async function ask(bytes: Buffer, trusted: readonly string[], zone: Zone = ZONE) {
  const probed = { ...input(), bytes, message: walk(bytes) };
  const resolver = zoneResolver(zone);
  const answers = await answersOf(arcProbe(trusted), probed, new Lookups(resolver, 1000));
  // The same where everything is known beforehand, so that less may have to be looked at.
  const known = new Map<string, DnsAnswer>();
  for (const name of Object.keys(zone)) known.set(name, await resolver.resolve(name, 'TXT'));
  const cached = new Lookups({ resolve: resolver.resolve, known: (name: string) => known.get(name.toLowerCase()) ?? null } as Resolver, 1000);
  expect(await answersOf(arcProbe(trusted), probed, cached)).toEqual(answers);
  return answers;
}

test('not sealed', async () => expect(await ask(input().bytes, [])).toEqual({}));
test('under a header that is larger than is looked at, nobody can say', async () => {
  const seal = await sealed('pass'), end = seal.indexOf('\r\n\r\n');
  const bytes = Buffer.concat([seal.subarray(0, end), Buffer.from(`\r\nX-Long: a\r\n${' a\r\n'.repeat(100_000)}`), seal.subarray(end + 2)]);
  expect(await ask(bytes, ['forwarder.example'])).toEqual({ unknown: 'header-too-large' });
});
test('a seal of anybody proves nothing', async () => expect(await ask(await sealed('pass'), [])).toEqual({ arc: 'pass' }));
test('a seal of a server that we trust', async () => expect(await ask(await sealed('pass'), ['forwarder.example'])).toEqual({ arc: 'pass', 'arc-trusted': true }));
test('which had found the author wanting', async () => expect(await ask(await sealed('fail'), ['forwarder.example'])).toEqual({ arc: 'pass' }));
test('changed since', async () => expect(await ask(Buffer.concat([await sealed('pass'), Buffer.from('more\r\n')]), ['forwarder.example'])).toEqual({ arc: 'fail' }));
test('another message under the same seal', async () => {
  const bytes = Buffer.from((await sealed('pass')).toString('latin1').replace('dmarc=pass', 'dmarc=fail'), 'latin1');
  expect(await ask(bytes, ['forwarder.example'])).toEqual({ arc: 'fail' });
});
test('a key that cannot be fetched', async () => expect(await ask(await sealed('pass'), ['forwarder.example'], { 's._domainkey.forwarder.example': 'timeout' })).toEqual({ unknown: 'timeout' }));
test('no network at all', async () => {
  const bytes = await sealed('pass');
  const lookups = new Lookups(offlineResolver, 1000);
  expect(await answersOf(arcProbe([]), { ...input(), bytes, message: walk(bytes) }, lookups)).toEqual({ unknown: 'offline' });
  expect(lookups.record()).toEqual({ 's._domainkey.forwarder.example TXT': '!offline' });
});
test.each([['a set without its results', 'ARC-Authentication-Results:', 'X-Results:'], ['sets that do not count from one', ' i=1;', ' i=2;'], ['a seal that says it is not the first', 'cv=none', 'cv=pass']])('%s is no chain, whatever the network says', async (_title, written, instead) => {
  const bytes = Buffer.from((await sealed('pass')).toString('latin1').replaceAll(written, instead), 'latin1');
  for (const zone of [ZONE, { 's._domainkey.forwarder.example': 'timeout' } as const]) expect(await ask(bytes, ['forwarder.example'], zone)).toEqual({ arc: 'fail' });
});
test('more seals than anybody needs', async () => expect(await ask(Buffer.concat([Buffer.from('ARC-Seal: i=1\r\n'.repeat(11)), input().bytes]), [])).toEqual({ unknown: 'too-many' }));
test('nonsense', async () => expect(await ask(Buffer.concat([Buffer.from('ARC-Seal: \0;;=\r\n'), input().bytes]), [])).toEqual({ arc: 'fail' }));
