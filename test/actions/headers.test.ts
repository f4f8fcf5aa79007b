import * as fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { applyEdits, groupDeliveries, planEdits, type EditFacts, withoutForgedFields } from '../../src/actions/headers.ts';
import { authservId } from '../../src/actions/authserv-id.ts';
import type { Envelope } from '../../src/message/envelope.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { envelopeOf } from '../support/relay-case.ts';

const verdict = (changes: Partial<Verdict> = {}): Verdict => ({
  recipient: 'anna@example.com', action: 'deliver', policy: 'company', revision: '0123456789ab', reason: 'looks-fine', qualifiers: [], match: null, wouldHave: null,
  spamThreshold: 0.9, certainThreshold: 0.99, markWith: null, junkFolder: null, folder: null, words: null, language: 'en', ...changes,
});
const facts = (bytes: Buffer, changes: Partial<EditFacts> = {}): EditFacts => (
  { envelope: envelopeOf(), bytes, subject: '', score: { score: 0.034, kind: 'wanted' }, authenticationResults: null, hostname: 'mx.example.com', ...changes });
const joined = (bytes: Buffer, edits: Parameters<typeof applyEdits>[1]): string => Buffer.concat(applyEdits(bytes, edits)).toString('latin1');
const plain = Buffer.from('From: a@b.example\r\nSubject: Hi\r\n\r\nBody\r\n');

