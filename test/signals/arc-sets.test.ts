import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { getARChain, sealMessage } from 'mailauth/lib/arc/index.js';
import { parseHeaders } from 'mailauth/lib/tools.js';
import { walk } from '../../src/message/walk.ts';
import { keysOfPlainSets } from '../../src/signals/arc-sets.ts';
import { isPlainHeader } from '../../src/signals/plain-header.ts';
import { input } from '../support/signal-mail.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

async function sealed(sets: number): Promise<string> {
  let bytes = input().bytes;
  for (let i = 1; i <= sets; i++) {
    const seal = await sealMessage(bytes, { signingDomain: `forwarder${i}.example`, selector: `s${i}`, privateKey: PEM, authResults: `mx.forwarder${i}.example; dmarc=pass header.from=example.net`, cv: i === 1 ? 'none' : 'pass', i });
    bytes = Buffer.concat([seal, bytes]);
  }
  return bytes.toString('latin1');
}

function keys(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  return keysOfPlainSets(walk(bytes), bytes);
}

/** As mailauth reads them; null where it finds no chain. */
function theirKeys(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const name = (signed: { parsed?: { s?: { value?: string }; d?: { value?: string } } } | undefined): string => `${signed?.parsed?.s?.value}._domainkey.${signed?.parsed?.d?.value}`;
  try {
    const chain = getARChain(parseHeaders(bytes.subarray(0, walk(bytes).root.bodyStart)), { strict: true }) || [];
    return { seals: chain.map((set) => name(set['arc-seal'])), signature: name(chain.at(-1)?.['arc-message-signature']) };
  } catch {
    return null;
  }
}

test('a chain of sets', async () => {
  expect(keys(await sealed(0))).toBeNull();
  expect(keys(await sealed(1))).toEqual({ seals: ['s1._domainkey.forwarder1.example'], signature: 's1._domainkey.forwarder1.example' });
  expect(keys(await sealed(2))).toEqual({ seals: ['s1._domainkey.forwarder1.example', 's2._domainkey.forwarder2.example'], signature: 's2._domainkey.forwarder2.example' });
});

const change = fc.constantFrom(
  ['i=1', 'i=2'], ['i=1', 'i=01'], ['i=1;', ''], ['i=1', 'I=1'], ['i=1', 'i=51'], ['i=2', 'i=3'], ['cv=none', 'cv=pass'], ['cv=none', 'cv=None'], ['cv=pass', 'cv=fail'], ['cv=none;', ''], ['a=rsa-sha256', 'a=rsa-sha1'], ['a=rsa-sha256', 'a=RSA-sha256'], ['a=rsa-sha256;', ''],
  ['ARC-Seal:', 'ARC-Seal: h=from;'], ['ARC-Seal:', 'X-Seal:'], ['ARC-Seal:', 'arc-seal: '], ['ARC-Message-Signature:', 'ARC-Message-Signature: t=x;'], ['ARC-Message-Signature:', 'ARC-Message-Signature: l=3;'], ['ARC-Authentication-Results:', 'ARC-Authentication-Results: (x)'], ['ARC-Authentication-Results:', 'X-Results:'],
  [' h=', ' h=ARC-Seal:'], [' bh=', ' n='], [' s=', ' s=a b'], [' s=', ' s=\xe4'], [' d=', ' D='], [' d=', ' d=x;'], [' s=s', ' s=;n=s'], [';', ';;'], ['From:', 'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=x.example; s=y; b=z\r\nFrom:'], [' t=', ' t=a'],
);

test('what is told here, mailauth tells alike', async () => {
  const letters = [await sealed(1), await sealed(2), await sealed(3)];
  let told = 0;
  fc.assert(fc.property(fc.constantFrom(...letters), fc.array(fc.tuple(change, fc.boolean()), { maxLength: 3 }), (letter, changes) => {
    const text = changes.reduce((text, [[written = '', instead = ''], everywhere]) => (everywhere ? text.replaceAll(written, instead) : text.replace(written, instead)), letter);
    const bytes = Buffer.from(text, 'latin1');
    const found = isPlainHeader(walk(bytes), bytes) ? keys(text) : null;
    if (found === null) return;
    told++;
    expect(found).toEqual(theirKeys(text));
  }), { numRuns: 1000 });
  expect(told).toBeGreaterThan(50);
});
