import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import { readDeliverTo, readDuration, readListenAddress, readNetwork } from '../src/config-values.ts';
import { tempDir } from './support/temp-dir.ts';

const { path: dir, remove } = tempDir('config');
afterAll(remove);

/** The problems of a file with this text, or [] when it is fine. */
function problemsOf(text: string, env: Record<string, string> = {}): readonly string[] {
  writeFileSync(join(dir, 'usher.yaml'), text);
  return loadConfig('usher.yaml', env, dir).problems;
}

function configOf(text: string, env: Record<string, string> = {}) {
  writeFileSync(join(dir, 'usher.yaml'), text);
  const result = loadConfig('usher.yaml', env, dir);
  if (!result.config) throw new Error(result.problems.join('\n'));
  return result.config;
}

test('without a file everything has the default that the contract names', () => {
  const { config } = loadConfig(null, {}, dir);
  expect(config?.listen).toEqual({
    smtp: [{ host: '127.0.0.1', port: 2525 }], lmtp: [], milter: [{ host: '127.0.0.1', port: 8896 }],
    web: [{ host: '127.0.0.1', port: 8025 }], ops: [{ host: '127.0.0.1', port: 8026 }],
  });
  expect(config?.deliverTo).toEqual({ protocol: 'maildir', dir: join(dir, 'var/mail') });
  expect(config?.onFailure).toBe('ask-to-retry');
  expect(config?.keepDecisionsMs).toBe(90 * 86_400_000);
});

test('an empty file is fine', () => expect(problemsOf('')).toEqual([]));

test('all problems are told at once, with line and column', () => {
  expect(problemsOf('hostnam: x\nlisten:\n  smtp: "nowhere"\non-failure: explode\ntrusted-networks: [banana]\n')).toEqual([
    'usher.yaml:1:1: there is no setting "hostnam"; did you mean "hostname"?',
    'usher.yaml:4:13: "on-failure" must be one of ask-to-retry, deliver-unchecked.',
    'usher.yaml:3:9: listen.smtp: "nowhere" is not an address to listen on; write host:port or unix:/path.',
    'usher.yaml:5:19: trusted-networks: "banana" is not a network; write for example 10.0.0.0/8 or 2001:db8::/32.',
  ]);
  expect(problemsOf('listen:\n  smtp: "nowhere"\ntrusted-networks: [banana]\ntimezone: Mars/Phobos\n')).toEqual([
    'usher.yaml:2:9: listen.smtp: "nowhere" is not an address to listen on; write host:port or unix:/path.',
    'usher.yaml:3:19: trusted-networks: "banana" is not a network; write for example 10.0.0.0/8 or 2001:db8::/32.',
    'usher.yaml:4:11: timezone: "Mars/Phobos" is not a time zone; write for example Europe/Istanbul.',
  ]);
});

test('dkim: the domain of notices-from unless another is written; a path counts from the file', () => {
  expect(configOf('notices-from: "Filter <no-reply@Bücher.example>"\ndkim: {selector: usher, key: ./dkim.pem}\n').dkim).toEqual({ domain: 'xn--bcher-kva.example', selector: 'usher', keyFile: join(dir, 'dkim.pem') });
  expect(configOf('dkim: {domain: Example.com, selector: a.b, key: /k.pem}\n').dkim).toEqual({ domain: 'example.com', selector: 'a.b', keyFile: '/k.pem' });
  expect(configOf('').dkim).toBeNull();
  expect(problemsOf('dkim: {selector: "a b"}\n')).toHaveLength(2);
});

test('a text that begins with an asterisk is no reference to something else', () => {
  expect(problemsOf('language: en\nour-domains: [*.example.com]\n')).toEqual(['usher.yaml:2:15: a text that begins with * must stand in quotes.']);
  const lines = Array.from({ length: 12 }, (_, i) => `a${i}: &x${i} [${Array(12).fill(i === 0 ? 'x' : `*x${i - 1}`).join(', ')}]`);
  expect(problemsOf(`${lines.join('\n')}\n`)).toEqual(['usher.yaml: there are too many references (*name) in the file.']);
});

