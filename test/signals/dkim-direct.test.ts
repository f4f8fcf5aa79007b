import { generateKeyPairSync, hash, sign as signBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import { walk } from '../../src/message/walk.ts';
import { verified } from '../../src/signals/dkim.ts';
import { canonicalBody } from '../../src/signals/dkim-body.ts';
import { judgeDirectly } from '../../src/signals/dkim-direct.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { zoneResolver } from '../support/dns-zone.ts';
import type { ZoneRecords } from '../support/dns-zone.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }), short = generateKeyPairSync('rsa', { modulusLength: 768 }), ed = generateKeyPairSync('ed25519');
const KEY = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const SHORT_KEY = short.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const ED_KEY = ed.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
const RECORD = `v=DKIM1; k=rsa; p=${KEY}`, ED_RECORD = `v=DKIM1; k=ed25519; p=${ED_KEY}`;

interface Letter {
  /** Whole fields without their last CRLF, one char a byte. */
  readonly fields: readonly string[];
  readonly body: string;
}

interface Signing {
  /** Tags in front of `bh` and `b`, as written. */
  readonly tags: string;
  readonly signed: readonly string[];
  readonly header: 'relaxed' | 'simple';
  readonly body: 'relaxed' | 'simple';
}

const PLAIN: Letter = { fields: ['From: Anna <anna@example.net>', 'To: bob@example.com', 'Subject:  Lunch\r\n\tat \t noon', 'Subject: again', 'X-Word: caf\xc3\xa9 \xa0'], body: 'Hello  Bob \r\n\tyes\r\n\r\n\r\n' };
const USUAL: Signing = { tags: 'v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s1; t=1700000000; q=dns/txt', signed: ['from', 'to', 'subject', 'date'], header: 'relaxed', body: 'relaxed' };

const nameOf = (field: string): string => field.slice(0, field.indexOf(':')).toLowerCase();
const relaxed = (field: string): string => `${nameOf(field)}:${field.slice(field.indexOf(':') + 1).replaceAll('\r\n', '').replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')}`;

/** Signs as RFC 6376 section 3.7 and RFC 8463 say, whatever the other tags say. */
function signedLetter({ fields, body }: Letter, { tags, signed, header, body: bodyForm }: Signing): string {
  const bodyHash = hash(tags.includes('rsa-sha1') ? 'sha1' : 'sha256', canonicalBody(Buffer.from(body, 'latin1'), bodyForm), 'base64');
  const own = `DKIM-Signature: ${tags};\r\n\th=${signed.join(':')}; bh=${bodyHash};\r\n b=`;
  const canonical = header === 'relaxed' ? relaxed : (field: string) => field;
  const left = [...fields];
  const lines = signed.flatMap((name) => {
    const at = left.findLastIndex((field) => nameOf(field) === name);
    return at < 0 ? [] : left.splice(at, 1);
  });
  const text = Buffer.from([...lines.map((line) => `${canonical(line)}\r\n`), canonical(own)].join(''), 'latin1');
  const value = tags.includes('ed25519') ? signBytes(null, hash('sha256', text, 'buffer'), ed.privateKey) : signBytes('sha256', text, rsa.privateKey);
  return `${own}${value.toString('base64')}\r\n${fields.join('\r\n')}\r\n\r\n${body}`;
}

/** Both ways at the same message and the same key records. */
async function both(text: string, records: ZoneRecords['TXT'] = [RECORD]) {
  const bytes = Buffer.from(text, 'latin1');
  const message = walk(bytes);
  const zone = zoneResolver({ 's1._domainkey.example.net': records === undefined ? {} : { TXT: records } });
  const [own, other] = [new Lookups(zone, 5000), new Lookups(zone, 5000)];
  try {
    const direct = await judgeDirectly(message, bytes, message.header.filter(({ key }) => key === 'dkim-signature'), own.asker());
    const asker = other.asker();
    const { results } = await verified(message, bytes, '', asker, 'dkim');
    const signatures = results.map(({ signingDomain = '', status }) => ({ domain: signingDomain.toLowerCase(), result: status.result, row: formatAuthHeaderRow('dkim', status, { strict: true }) }));
    return { direct, theirs: { signatures, failure: asker.failure() }, asked: [own.record(), other.record()] };
  } finally {
    own.close();
    other.close();
  }
}

test.each(['relaxed', 'simple'] as const)('a usual signature passes, its header in %s form', async (form) => {
  for (const body of ['relaxed', 'simple'] as const) {
    const { direct, theirs } = await both(signedLetter(PLAIN, { ...USUAL, tags: USUAL.tags.replace('relaxed/relaxed', `${form}/${body}`), header: form, body }));
    expect(theirs.signatures).toMatchObject([{ result: 'pass', domain: 'example.net' }]);
    expect(direct).toEqual(theirs);
  }
});

test('two signatures, one of which stands on the other', async () => {
  const once = signedLetter(PLAIN, USUAL);
  const [head = '', ...rest] = once.split('\r\n\r\n');
  const fields = head.split(/\r\n(?![ \t])/);
  const { direct, theirs } = await both(signedLetter({ fields, body: rest.join('\r\n\r\n') }, { ...USUAL, tags: `${USUAL.tags}; i=news@mail.example.net`, signed: ['from', 'dkim-signature'] }));
  expect(direct).toEqual(theirs);
  expect(direct?.signatures.map(({ result }) => result)).toEqual(['pass', 'pass']);
  expect(direct?.signatures[0]?.row).toContain('header.i=news@mail.example.net');
});

test.each([
  ['v=1', 'v=2'], ['v=1', 'V=1'], ['rsa-sha256', 'rsa-sha512'], ['rsa-sha256', 'RSA-sha256'], ['t=1700000000', 't=4000000000; x=3900000000'], ['q=dns/txt', 'q=http'],
  ['q=dns/txt', 'l=10'], ['q=dns/txt', 'i=@example.org'], ['q=dns/txt', 'i=@notexample.net'], ['q=dns/txt', 'd=example.net'], ['d=example.net', 'd=example'], ['q=dns/txt', ''], ['q=dns/txt', 'no tag'],
])('%s written as %j is left to mailauth', async (written, instead) => {
  expect((await both(signedLetter(PLAIN, { ...USUAL, tags: USUAL.tags.replace(written, instead) }))).direct).toBeNull();
});

const changed = (written: string, instead: string): Signing => ({ ...USUAL, tags: USUAL.tags.replace(written, instead) });
const outcomes: readonly [string, string, Signing, ZoneRecords['TXT']?][] = [
  ['dkim=pass header.d=example.net ', 'Ed25519', changed('rsa-', 'ed25519-'), [ED_RECORD]],
  ['dkim=pass header.d=Example.NET ', 'capitals in the domain', changed('d=example.net', 'd=Example.NET')],
  ['dkim=pass ', 'the key that suits among several', USUAL, [ED_RECORD, RECORD]],
  ['dkim=neutral (expired) ', 'out of time', changed('q=dns/txt', 'x=1700000001')],
  ['dkim=neutral (signature missing required tag) ', 'no version', changed('v=1; ', '')],
  ['dkim=neutral (signature syntax error) ', 'a selector that is no name', changed('s=s1', 's=s_1')],
  ['dkim=neutral (From field not signed) ', 'the author not signed', { ...USUAL, signed: ['to', 'subject'] }],
  ['dkim=policy (weak algorithm) policy.dkim-rules=weak-algorithm ', 'SHA-1', changed('sha256', 'sha1')],
  ['dkim=policy policy.dkim-rules=weak-key ', 'a short key', USUAL, [`k=rsa; p=${SHORT_KEY}`]],
  ['dkim=neutral (no key) ', 'no such name', USUAL, 'absent'],
  ['dkim=neutral (no key) ', 'no such record', USUAL, 'empty'],
  ['dkim=temperror (DNS failure: ESERVFAIL) ', 'a name server that fails', USUAL, 'servfail'],
  ['dkim=temperror (DNS failure: ETIMEOUT) ', 'a silent name server', USUAL, 'timeout'],
  ['dkim=neutral (inappropriate key algorithm) ', 'a key of another kind', USUAL, [ED_RECORD]],
  ['dkim=neutral (unknown key version) ', 'a key of another version', USUAL, [`v=DKIM2; p=${KEY}`]],
  ['dkim=neutral (invalid public key) ', 'a revoked key', USUAL, ['v=DKIM1; p=']],
  ['dkim=neutral (inappropriate hash algorithm) ', 'a key for another hash', USUAL, [`h=sha1; p=${KEY}`]],
  ['dkim=neutral (key not for email) ', 'a key for another service', USUAL, [`s=tlsrpt; p=${KEY}`]],
  ['dkim=neutral (domain mismatch) ', 'a key not for sub-domains', changed('q=dns/txt', 'i=@mail.example.net'), [`t=s; p=${KEY}`]],
  ['dkim=fail (bad signature) ', 'another key', USUAL, [`p=${generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`]],
];
test.each(outcomes.map(([row, title, how, records = [RECORD]]) => [row, title, how, records] as const))('%s: %s', async (row, _title, how, records) => {
  const { direct, theirs, asked } = await both(signedLetter(PLAIN, how), records);
  expect(direct?.signatures[0]?.row.slice(0, row.length)).toBe(row);
  expect(direct).toEqual(theirs);
  expect(asked[0]).toEqual(asked[1]);
});

test('where the body was changed, no key is asked for', async () => {
  const { direct, theirs, asked } = await both(`${signedLetter(PLAIN, USUAL)}Buy now\r\n`, 'servfail');
  expect(direct?.signatures[0]?.row).toMatch(/^dkim=fail \(body hash did not verify\) header\.d=example\.net /);
  expect(direct).toEqual(theirs);
  expect(asked).toEqual([{}, {}]);
});

const usually = (good: string | fc.Arbitrary<string>, ...odd: string[]) => fc.oneof({ weight: 9, arbitrary: typeof good === 'string' ? fc.constant(good) : good }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const form = fc.constantFrom('relaxed' as const, 'simple' as const);
const tags = (c: string) => fc.tuple(
  usually('v=1', 'v=01', 'v=1 ', 'n=no version'), fc.oneof({ weight: 6, arbitrary: fc.constant('a=rsa-sha256') }, fc.constantFrom('a= rsa-sha256', 'a=RSA-sha256', 'a=rsa-sha1', 'a=ed25519-sha256')), usually(`c=${c}`, 'c=Relaxed/Relaxed', 'z=none'),
  usually('d=example.net', 'd=Example.net', 'd=example..net'), usually('s=s1', 's=S1', 's =\r\n s1', 's=s_1', 's=s1.', 's=-'),
  usually(fc.constantFrom('q=dns/txt', 'n=a:b=c', 'z=b=1', 'b2=1', 'i=@example.net', 'i=a.b@mail.example.net', 'i=@EXAMPLE.net'), 'q=dns/txt:x', 'i="a b"@example.net', 'i=a=40b@example.net', 'n=(;)'),
  usually(fc.constantFrom('t=1700000000', 'x=4000000000', 't=1700000000; x=4000000000', 'x=1600000000', 'r=y'), 't=1; x=1', 't=-1', 'x=1e12'),
).map((parts) => parts.join('; '));
const names = fc.oneof({ weight: 9, arbitrary: fc.subarray(['to', 'subject', 'subject', 'x-word', 'date', 'from']).map((some) => ['from', ...some]) }, { weight: 1, arbitrary: fc.constantFrom(['to'], ['', 'from '], ['']) });
const signing = fc.tuple(form, form).chain(([header, body]) => fc.record({ tags: tags(`${header}/${body}`), signed: names, header: fc.constant(header), body: fc.constant(body) }));
const field = fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...PLAIN.fields, 'Subject:', 'X-Word:\t', 'To: a;\r\n b=c', 'From: eve@example.org', 'X-Word: \xa0x\xa0') }, { weight: 1, arbitrary: fc.constantFrom('X-Odd : b', ' folded alone', 'no colon') });
const letter = fc.record({
  fields: fc.array(field, { minLength: 1, maxLength: 6 }).map((fields) => ['From: anna@example.net', ...fields]),
  body: fc.array(fc.oneof({ weight: 40, arbitrary: fc.constantFrom('Hello', ' ', '\t', '\r\n', '  ', '\r\n\r\n', '\xff') }, { weight: 1, arbitrary: fc.constantFrom('\n', '\r') }), { maxLength: 8 }).map((pieces) => pieces.join('')),
});
/** What happens on the way, as far as a signature survives some of it. */
const change = fc.constantFrom((text: string) => text, (text: string) => text, (text: string) => text.replace('Hello', 'Hullo'), (text: string) => text.replace(': ', ':  '), (text: string) => `${text}\r\n`, (text: string) => `From: eve@example.org\r\n${text}`, (text: string) => text.replace(' b=', ' B='),
  (text: string) => text.replace(' bh=', ' n='), (text: string) => text.replace(/ b=..../, ' b=?"\\@'), (text: string) => text.replace('anna@', 'hanna@'), (text: string) => text.replace('\nFrom: anna@', '\nFrom: hanna@'));
