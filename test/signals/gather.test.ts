import * as fc from 'fast-check';
import { walk } from '../../src/message/walk.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { loadScorer } from '../../src/model-file.ts';
import { gather } from '../../src/signals/gather.ts';
import type { Probe, Probed } from '../../src/signals/probe.ts';
import { silentResolver } from '../support/dns-zone.ts';
import { envelope } from '../support/envelope.ts';
import { gatherOffline, input } from '../support/signal-mail.ts';

const NEEDS_NETWORK = ['author-authentic', 'dmarc', 'spf', 'spf-helo', 'reverse-dns', 'reverse-dns-generic', 'reverse-dns-missing', 'reverse-dns-unconfirmed'];
const NEEDS_MEMORY = ['known-correspondent', 'known-but-unproven', 'answers-ours', 'sender-released', 'sender-blocked', 'sender-complained'];

test('without a network, what needs it is unknown(offline); the rest is known', async () => {
  const { signals, authentication } = await gatherOffline({ extra: 'DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=s; h=from; bh=x; b=x\n' });
  expect(authentication.author).toEqual({ state: 'unknown', reason: 'offline' });
  expect(signals.filter(({ state }) => state === 'unknown').map(({ name }) => name).sort()).toEqual([...NEEDS_NETWORK, ...NEEDS_MEMORY].toSorted());
});

test('under a deadline even when nobody answers', async () => {
  const { authentication } = await gather(input(), silentResolver, 30);
  expect(authentication.author).toEqual({ state: 'unknown', reason: 'timeout' });
});

const words = ['From: ', 'To: ', 'Subject: ', 'Date: ', 'Content-Type: ', 'multipart/mixed; boundary=b', 'text/html', 'application/zip; name="', '\r\n', '\r\n\r\n', '--b', '--b--', '<a href="', 'http://', '//[', '">', '@', 'example.net', '=?utf-8?B?', '?=',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s; h=from; bh=; b=', 'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment; filename=', '.pdf.exe', '\u202E', '\0', 'xn--', 'Received: ', '%', '<', '"'];
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8, unit: 'binary' })), { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
);

test('no bytes make gathering or scoring fail, and no family gives up', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.string({ maxLength: 30 }), async (bytes, sender) => {
      const message = walk(bytes);
      const gathered = await gather({ envelope: envelope({ sender, helo: sender }), message, bytes, ourDomains: new Set(['example.com']) }, offlineResolver, 1000);
      const failures = gathered.signals.filter((signal) => signal.state === 'unknown' && /failed/.test(signal.reason));
      expect(failures).toEqual([]);
      const { score, contributions } = loadScorer(null).score({ message, ...gathered });
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      for (const { contribution } of contributions) expect(Number.isFinite(contribution)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

describe('what is asked elsewhere', () => {
  const probe = (name: string, gather: Probe['gather']): Probe => ({ name, describes: [{ name, meaning: '' }], gather });
  const here = (name: string): Probed => ({ signals: [{ name, state: 'present', value: true }], unopened: [{ reason: name, path: '' }] });

  test('comes in the order of the list, whoever answers first; who fails or is late costs its own signals alone', async () => {
    const probes = [
      probe('slow', async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return here('slow');
      }),
      probe('at-once', () => here('at-once')),
      probe('throws', () => {
        throw new Error('boom');
      }),
      probe('silent', () => new Promise(() => {})),
      probe('rejects', () => Promise.reject(new Error('no'))),
      probe('soon', async () => here('soon')),
    ];
    const { signals, unopened } = await gather(input(), offlineResolver, 250, probes);
    expect(signals.slice(-probes.length)).toEqual([
      { name: 'slow', state: 'present', value: true }, { name: 'at-once', state: 'present', value: true }, { name: 'throws', state: 'unknown', reason: 'failed: boom' },
      { name: 'silent', state: 'unknown', reason: 'timeout' }, { name: 'rejects', state: 'unknown', reason: 'failed: no' }, { name: 'soon', state: 'present', value: true },
    ]);
    expect(unopened.map(({ reason }) => reason)).toEqual(['slow', 'at-once', 'soon']);
  });
});