test.each(['5', 'anna@example.com', '[1]', '{a: b}'])('delegates of an address with odd signs that are no list of addresses: %s', (people) => {
  for (const address of ['info@example.com', 'in/out@example.com', 'a~b@example.com']) {
    expect(problemsOf(`delegates:\n  ${address}: ${people}\n`)).toEqual([expect.stringMatching(/^usher\.yaml:2:\d+: /)]);
  }
});

test('a length of time, a number of processes and a choice are asked for by what they are', () => {
  expect(problemsOf('keep-decisions: 1.5\nworkers: [1]\nlearn-from-moves: 5\n')).toEqual([
    'usher.yaml:1:17: "keep-decisions" is a length of time, such as 90 days.',
    'usher.yaml:2:10: "workers" is 1 or auto.',
    'usher.yaml:3:19: "learn-from-moves" must be one of true, false.',
  ]);
});

test('two documents in one file', () => expect(problemsOf('language: en\n---\nlanguage: de\n')).toEqual(['usher.yaml:2:1: there is a line --- in the file; take it away.']));

describe('TLS towards the next hop', () => {
  test.each([
    ['127.0.0.1:25', 'never'], ['[::1]:25', 'never'], ['[::ffff:127.0.0.1]:25', 'never'], ['127.8.8.8', 'never'], ['localhost:10026', 'never'], ['mx.localhost', 'never'],
    ['mx.example.com', 'when-offered'], ['192.0.2.1:25', 'when-offered'], ['[2001:db8::1]', 'when-offered'], ['localhost.example.com', 'when-offered'],
  ])('smtp://%s: %s, unless something else is written', (host, use) => {
    expect(configOf(`deliver-to: "smtp://${host}"\n`).nextHopTls).toMatchObject({ use, authoritiesFile: null });
    expect(configOf(`deliver-to: "smtp://${host}"\nnext-hop: {tls: required}\n`).nextHopTls.use).toBe('required');
    expect(configOf(`deliver-to: "smtp://${host}"\n`, { USHER_NEXT_HOP_TLS: 'never' }).nextHopTls.use).toBe('never');
  });

  test('its name is the host, or the one that is written; a path counts from the file', () => {
    expect(configOf('deliver-to: smtp://mx.example.com:25\nnext-hop: {tls: required, tls-authorities: ./ca.pem}\n').nextHopTls).toEqual({ use: 'required', name: 'mx.example.com', authoritiesFile: join(dir, 'ca.pem') });
    expect(configOf('deliver-to: smtp://10.0.0.1:25\nnext-hop: {tls: required, tls-name: mx.example.com}\n').nextHopTls).toEqual({ use: 'required', name: 'mx.example.com', authoritiesFile: null });
  });

  test('a unix socket: never by itself, and required only with a name', () => {
    expect(configOf('deliver-to: lmtp+unix:/run/lmtp\n').nextHopTls.use).toBe('never');
    expect(problemsOf('deliver-to: lmtp+unix:/run/lmtp\nnext-hop: {tls: required}\n')).toEqual(['usher.yaml:2:17: next-hop.tls: a unix socket has no name that a certificate could prove; write next-hop.tls-name, too.']);
    expect(problemsOf('deliver-to: lmtp+unix:/run/lmtp\nnext-hop: {tls: required, tls-name: mx.example.com}\n')).toEqual([]);
  });

  test('Maildirs need none', () => expect(configOf('').nextHopTls.use).toBe('never'));
});

test('broken YAML is a sentence', () => expect(problemsOf('a: [1')[0]).toMatch(/^usher\.yaml:1:\d+: /));

test('a missing file is a sentence', () => expect(loadConfig('none.yaml', {}, dir).problems).toEqual(['none.yaml: there is no such file.']));

test('the environment wins over the file, key by key', () => {
  const config = configOf('listen:\n  smtp: 127.0.0.1:1\n  lmtp: unix:./l.sock\n', { USHER_LISTEN_SMTP: '127.0.0.1:2, [::1]:3', USHER_LIMITS_RECIPIENTS_MAX: '200', USHER_OUR_DOMAINS: 'Example.com,bücher.example' });
  expect(config.listen.smtp).toEqual([{ host: '127.0.0.1', port: 2 }, { host: '::1', port: 3 }]);
  expect(config.listen.lmtp).toEqual([{ path: join(dir, 'l.sock') }]);
  expect(config.limits.recipientsMax).toBe(200);
  expect(config.ourDomains).toEqual(['example.com', 'xn--bcher-kva.example']);
});

