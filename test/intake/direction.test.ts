import { clientBeyondRelays, countReceived, originOf, type ConnectionFacts } from '../../src/intake/direction.ts';
import { clientKey, Networks, plainIp } from '../../src/intake/networks.ts';

const relays = new Networks(['10.0.0.0/8', '2001:db8:1::/48']);
const ourNetworks = new Networks(['192.168.0.0/16']);
const facts = (more: Partial<ConnectionFacts>): ConnectionFacts => ({ peerIp: '203.0.113.1', helo: 'peer.test', xclient: {}, xforward: {}, ...more });
const origin = (more: Partial<ConnectionFacts>, header = '') => originOf(facts(more), { relays, ourNetworks }, () => header);

const received: readonly (readonly [string, string, string | null, string])[] = [
  ['Postfix', 'from helo.test (rdns.test [203.0.113.5]) by mx', '203.0.113.5', 'rdns.test helo.test'],
  ['Postfix, no reverse name', 'from helo.test (unknown [203.0.113.5]) by mx', '203.0.113.5', ' helo.test'],
  ['Postfix, IPv6', 'from helo.test (rdns.test [IPv6:2001:DB8::5]) by mx', '2001:db8::5', 'rdns.test helo.test'],
  ['Sendmail', 'from helo.test (rdns.test [203.0.113.5] (may be forged)) by mx', '203.0.113.5', 'rdns.test helo.test'],
  ['Exim', 'from rdns.test ([203.0.113.5] helo=helo.test) by mx', '203.0.113.5', ' rdns.test'],
  ['Exim without a name', 'from [203.0.113.5] (helo=helo.test) by mx', '203.0.113.5', ' [203.0.113.5]'],
  ['Exim, an address as HELO', 'from rdns.test ([203.0.113.5] helo=[9.9.9.9]) by mx', '203.0.113.5', ' rdns.test'],
  ['qmail', 'from unknown (HELO helo.test) (203.0.113.5) by mx', '203.0.113.5', ' unknown'],
  ['Exchange', 'from a.test (203.0.113.5) by b.test (198.51.100.1) with Microsoft SMTP Server', '203.0.113.5', ' a.test'],
  ['an address as HELO', 'from [9.9.9.9] (rdns.test [203.0.113.5]) by mx', '203.0.113.5', 'rdns.test [9.9.9.9]'],
  ['brackets in HELO', 'from x([9.9.9.9]) (rdns.test [203.0.113.5]) by mx', '203.0.113.5', 'rdns.test x'],
  ['no from', 'by mx (Postfix, from userid 33) id 1', null, ' '],
  ['no address', 'from helo.test by mx', null, ' '],
  ['not an address', 'from helo.test (rdns.test [300.1.1.1]) by mx', null, ' '],
];
test.each(received)('Received as of %s', (_name, value, ip, nameAndHelo) => {
  const client = clientBeyondRelays(`Received: ${value}; Mon, 1 Jan 2024 00:00:00 +0000\r\n`, relays);
  expect(client.ip).toBe(ip);
  expect(`${client.name ?? ''} ${client.helo}`).toBe(nameAndHelo);
});

test('relays in a row are passed over, what stands below the client is not looked at', () => {
  const header = 'Subject: x\r\nReceived: from a ([10.1.1.1])\r\n\tby b\r\nRECEIVED : from c ([IPv6:2001:db8:1::7]) by d\r\nReceived: from e ([203.0.113.5]) by f\r\nReceived: from g ([198.51.100.7]) by h\r\n';
  expect(clientBeyondRelays(header, relays).ip).toBe('203.0.113.5');
});

test('a relay that says nothing hides the client; the forged field below is not believed', () => {
  const header = 'Received: from a ([10.1.1.1]) by b\r\nReceived: by c\r\nReceived: from forged ([198.51.100.7]) by d\r\n';
  expect(clientBeyondRelays(header, relays)).toEqual({ ip: null, unknownReason: 'relay', name: null, helo: '' });
});

test('direct: the peer, whatever the header says', () => {
  expect(origin({}, 'Received: from x ([192.168.1.1]) by y\r\n')).toEqual({ client: { ip: '203.0.113.1', unknownReason: null, name: null, helo: 'peer.test' }, user: null, direction: 'in' });
});