const records = fc.oneof({ weight: 3, arbitrary: fc.constant<ZoneRecords['TXT']>([RECORD, ED_RECORD]) }, fc.constantFrom<ZoneRecords['TXT'][]>([RECORD], [ED_RECORD], [`t=s; p=${KEY}`], ['p=?'], [], [`k=foo; p=${KEY}`, 'v=spf1 -all'], [`k=rsa; p=${SHORT_KEY}`], 'absent', 'empty', 'servfail', 'timeout', 'refused'));

test('what is judged here, mailauth judges alike, in the same words and with the same questions', async () => {
  const seen = new Map<string, number>();
  await fc.assert(fc.asyncProperty(letter, signing, change, records, async (mail, how, onTheWay, published) => {
    const { direct, theirs, asked } = await both(onTheWay(signedLetter(mail, how)), published);
    if (direct === null) return;
    for (const { row } of direct.signatures) seen.set(row.slice(0, row.indexOf(' header.')), (seen.get(row.slice(0, row.indexOf(' header.'))) ?? 0) + 1);
    expect(direct).toEqual(theirs);
    expect(asked[0]).toEqual(asked[1]);
  }), { numRuns: 1000 });
  for (const outcome of ['dkim=pass', 'dkim=fail (body hash did not verify)', 'dkim=fail (bad signature)', 'dkim=neutral (no key)']) expect(seen.get(outcome) ?? 0).toBeGreaterThan(3);
});