test('a misspelt variable is a problem, not silence', () => expect(problemsOf('', { USHER_LISTEN_SMPT: 'x' })).toEqual(['USHER_LISTEN_SMPT: there is no such setting; did you mean USHER_LISTEN_SMTP?']));

// What people write, and what they are told: one sentence each, where it stands and what to write instead.
test.each([
  ['deliver_to: smtp://127.0.0.1:25\n', '1:1: there is no setting "deliver_to"; did you mean "deliver-to"?'],
  ['smtp: "127.0.0.1:25"\n', '1:1: there is no setting "smtp"; it belongs under "listen:", two spaces further to the right.'],
  ['listen: {http: "127.0.0.1:80"}\n', '1:10: there is no setting "http" under "listen"; possible here: smtp, lmtp, milter, web, ops.'],
  ['colour: blue\n', '1:1: there is no setting "colour".'],
  ['our-domains: example.com\n', '1:14: "our-domains" takes a list: write [example.com].'],
  ['listen: {smtp: 2525}\n', '1:16: "listen.smtp" is where to listen; write host:port, such as 127.0.0.1:2525, unix:/path, or a list of these.'],
  ['listen: "127.0.0.1:25"\n', '1:9: "listen" takes lines of its own below it, two spaces further to the right: smtp, lmtp, milter, web, ops.'],
  ['public-url: mail.example.com\n', '1:13: "public-url" begins with http:// or https://, such as https://mail.example.com.'],
  ['on-failure: ask\n', '1:13: "on-failure" must be one of ask-to-retry, deliver-unchecked.'],
  ['on-failure: ask to rety\n', '1:13: "on-failure" must be one of ask-to-retry, deliver-unchecked; did you mean ask-to-retry?'],
  ['language: english\n', '1:11: "language" is a short code, such as en, tr, ru or de.'],
  ['milter: {socket-mode: 0660}\n', '1:23: "milter.socket-mode" is written in quotes, such as "0660".'],
  ['hostname: 5\n', '1:11: "hostname" is a name such as mx.example.com.'],
  ['policies: [a, b]\n', '1:11: "policies" takes one text.'],
  ['data:\n', '1:6: "data" has nothing behind it.'],
  ['operators: [anna]\n', '1:13: "anna" is not an e-mail address.'],
  ['tls: {certificate: a.pem}\n', '1:6: "tls" needs "key" as well.'],
  ['limits: {recipients-max: 5}\n', '1:26: "limits.recipients-max" must be at least 100.'],
  ['limits: {recipients-max: many}\n', '1:26: "limits.recipients-max" must be a whole number.'],
  ['[a, b]\n', '1:1: the file must hold keys with values, such as "hostname: mx.example.com".'],
  ['listen: {smtp: 0.0.0.0:25\n', '2:1: a bracket is opened above and not closed; close it with }.'],
  ['hostname: "mx\n', '2:1: a quote is opened and not closed.'],
  ['data: a\ndata: b\n', '2:1: this setting stands here twice; keep one of the two.'],
  ['listen:\n\tsmtp: "127.0.0.1:25"\n', '2:1: this line begins with a tab; use spaces.'],
  ['deliver-to: smtp: x\n', '1:13: there are two colons in this line; put a text that holds a colon into quotes.'],
])('%j', (text, sentence) => expect(problemsOf(text)).toEqual([`usher.yaml:${sentence}`]));

test('one wrong door does not hide the next', () => {
  expect(problemsOf('listen: {smtp: 2525, web: localhost, ops: "127.0.0.1:99999"}\n')).toEqual([
    expect.stringContaining('"listen.smtp" is where to listen'), expect.stringContaining('"localhost" is not an address to listen on'), expect.stringContaining('"127.0.0.1:99999" is not an address'),
  ]);
});

