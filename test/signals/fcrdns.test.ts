import { Lookups } from '../../src/signals/lookups.ts';
import { fcrdns } from '../../src/signals/fcrdns.ts';
import { zoneResolver } from '../support/dns-zone.ts';
import type { Zone } from '../support/dns-zone.ts';
import { answersOf } from '../support/probes.ts';
import { input } from '../support/signal-mail.ts';

const PTR = '1.2.0.192.in-addr.arpa';

test.each<[string, Zone, string | null, unknown]>([
  ['a name that leads back', { [PTR]: { PTR: ['mail.example.net'] }, 'mail.example.net': { A: ['192.0.2.1'] } }, '192.0.2.1', { 'reverse-dns': 'mail.example.net' }],
  ['one of several names', { [PTR]: { PTR: ['a.example', 'b.example.'] }, 'b.example': { A: ['192.0.2.9', '192.0.2.1'] } }, '192.0.2.1', { 'reverse-dns': 'b.example' }],
  ['no name', {}, '192.0.2.1', { 'reverse-dns-missing': true }],
  ['a name that leads elsewhere', { [PTR]: { PTR: ['mail.example.net'] }, 'mail.example.net': { A: ['192.0.2.7'] } }, '192.0.2.1', { 'reverse-dns-unconfirmed': true }],
  ['a name that leads nowhere', { [PTR]: { PTR: ['mail.example.net'] } }, '192.0.2.1', { 'reverse-dns-unconfirmed': true }],
  ['a customer of an access network', { [PTR]: { PTR: ['ip-192-0-2-1.dyn.example.net'] }, 'ip-192-0-2-1.dyn.example.net': { A: ['192.0.2.1'] } }, '192.0.2.1', { 'reverse-dns': 'ip-192-0-2-1.dyn.example.net', 'reverse-dns-generic': true }],
  ['IPv6', { '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa': { PTR: ['six.example'] }, 'six.example': { AAAA: ['2001:DB8::1'] } }, '2001:db8::1', { 'reverse-dns': 'six.example' }],
  ['a failing server', { [PTR]: 'servfail' }, '192.0.2.1', { unknown: 'servfail' }],
  ['a name that cannot be looked up', { [PTR]: { PTR: ['mail.example.net'] }, 'mail.example.net': 'timeout' }, '192.0.2.1', { unknown: 'timeout' }],
  ['an address of a network of one\'s own', {}, '10.0.0.1', {}],
  ['no address', {}, null, { unknown: 'relay' }],
])('%s', async (_, zone, ip, expected) => {
  const resolver = zoneResolver(zone);
  expect(await answersOf(fcrdns, input({ ip }), new Lookups(resolver, 1000))).toEqual(expected);
});