test.each([
  ['our networks', { peerIp: '192.168.3.4' }, 'out'],
  ['a user', { xclient: { login: 'ann' } }, 'out'],
  ['a login that is unavailable', { xclient: { login: null } }, 'in'],
  ['a client named by XCLIENT', { peerIp: '192.168.3.4', xclient: { addr: '203.0.113.9' } }, 'in'],
  ['handed in locally', { xforward: { addr: null, source: 'LOCAL' } }, 'out'],
  ['LOCAL with an address', { xforward: { addr: '203.0.113.9', source: 'LOCAL' } }, 'in'],
  ['nobody knows', { peerIp: '192.168.3.4', xforward: { addr: null } }, 'in'],
] as const)('%s goes %s', (_name, more, direction) => expect(origin(more).direction).toBe(direction));

test('through a relay, by the network of the client beyond it', () => {
  expect(origin({ peerIp: '10.0.0.1' }, 'Received: from a ([192.168.9.9]) by b\r\n').direction).toBe('out');
  expect(origin({ peerIp: '10.0.0.1' }, '').client.unknownReason).toBe('relay');
  expect(origin({ peerIp: '10.0.0.1' }, '').direction).toBe('in');
});

test('XFORWARD goes before XCLIENT, and the HELO of the server before us is not taken for the client\'s', () => {
  const { client } = origin({ xclient: { addr: '198.51.100.1', helo: 'first.test' }, xforward: { addr: '203.0.113.9', name: 'far.test' } });
  expect(client).toMatchObject({ ip: '203.0.113.9', name: 'far.test' });
  expect(origin({ xforward: { addr: '203.0.113.9' } }).client.helo).toBe('');
  expect(origin({ xclient: { addr: '203.0.113.9' } }).client.helo).toBe('peer.test');
});

test('Received fields are counted by name, not by what stands in folded lines', () => {
  expect(countReceived('Received: a\r\n\treceived: b\r\nrEceived : c\r\nX-Received: d\r\nReceived-SPF: e\r\n')).toBe(2);
});

test.each([
  ['192.0.2.1', '192.0.2.1'], ['[192.0.2.1]', '192.0.2.1'], ['IPv6:2001:DB8:0::1', '2001:db8::1'], ['::ffff:192.0.2.1', '192.0.2.1'],
  ['10.1', null], ['0x7f.1', null], ['192.0.2.256', null], ['example.test', null], ['', null], ['2001:db8::1::2', null],
])('%j as an address is %j', (text, ip) => expect(plainIp(text)).toBe(ip));

test.each([['10.255.0.1', true], ['11.0.0.1', false], ['::ffff:10.0.0.1', true], ['2001:db8:1:2::3', true], ['2001:db8:2::', false], ['nonsense', false], [null, false]])('%s in the relays: %s', (ip, inside) => expect(relays.has(ip)).toBe(inside));

test.each([['192.0.2.1', '192.0.2.1'], ['2001:db8:1:2:3::4', '2001:db8:1:2'], ['2001:db8::4', '2001:db8:0:0']])('%s counts as %s', (ip, network) => expect(clientKey(ip)).toBe(network));

test.each([['blanks', ' '], ['letters', 'a'], ['folds', '\r\n ']])('a Received field of nine million %s, which a stranger wrote behind a relay that wrote none, is given up at once', (_name, piece) => {
  const before = process.cpuUsage();
  const { client } = origin({ peerIp: '10.0.0.1' }, `Received: from a${piece.repeat(9_000_000 / piece.length)}b\r\nFrom: a@example.org\r\n`);
  const { user, system } = process.cpuUsage(before);
  expect(client).toMatchObject({ ip: null, unknownReason: 'relay' });
  expect((user + system) / 1000).toBeLessThan(2_500);
});

test('many Received fields full of blanks, forged behind a relay that wrote none, are passed over at once', () => {
  const before = process.cpuUsage();
  const { client } = origin({ peerIp: '10.0.0.1' }, `Received: from x (${' '.repeat(3900)}a [10.0.0.1])\r\n`.repeat(66));
  const { user, system } = process.cpuUsage(before);
  expect(client.unknownReason).toBe('relay');
  expect((user + system) / 1000).toBeLessThan(400);
});
