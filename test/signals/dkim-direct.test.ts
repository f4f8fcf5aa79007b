import { generateKeyPairSync, hash, sign as signBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import { walk } from '../../src/message/walk.ts';
import { verified } from '../../src/signals/dkim.ts';
import { canonicalBody } from '../../src/signals/dkim-body.ts';
import { passedDirectly } from '../../src/signals/dkim-direct.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { zoneResolver } from '../support/dns-zone.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

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

/** Signs as RFC 6376 section 3.7 says, whatever the tags say. */
function signedLetter({ fields, body }: Letter, { tags, signed, header, body: bodyForm }: Signing): string {
  const bodyHash = hash('sha256', canonicalBody(Buffer.from(body, 'latin1'), bodyForm), 'base64');
  const own = `DKIM-Signature: ${tags};\r\n\th=${signed.join(':')}; bh=${bodyHash};\r\n b=`;
  const canonical = header === 'relaxed' ? relaxed : (field: string) => field;
  const left = [...fields];
  const lines = signed.flatMap((name) => {
    const at = left.findLastIndex((field) => nameOf(field) === name);
    return at < 0 ? [] : left.splice(at, 1);
  });
  const text = [...lines.map((line) => `${canonical(line)}\r\n`), canonical(own)].join('');
  return `${own}${signBytes('sha256', Buffer.from(text, 'latin1'), privateKey).toString('base64')}\r\n${fields.join('\r\n')}\r\n\r\n${body}`;
}

async function both(text: string, record = `v=DKIM1; k=rsa; p=${KEY}`) {
  const bytes = Buffer.from(text, 'latin1');
  const message = walk(bytes);
  const lookups = new Lookups(zoneResolver({ 's1._domainkey.example.net': { TXT: [record] } }), 5000);
  try {
    const direct = await passedDirectly(message, bytes, message.header.filter(({ key }) => key === 'dkim-signature'), lookups.asker());
    const { results } = await verified(message, bytes, '', lookups.asker(), 'dkim');
    return { direct, theirs: results.map(({ status }) => status.result), rows: results.map(({ status }) => formatAuthHeaderRow('dkim', status, { strict: true })) };
  } finally {
    lookups.close();
  }
}

test.each(['relaxed', 'simple'] as const)('a usual signature passes, its header in %s form', async (form) => {
  for (const body of ['relaxed', 'simple'] as const) {
    const { direct, theirs, rows } = await both(signedLetter(PLAIN, { ...USUAL, tags: USUAL.tags.replace('relaxed/relaxed', `${form}/${body}`), header: form, body }));
    expect(theirs).toEqual(['pass']);
    expect(direct).toEqual([{ domain: 'example.net', row: rows[0] }]);
  }
});

test('two signatures, one of which stands on the other', async () => {
  const once = signedLetter(PLAIN, USUAL);
  const [head = '', ...rest] = once.split('\r\n\r\n');
  const fields = head.split(/\r\n(?![ \t])/);
  const { direct, rows } = await both(signedLetter({ fields, body: rest.join('\r\n\r\n') }, { ...USUAL, tags: `${USUAL.tags}; i=news@mail.example.net`, signed: ['from', 'dkim-signature'] }));
  expect(direct?.map(({ row }) => row)).toEqual(rows);
  expect(rows[0]).toContain('header.i=news@mail.example.net');
});

test.each([
  ['v=1', 'v=2'], ['v=1', 'V=1'], ['v=1; ', ''], ['rsa-sha256', 'rsa-sha1'], ['rsa-sha256', 'ed25519-sha256'], ['t=1700000000', 'x=1700000000'], ['t=1700000000', 't=4000000000; x=3900000000'], ['q=dns/txt', 'q=http'],
  ['q=dns/txt', 'l=10'], ['q=dns/txt', 'i=@example.org'], ['q=dns/txt', 'i=@notexample.net'], ['q=dns/txt', 'd=example.net'], ['d=example.net', 'd=example'], ['q=dns/txt', ''], ['q=dns/txt', 'no tag'],
])('%s written as %j is left to mailauth', async (written, instead) => {
  const { direct } = await both(signedLetter(PLAIN, { ...USUAL, tags: USUAL.tags.replace(written, instead) }));
  expect(direct).toBeNull();
});

test.each(['t=s; p=', 'h=sha1; p=', 's=tlsrpt; p=', 'v=DKIM2; p=', 'k=ed25519; p='])('a key of %s does not vouch for a sub-domain, or not at all', async (record) => {
  expect((await both(signedLetter(PLAIN, { ...USUAL, tags: `${USUAL.tags}; i=@mail.example.net` }), `${record}${KEY}`)).direct).toBeNull();
});

test('a signature that does not name the author passes with nobody', async () => {
  expect((await both(signedLetter(PLAIN, { ...USUAL, signed: ['to', 'subject'] }))).direct).toBeNull();
});

const usually = (good: string, ...odd: string[]) => fc.oneof({ weight: 9, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const form = fc.constantFrom('relaxed' as const, 'simple' as const);
const tags = (c: string) => fc.tuple(
  usually('v=1', 'v=01', 'v=1 '), usually('a=rsa-sha256', 'a= rsa-sha256', 'a=RSA-sha256'), usually(`c=${c}`, 'c=Relaxed/Relaxed', 'z=none'), usually('d=example.net', 'd=Example.net'), usually('s=s1', 's=S1', 's =\r\n s1'),
  fc.constantFrom('q=dns/txt', 'q=dns/txt:x', 'n=a:b=c', 'z=b=1', 'b2=1', 'i=@example.net', 'i=a.b@mail.example.net', 'i="a b"@example.net', 'i=a=40b@example.net', 'i=@EXAMPLE.net', 'n=(;)'),
  fc.constantFrom('t=1700000000', 'x=4000000000', 't=1700000000; x=4000000000', 'x=1600000000', 't=1; x=1', 't=-1', 'x=1e12', 'r=y'),
).map((parts) => parts.join('; '));
const names = fc.subarray(['to', 'subject', 'subject', 'x-word', 'date', 'from']).map((some) => ['from', ...some]);
const signing = fc.tuple(form, form).chain(([header, body]) => fc.record({ tags: tags(`${header}/${body}`), signed: names, header: fc.constant(header), body: fc.constant(body) }));
const field = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PLAIN.fields, 'Subject:', 'X-Word:\t', 'To: a;\r\n b=c', 'From: eve@example.org', 'X-Word: \xa0x\xa0') }, { weight: 1, arbitrary: fc.constantFrom('X-Odd : b', ' folded alone', 'no colon') });
const letter = fc.record({
  fields: fc.array(field, { minLength: 1, maxLength: 6 }).map((fields) => ['From: anna@example.net', ...fields]),
  body: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom('Hello', ' ', '\t', '\r\n', '  ', '\r\n\r\n', '\xff') }, { weight: 1, arbitrary: fc.constantFrom('\n', '\r') }), { maxLength: 8 }).map((pieces) => pieces.join('')),
});
/** What happens on the way, as far as a signature survives some of it. */
const change = fc.constantFrom((text: string) => text, (text: string) => text, (text: string) => text.replace('Hello', 'Hullo'), (text: string) => text.replace(': ', ':  '), (text: string) => `${text}\r\n`, (text: string) => `From: eve@example.org\r\n${text}`, (text: string) => text.replace(' b=', ' B='));

test('what passes here passes with mailauth, in the same words', async () => {
  let passed = 0;
  await fc.assert(fc.asyncProperty(letter, signing, change, async (mail, how, changed) => {
    const { direct, theirs, rows } = await both(changed(signedLetter(mail, how)));
    if (direct === null) return;
    passed++;
    expect(theirs).toEqual(['pass']);
    expect(direct.map(({ row }) => row)).toEqual(rows);
  }), { numRuns: 600 });
  expect(passed).toBeGreaterThan(30);
});
