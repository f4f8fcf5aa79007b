import type { Clock } from '../../src/platform/clock.ts';
import { DnsList, matches } from '../../src/signals/dns-list.ts';
import type { DnsListConfig } from '../../src/signals/dns-list.ts';
import { dnsListsProbe } from '../../src/signals/dns-lists.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { silentResolver, zoneResolver } from '../support/dns-zone.ts';
import type { Zone } from '../support/dns-zone.ts';
import { answersOf } from '../support/probes.ts';
import { BODY, input } from '../support/signal-mail.ts';

const IP: DnsListConfig = { zone: 'ip.list', kind: 'ip', codes: [] };
const DOMAIN: DnsListConfig = { zone: 'dom.list', kind: 'domain', codes: [{ code: '&8', meaning: 'phishing', strength: 'strong' }, { code: '&2', meaning: 'spam', strength: 'clear' }] };

interface Book { readonly lists: readonly DnsList[]; readonly told: object[]; readonly clock: Clock & { at: number } }
function book(...configs: DnsListConfig[]): Book {
  const clock = { at: 1_000_000, now: () => clock.at };
  const told: object[] = [];
  return { lists: configs.map((config) => new DnsList(config, clock, { warn: ((fields: object) => void told.push(fields)) as never })), told, clock };
}

const letter = input({ body: `${BODY}https://shop.bad.example/x https://bad.example/y https://good.example/` });
const ask = async ({ lists }: Book, zone: Zone, mail = letter) => answersOf(dnsListsProbe(lists), mail, new Lookups(zoneResolver(zone), 5000));

test('no lists, nothing asked', async () => {
  const resolver = zoneResolver({});
  expect(await answersOf(dnsListsProbe([]), letter, new Lookups(resolver, 1000))).toEqual({});
  expect(resolver.asked).toEqual([]);
});

test('client, author and links, each with the registrable domain, once', async () => {
  const resolver = zoneResolver({ '1.2.0.192.ip.list': { A: ['127.0.0.4'] }, 'bad.example.dom.list': { A: ['127.0.0.10'] } });
  expect(await answersOf(dnsListsProbe(book(IP, DOMAIN).lists), letter, new Lookups(resolver, 1000))).toEqual({ 'listed-client': 'clear', 'listed-link': 'strong', 'listed-by': 'ip.list: 127.0.0.4' });
  expect(resolver.asked.toSorted()).toEqual(['1.0.0.127.ip.list A', '1.2.0.192.ip.list A', 'bad.example.dom.list A', 'example.net.dom.list A', 'good.example.dom.list A', 'invalid.dom.list A']);
});

test('codes that are not named mean nothing', async () => expect(await ask(book(DOMAIN), { 'bad.example.dom.list': { A: ['127.0.0.4'] } })).toEqual({}));

test('a list of good names', async () => {
  const welcome = book({ ...IP, codes: [{ code: '127.0.5.0-3', meaning: 'known', strength: 'welcome' }] });
  expect(await ask(welcome, { '1.2.0.192.ip.list': { A: ['127.0.5.2'] } })).toEqual({ 'welcomed-client': true });
});

test.each<[string, Zone, string]>([
  ['answers for 127.0.0.1', { '1.2.0.192.ip.list': { A: ['127.0.0.2'] }, '1.0.0.127.ip.list': { A: ['127.0.0.2'] } }, 'list-nonsense'],
  ['answers outside 127/8', { '1.2.0.192.ip.list': { A: ['203.0.113.9'] } }, 'list-nonsense'],
  ['refuses', { '1.2.0.192.ip.list': { A: ['127.255.255.254'] } }, 'list-refused'],
  ['refuses the other way', { '1.2.0.192.ip.list': { A: ['127.0.0.1'] } }, 'list-refused'],
])('a list that %s is not asked for an hour, and that is told once', async (_, zone, reason) => {
  const one = book(IP);
  const unknown = { state: 'unknown', reason };
  const resolver = zoneResolver(zone);
  const listing = async () => { const lookups = new Lookups(resolver, 5000); const said = await one.lists[0]?.ask('1.2.0.192', lookups); lookups.close(); return said; };
  expect(await listing()).toEqual(unknown);
  const askedThen = resolver.asked.length;
  expect(await listing()).toEqual(unknown);
  expect(resolver.asked).toHaveLength(askedThen);
  expect(one.told).toMatchObject([{ zone: 'ip.list', reason }]);
  one.clock.at += 3_600_001;
  await listing();
  expect(resolver.asked.length).toBeGreaterThan(askedThen);
});

test('a list that is down is left alone after three questions', async () => {
  const one = book(IP);
  const answers: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const lookups = new Lookups(zoneResolver({ '1.2.0.192.ip.list': 'servfail' }), 5000);
    answers.push(await one.lists[0]?.ask('1.2.0.192', lookups));
    lookups.close();
  }
  expect(answers.map((answer) => (answer as { reason: string }).reason)).toEqual(['servfail', 'servfail', 'list-servfail', 'list-servfail']);
  expect(one.told).toHaveLength(1);
  one.clock.at += 300_001;
  expect(await ask(one, { '1.2.0.192.ip.list': { A: ['127.0.0.2'] } })).toMatchObject({ 'listed-client': 'clear' });
});

test('what one list says counts although another is down', async () => {
  expect(await ask(book(IP, { ...IP, zone: 'other.list' }), { '1.2.0.192.ip.list': 'servfail', '1.2.0.192.other.list': { A: ['127.0.0.2'] } })).toMatchObject({ 'listed-client': 'clear' });
});

test('a list that never answers does not hold the mail up', async () => {
  const begun = performance.now();
  const { signals } = await dnsListsProbe(book(IP).lists).gather(letter, { lookups: new Lookups(silentResolver, 60_000), authentication: new Promise(() => {}) });
  expect(signals.find(({ name }) => name === 'listed-client')).toEqual({ name: 'listed-client', state: 'unknown', reason: 'timeout' });
  expect(performance.now() - begun).toBeLessThan(4000);
});

test.each<[string, string, boolean]>([
  ['127.0.0.2', '127.0.0.2', true], ['127.0.0.2', '127.0.0.3', false], ['127.0.0.4-7', '127.0.0.7', true], ['127.0.0.4-7', '127.0.0.8', false], ['127.0.0.4-7', '127.0.1.5', false],
  ['&8', '127.0.0.10', true], ['&8', '127.0.0.4', false], ['&8', '127.255.255.254', false],
])('code %s, answer %s: %s', (code, record, expected) => expect(matches(code, record)).toBe(expected));