describe('fields on top', () => {
  it('tell of the verdict, the checks and the way', () => {
    const { added } = planEdits(facts(plain, { authenticationResults: 'spf=pass smtp.mailfrom=a@sender.example; dkim=none' }), [verdict({ action: 'junk-folder', junkFolder: 'Junk', policy: 'sales' })]);
    expect(added.split('\r\n')).toEqual([
      'X-Usher-Verdict: junk-folder; policy=sales; score=0.03; kind=wanted',
      'X-Spam-Flag: YES',
      'Authentication-Results: mx.example.com;',
      '\tspf=pass smtp.mailfrom=a@sender.example; dkim=none',
      'X-Usher-Id: 01hw4kz9g0abcdef',
      'Received: from sender.example (mail.sender.example [192.0.2.7])',
      '\tby mx.example.com (Usher) with ESMTP id 01hw4kz9g0abcdef',
      '\tfor <anna@example.com>; Sun, 31 Jan 2027 12:00:05 +0000',
      '',
    ]);
  });

  const received = (changes: Partial<Envelope>, recipients?: string[]): string => planEdits(facts(plain, { envelope: envelopeOf(changes, recipients) }), []).added.replace(/^X-Usher-Id.*\r\n/, '').replace(/\r\n\t/g, ' ').trim();
  const client = envelopeOf().client;
  it.each<[string, Partial<Envelope>, string[] | undefined, RegExp]>([
    ['TLS', { tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' }, undefined, /with ESMTPS \(TLSv1\.3 TLS_AES_256_GCM_SHA384\) id/],
    ['LMTP', { door: 'lmtp' }, undefined, /with LMTP id/],
    ['LMTP with TLS', { door: 'lmtp', tls: 'TLSv1.3 X' }, undefined, /with LMTPS /],
    ['SMTPUTF8', { parameters: ['smtputf8'] }, ['jürgen@example.com'], /with UTF8SMTP id .* for <jürgen@example\.com>;/],
    ['SMTPUTF8 with TLS', { parameters: ['SMTPUTF8'], tls: 'X' }, undefined, /with UTF8SMTPS /],
    ['SMTPUTF8 over LMTP', { parameters: ['SMTPUTF8'], door: 'lmtp' }, undefined, /with UTF8LMTP id/],
    ['two recipients: no for', {}, ['a@example.com', 'b@example.com'], /id 01hw4kz9g0abcdef; Sun, 31/],
    ['a recipient that does not fit', {}, ['"a> (b"@example.com'], /id 01hw4kz9g0abcdef; Sun, 31/],
    ['IPv6', { client: { ...client, ip: '2001:db8::1', name: null } }, undefined, /from sender\.example \(\[IPv6:2001:db8::1\]\) by/],
    ['an unknown client', { client: { ip: null, unknownReason: 'relay', name: null, helo: '[192.0.2.1]' } }, undefined, /from \[192\.0\.2\.1\] \(relay\) by/],
    ['a HELO that is none', { client: { ...client, helo: 'x (y) by evil' } }, undefined, /from unknown \(mail/],
    ['a HELO of U-labels', { client: { ...client, helo: 'bücher.example' } }, undefined, /from xn--bcher-kva\.example \(/],
    ['a reverse name that is none', { client: { ...client, name: 'a) by evil.example (b\r\nX: y' } }, undefined, /\(a by evil\.example b X: y \[192\.0\.2\.7\]\)/],
  ])('%s', (_name, changes, recipients, expected) => {
    expect(received(changes, recipients)).toMatch(expected);
  });

  it('a milter adds no Received, outgoing mail gets no verdict', () => {
    expect(planEdits(facts(plain, { envelope: envelopeOf({ door: 'milter' }) }), [verdict()]).added).not.toContain('Received');
    expect(planEdits(facts(plain, { envelope: envelopeOf({ direction: 'out' }), authenticationResults: 'spf=pass' }), [verdict()]).added).toMatch(/^X-Usher-Id: .*\r\nReceived: /);
  });

  it('what was not scored is unknown, not zero', () => {
    expect(planEdits(facts(plain, { score: null }), [verdict({ action: 'mark', markWith: 'x' })]).added).toContain('X-Usher-Verdict: mark; policy=company; score=unknown; kind=unknown\r\n');
  });

  it('no value can end its line, whatever it holds', () => {
    const hostile = fc.string({ unit: fc.constantFrom('\r', '\n', '\r\nX-Evil: 1', ' ', ';', '(', ')', '\\', '"', 'a', 'ü', '\u2028', '\0', '\u0085', '📬') });
    fc.assert(fc.property(hostile, hostile, hostile, hostile, fc.boolean(), (policy, helo, name, results, utf8) => {
      const envelope = envelopeOf({ client: { ip: '192.0.2.7', unknownReason: null, helo, name }, tls: name, parameters: utf8 ? ['SMTPUTF8'] : [] }, [helo]);
      const { added } = planEdits(facts(plain, { envelope, authenticationResults: results }), [verdict({ policy })]);
      expect(added).toMatch(/^(?:[A-Z][A-Za-z-]+: [^\r\n\0\u0085\u2028]*\r\n(?:\t[^\r\n\0\u0085\u2028]*\r\n)*)+$/);
      expect([...added.matchAll(/^([A-Z][A-Za-z-]+):/gm)].map((each) => each[1])).toEqual(['X-Usher-Verdict', 'Authentication-Results', 'X-Usher-Id', 'Received']);
      if (!utf8) expect(added).toMatch(/^[\x00-\x7f]*$/);
      for (const line of added.split('\r\n')) expect(line.length).toBeLessThan(998);
    }));
  });
});

describe('forged fields', () => {
  const cut = (header: string): string => joined(Buffer.from(`${header}\r\nBody: X-Usher-Id: stays\r\nX-Usher-Id: stays`, 'latin1'), { ...planEdits(facts(Buffer.from(`${header}\r\nBody: X-Usher-Id: stays\r\nX-Usher-Id: stays`, 'latin1')), []), added: '' }).split('\r\n\r\n')[0] ?? '';
  it.each([
    ['X-Usher-Id: 1\r\nA: b\r\n', 'A: b'],
    ['a: b\r\nx-usher-verdict: deliver;\r\n\tpolicy=x\r\nX-SPAM-FLAG: YES\r\nc: d\r\n', 'a: b\r\nc: d'],
    ['X-Usher-Id : spaced\r\nA: b\r\n', 'A: b'],
    ['X-Usher: 1\r\nX-Spam-Flags: 1\r\n', 'X-Usher: 1\r\nX-Spam-Flags: 1'],
    ['Authentication-Results: mx.example.com; spf=pass\r\nA: b\r\n', 'A: b'],
    ['authentication-results:\r\n\tMX.Example.COM 1; none\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: (a (nested\\) ) comment) mx.example.com; x\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: "mx.exam\\ple.com"; x\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: mx.example.com.; x\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: mx.example.com(glued); x\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: (never closed mx.other.example; x\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results:\r\nA: b\r\n', 'A: b'],
    ['Authentication-Results: mx.example.com.evil.example; x\r\n', 'Authentication-Results: mx.example.com.evil.example; x'],
    ['Authentication-Results: other.example; mx.example.com\r\n', 'Authentication-Results: other.example; mx.example.com'],
    ['ARC-Authentication-Results: i=1; mx.example.com; x\r\n', 'ARC-Authentication-Results: i=1; mx.example.com; x'],
    ['A: b\r\nthis is no field\r\nX-Usher-Id: behind it\r\nC: d\r\n', 'A: b\r\nthis is no field\r\nC: d'],
  ])('%j leaves %j', (header, left) => {
    expect(cut(header)).toBe(left);
  });

  it.each([['mx.example.com; x', 'mx.example.com'], [' (c) "a b" ; x', 'a b'], ['"open', null], ['', null], ['; x', null], ['(a', null]])('the authserv-id of %j is %j', (value, id) => {
    expect(authservId(value)).toBe(id);
  });

  it('hide behind no number of others', () => {
    const bytes = Buffer.from(`${'A: b\r\n'.repeat(5000)}X-Usher-Id: 1\r\nX-Usher-Id: 2\r\n\r\n`);
    expect(planEdits(facts(bytes), []).removed).toEqual([[30000, 30030]]);
  });
});

describe('a marked subject', () => {
  const marked = (header: string, words = '[Suspected spam]', subject = ''): string => {
    const bytes = Buffer.from(`${header}\r\n\r\nBody\r\n`, 'latin1');
    return joined(bytes, { ...planEdits(facts(bytes, { subject }), [verdict({ action: 'mark', markWith: words })]), added: '' }).split('\r\n\r\n')[0] ?? '';
  };
  it.each([
    ['Subject: Hello', 'Subject: [Suspected spam] Hello'],
    ['Subject:Hello', 'Subject: [Suspected spam] Hello'],
    ['Subject:', 'Subject: [Suspected spam]'],
    ['subject:\r\n Hello', 'subject: [Suspected spam]\r\n Hello'],
    ['A: b\r\nSubject: One\r\n two\r\nC: d', 'A: b\r\nSubject: [Suspected spam] One\r\n two\r\nC: d'],
    [`Subject: ${'long '.repeat(14)}`, `Subject: [Suspected spam]\r\n ${'long '.repeat(14)}`],
    [`Subject:${'x'.repeat(70)}`, `Subject: [Suspected spam]\r\n ${'x'.repeat(70)}`],
    ['Subject: raw \xe9\xff bytes', 'Subject: [Suspected spam] raw \xe9\xff bytes'],
    ['Subject: =?utf-8?q?=C3=BC?=', 'Subject: [Suspected spam] =?utf-8?q?=C3=BC?='],
    ['Subject: a\r\nSubject: b', 'Subject: [Suspected spam] a\r\nSubject: [Suspected spam] b'],
    ['From: no subject', 'Subject: [Suspected spam]\r\nFrom: no subject'],
    ['Subject: [Suspected spam] again', 'Subject: [Suspected spam] again'],
  ])('%j becomes %j', (header, result) => {
    expect(marked(header)).toBe(result);
  });

  it.each([
    ['Subject: Hello', '[Şüpheli]', 'Subject: =?UTF-8?B?W8Wew7xwaGVsaV0=?= Hello'],
    ['Subject: =?utf-8?q?=C3=BC?=', '[Ü]', 'Subject: =?UTF-8?B?W8OcXSA=?= =?utf-8?q?=C3=BC?='],
    ['Subject: Hello', '=?evil?=', 'Subject: =?UTF-8?B?PT9ldmlsPz0=?= Hello'],
    ['Subject: Hello', 'a\r\nX-Evil: b', 'Subject: a X-Evil: b Hello'],
    ['Subject: Hello', ' \r\n', 'Subject: Hello'],
  ])('%j with the words %j is %j', (header, words, result) => {
    expect(marked(header, words)).toBe(result);
  });

  it('long words are several encoded words, none cut within a character, on lines of at most 76', () => {
    const words = '[Возможно, это нежелательное письмо]';
    const result = marked('Subject: Hello', words);
    const encoded = [...result.matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)].map((each) => Buffer.from(each[1] ?? '', 'base64').toString());
    expect(encoded.length).toBeGreaterThan(1);
    expect(encoded.join('')).toBe(words);
    expect(result).toMatch(/^Subject: (?:=\S+\?=\r\n )+=\S+\?= Hello$/);
    for (const line of result.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
  });

  it('is not marked twice, however the words were encoded', () => {
    expect(marked('Subject: =?UTF-8?Q?[=C5=9E=C3=BCpheli]_Hallo?=', '[Şüpheli]', '[Şüpheli] Hallo')).toBe('Subject: =?UTF-8?Q?[=C5=9E=C3=BCpheli]_Hallo?=');
    for (const words of ['[Spam]', '[Şüpheli]', '[Возможно, это нежелательное письмо]']) expect(marked(marked('Subject: Hello', words), words)).toBe(marked('Subject: Hello', words));
  });

  it('as a value, for the milter', () => {
    const bytes = Buffer.from('Subject: f\xfcr\r\n alle\r\n\r\n', 'latin1');
    expect(planEdits(facts(bytes), [verdict({ markWith: '[Spam]' })]).subject?.value).toBe('[Spam] f\xfcr alle');
    expect(planEdits(facts(Buffer.from('Subject: für\r\n\r\n')), [verdict({ markWith: '[Spam]' })]).subject?.value).toBe('[Spam] für');
    expect(planEdits(facts(Buffer.from('A: b\r\n\r\n')), [verdict({ markWith: '[Spam]' })]).subject?.value).toBe('[Spam]');
  });
});

describe('every other byte', () => {
  const line = fc.oneof(
    fc.constantFrom('X-Usher-Id: 1', 'x-usher-verdict: a;\r\n\tb', 'X-Spam-Flag: NO', 'Authentication-Results: mx.example.com; x', 'Subject: s', 'Subject:', 'no field', 'A: b\r\n c', 'Received: x'),
    fc.string({ unit: 'binary-ascii' }).map((text) => text.replace(/[\r\n]/g, '')),
  );
  const isForged = (field: string): boolean => /^(x-usher-|x-spam-flag|authentication-results: mx)/i.test(field);
  it('stays, in its order', () => {
    fc.assert(fc.property(fc.array(line), fc.uint8Array(), (lines, body) => {
      fc.pre(lines.every((each) => each !== '' && !/^[ \t]/.test(each) && (!/^[xa]/i.test(each) || isForged(each) || each.startsWith('A: b'))));
      const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}${lines.length > 0 ? '\r\n' : ''}\r\n`), body]);
      const edits = planEdits(facts(bytes), [verdict({ action: 'mark', markWith: '[M]' })]);
      const kept = lines.filter((each) => !isForged(each));
      const subjects = kept.filter((each) => each.startsWith('Subject:')).length;
      const expected = `${subjects === 0 ? 'Subject: [M]\r\n' : ''}${kept.map((each) => `${each.replace(/^Subject:/, 'Subject: [M]')}\r\n`).join('')}\r\n${Buffer.from(body).toString('latin1')}`;
      expect(joined(bytes, edits)).toBe(edits.added + expected);
    }));
  });

  it('is passed on as a slice, not a copy', () => {
    const bytes = Buffer.concat([Buffer.from('X-Usher-Id: 1\r\nSubject: x\r\n\r\n'), Buffer.alloc(1000, 'y')]);
    const slices = applyEdits(bytes, planEdits(facts(bytes), [verdict({ markWith: 'z' })]));
    const own = slices.filter((slice) => slice.buffer === bytes.buffer && slice.byteOffset >= bytes.byteOffset && slice.byteOffset < bytes.byteOffset + bytes.length);
    expect(own.reduce((sum, slice) => sum + slice.length, 0)).toBe(bytes.length - 'X-Usher-Id: 1\r\n'.length);
    expect(applyEdits(bytes, { added: '', subject: null, removed: [] })[0]).toBe(bytes);
  });
});

it('a DKIM signature still verifies behind our fields', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const source = Buffer.from('From: Anna <anna@signed.example>\r\nTo: bob@example.com\r\nSubject: Signed,\r\n and folded\r\nDate: Sun, 31 Jan 2027 12:00:00 +0000\r\nMessage-ID: <1@signed.example>\r\n\r\n.dots\r\nand more\r\n\r\n');
  const { signatures } = await dkimSign(source, { canonicalization: 'simple/simple', signatureData: [{ signingDomain: 'signed.example', selector: 's', privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }) as string }] });
  const bytes = Buffer.concat([Buffer.from('X-Usher-Verdict: deliver\r\nAuthentication-Results: mx.example.com; dkim=pass\r\n'), Buffer.from(signatures), source]);
  const resolver = (): Promise<string[][]> => Promise.resolve([[`v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`]]);
  const check = async (slices: Buffer[]): Promise<unknown> => (await dkimVerify(Buffer.concat(slices), { resolver })).results.map((each: { status: { result: string } }) => each.status.result);
  const deliver = planEdits(facts(bytes, { authenticationResults: 'dkim=pass' }), [verdict()]);
  expect(await check(applyEdits(bytes, deliver))).toEqual(['pass']);
  // What marking costs, as the docs say.
  expect(await check(applyEdits(bytes, planEdits(facts(bytes), [verdict({ action: 'mark', markWith: '[Spam]' })])))).toEqual(['fail']);
});

describe('recipients', () => {
  it('with the same changes share a delivery, a line for each policy; those who get nothing are in none', () => {
    const envelope = envelopeOf({}, ['a@e', 'b@e', 'c@e', 'd@e', 'e@e', 'f@e']);
    const verdicts = [
      verdict(), verdict({ action: 'reject', policy: 'x' }), verdict({ policy: 'sales' }), verdict({ action: 'mark', markWith: '[Spam]', policy: 'sales' }),
      verdict({ action: 'quarantine' }), verdict({ action: 'junk-folder', junkFolder: 'Junk' })];
    const groups = groupDeliveries(facts(plain, { envelope }), verdicts);
    expect(groups.map((each) => [each.recipients, each.mailboxFolder, each.edits.subject?.value ?? null, [...each.edits.added.matchAll(/^X-Usher-Verdict: (.*); score/gm)].map((match) => match[1]), each.edits.added.includes('X-Spam-Flag')])).toEqual([
      [[0, 2], null, null, ['deliver; policy=company', 'deliver; policy=sales'], false],
      [[3], null, '[Spam] Hi', ['mark; policy=sales'], false],
      [[5], 'Junk', null, ['junk-folder; policy=company'], true],
    ]);
    expect(groupDeliveries(facts(plain, { envelope }), [verdict({ action: 'ask-to-retry' })])).toEqual([]);
  });
});

test('a released message takes no field along that pretends to be ours, and every other byte', () => {
  const honest = 'From: a@b.example\r\nSubject: x\r\n\r\nX-Spam-Flag: YES\r\n';
  const forged = `X-Spam-Flag: YES\r\nX-Usher-Verdict: junk-folder; policy=p\r\nAuthentication-Results: mx.example.com; dkim=pass\r\n${honest}`;
  expect(withoutForgedFields(Buffer.from(forged), 'mx.example.com').toString()).toBe(honest);
  const untouched = Buffer.from(honest);
  expect(withoutForgedFields(untouched, 'mx.example.com')).toBe(untouched);
});