test('a file that may not be read, or is a folder, is a sentence', () => {
  expect(loadConfig('.', {}, dir).problems).toEqual(['.: this is a folder, not a file.']);
});

test.each([
  ['127.0.0.1:25', { host: '127.0.0.1', port: 25 }],
  ['[::1]:25', { host: '::1', port: 25 }],
  [':25', { host: '0.0.0.0', port: 25 }],
  ['mx.example.com:25', { host: 'mx.example.com', port: 25 }],
  ['unix:/run/x.sock', { path: '/run/x.sock' }],
  ['unix:', null], ['127.0.0.1', null], ['127.0.0.1:65536', null], ['::1:25', null],
])('listen %s', (text, expected) => expect(readListenAddress(text, '/')).toEqual(expected));

test.each([
  ['smtp://127.0.0.1:10026', { protocol: 'smtp', address: { host: '127.0.0.1', port: 10026 } }],
  ['smtp://mx.example.com', { protocol: 'smtp', address: { host: 'mx.example.com', port: 25 } }],
  ['lmtp://[::1]', { protocol: 'lmtp', address: { host: '::1', port: 24 } }],
  ['lmtp+unix:/run/lmtp', { protocol: 'lmtp', address: { path: '/run/lmtp' } }],
  ['maildir:mail', { protocol: 'maildir', dir: '/mail' }],
  ['http://x', null], ['maildir:', null], ['smtp:127.0.0.1', null],
])('deliver-to %s', (text, expected) => expect(readDeliverTo(text, '/')).toEqual(expected));

test.each([['10.0.0.0/8', '10.0.0.0/8'], ['192.0.2.1', '192.0.2.1/32'], ['::1', '::1/128'], ['10.0.0.0/33', null], ['10.1', null]])('network %s', (text, expected) => expect(readNetwork(text)).toBe(expected));

test.each([['90 days', 90], ['1 week', 7], [30, 30], ['soon', null]])('duration %s', (text, days) => expect(readDuration(text)).toBe(days === null ? null : days * 86_400_000));

test('checks that ask elsewhere are off until they are configured', () => {
  const { clamav, dnsLists, trustedArcSealers } = configOf('');
  expect({ clamav, dnsLists, trustedArcSealers }).toEqual({ clamav: null, dnsLists: [], trustedArcSealers: [] });
});

test('lists in the DNS, trusted forwarders and the scanner', () => {
  const { clamav, dnsLists, trustedArcSealers } = configOf(
    'clamav: 127.0.0.1:3310\ntrusted-arc-sealers: [Lists.Example]\ndns-lists:\n  - zone: IP.List.\n    kind: ip\n  - zone: dom.list\n    kind: domain\n    codes:\n      "&8": {meaning: phishing, weight: strong}\n      127.0.0.2: slight\n      127.0.0.4-7: {}\n',
  );
  expect(clamav).toEqual({ host: '127.0.0.1', port: 3310 });
  expect(trustedArcSealers).toEqual(['lists.example']);
  expect(dnsLists).toEqual([
    { zone: 'ip.list', kind: 'ip', codes: [] },
    { zone: 'dom.list', kind: 'domain', codes: [{ code: '&8', meaning: 'phishing', strength: 'strong' }, { code: '127.0.0.2', meaning: '127.0.0.2', strength: 'slight' }, { code: '127.0.0.4-7', meaning: '127.0.0.4-7', strength: 'clear' }] },
  ]);
  expect(problemsOf('clamav: nowhere\n')).toEqual([expect.stringContaining('"nowhere" is not where clamd listens')]);
  expect(problemsOf('dns-lists:\n  - {zone: x.list, kind: ip, codes: {listed: strong}}\n')).toEqual([expect.stringContaining('"listed" is not an answer of such a list')]);
  expect(problemsOf('dns-lists:\n  - {zone: x.list, kind: ip, codes: {127.0.0.2: enormous}}\n')).not.toEqual([]);
  expect(problemsOf('dns-lists: []\ntrusted-arc-sealers: []\n', { USHER_CLAMAV: '' })).toEqual([]);
});
