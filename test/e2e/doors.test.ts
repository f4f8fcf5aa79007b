/** One decision function for both doors: the same letters through the proxy of one Usher and the milter of another leave the same rows. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { startNameServer, type NameServer } from '../../bench/dns.ts';
import { ANNA, HELD, JUNK, MARKED, OFFICE, page, REFUSED } from '../support/company.ts';
import { heldEntries, heldFiles } from '../support/held-mail.ts';
import { letter, GTUBE } from '../support/letters.ts';
import { changed, MilterClient } from '../support/milter-client.ts';
import { startNextHop, type NextHop } from '../support/next-hop.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const LATER = 'later@example.com';
const POLICIES = {
  company: page('company', 'everyone', 'always-welcome:\n  - words: ["kestrel"]\n    because: "our product"\nnever-welcome:\n  - sender: "*@pushy.example"\n    because: "asked to stop"\n'),
  careful: page('careful', HELD, 'certain-spam: quarantine\nspam: quarantine\n'),
  tolerant: page('tolerant', MARKED, 'certain-spam: mark\nspam: mark\nmark-with: "[Suspected spam]"\n'),
  sorting: page('sorting', JUNK, 'certain-spam: junk-folder\n'),
  patient: page('patient', LATER, 'spam: ask-to-retry\n'),
  strict: page('strict', REFUSED, 'certain-spam: reject\nrejection: {message: {en: "We could not accept your message. Please call us on +90 212 555 0100."}, contact: "+90 212 555 0100"}\n'),
};

interface Case { readonly name: string; readonly from: string; readonly to: readonly string[]; readonly client: string; readonly text: string; readonly user?: string; readonly utf8?: boolean }

const ordinary = (name: string, more = ''): string => more + letter({ from: ANNA, to: OFFICE, name });
const spam = (name: string): string => letter({ from: ANNA, to: OFFICE, name, spam: true });
const CASES: readonly Case[] = [
  { name: 'an ordinary letter', from: ANNA, to: [OFFICE], client: '192.0.2.1', text: ordinary('one') },
  { name: 'spam, rejected', from: ANNA, to: [REFUSED], client: '192.0.2.1', text: spam('two') },
  { name: 'spam, held', from: ANNA, to: [HELD], client: '192.0.2.1', text: spam('three') },
  { name: 'spam, marked', from: ANNA, to: [MARKED], client: '192.0.2.1', text: spam('four') },
  { name: 'spam, to the junk folder', from: ANNA, to: [JUNK], client: '192.0.2.1', text: spam('five') },
  { name: 'recipients who disagree', from: ANNA, to: [REFUSED, MARKED, HELD], client: '192.0.2.1', text: spam('six') },
  { name: 'all turn it away, one for now', from: ANNA, to: [REFUSED, HELD], client: '192.0.2.1', text: spam('seven') },
  { name: 'an executable', from: ANNA, to: [OFFICE, HELD], client: '192.0.2.1', text: `From: ${ANNA}\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/x-msdownload; name="a.exe"\nContent-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA\n` },
  { name: 'never welcome', from: 'x@pushy.example', to: [OFFICE], client: '192.0.2.1', text: letter({ from: 'x@pushy.example', to: OFFICE, name: 'eight' }) },
  { name: 'forged fields', from: ANNA, to: [OFFICE], client: '192.0.2.1', text: ordinary('nine', 'X-Usher-Verdict: deliver\nX-Spam-Flag: YES\nAuthentication-Results: mx.example.com; spf=pass\n') },
  { name: 'from one of our networks', from: OFFICE, to: ['customer@elsewhere.example'], client: '10.1.2.3', text: ordinary('ten') },
  { name: 'from a user of ours', from: OFFICE, to: ['customer@elsewhere.example'], client: '192.0.2.50', user: 'office', text: ordinary('eleven') },
  { name: 'behind a gateway of ours', from: ANNA, to: [OFFICE], client: '10.9.0.1', text: ordinary('twelve', 'Received: from far.sender.test (far.sender.test [203.0.113.9]) by gw.example.com with ESMTP id 1;\n\tMon, 05 Jan 2026 10:00:00 +0000\n') },
  { name: 'the null sender', from: '', to: [OFFICE], client: '192.0.2.1', text: ordinary('thirteen') },
  { name: 'postmaster', from: ANNA, to: ['postmaster@example.com'], client: '192.0.2.1', text: spam('fourteen') },
  { name: 'odd fields', from: ANNA, to: [MARKED], client: '2001:db8::7', text: `Subject: a\nSUBJECT:\n folded\nX-Tab:\ttab\nReceived: one\n\ttwo\nFrom: ${ANNA}\nX-Empty:\n\n${GTUBE}\n.leading dot\n\n\n` },
  { name: 'a letter without a body', from: ANNA, to: [OFFICE], client: '192.0.2.1', text: `From: ${ANNA}\nSubject: none\n\n` },
];

type Sent = { readonly code: number; readonly bytes: string | null };

async function throughProxy(usher: RunningUsher, nextHop: NextHop, each: Case): Promise<Sent> {
  const client = await SmtpClient.connect({ port: usher.home.ports.smtp });
  const before = nextHop.messages.length;
  await client.command('EHLO localhost');
  await client.command(`XCLIENT NAME=client.sender.example ADDR=${each.client.includes(':') ? `IPV6:${each.client}` : each.client} HELO=client.sender.example${each.user === undefined ? '' : ` LOGIN=${each.user}`}`);
  await client.command('EHLO client.sender.example');
  const { code } = await client.send({ from: each.from, to: each.to, content: wireForm(each.text) });
  await client.quit();
  return { code, bytes: nextHop.messages[before]?.bytes.toString('latin1') ?? null };
}

async function throughMilter(usher: RunningUsher, each: Case): Promise<Sent> {
  const bytes = Buffer.from(each.text.replaceAll('\n', '\r\n'), 'latin1');
  const mta = await MilterClient.connect({ host: '127.0.0.1', port: usher.home.ports.milter });
  await mta.hello({ name: 'client.sender.example', family: each.client.includes(':') ? 'inet6' : 'inet', address: each.client, helo: 'client.sender.example' });
  const { end, changes } = await mta.message({
    sender: [`<${each.from}>`], recipients: each.to.map((to) => [`<${to}>`]), bytes, ...(each.user === undefined ? {} : { macros: { M: [['{auth_authen}', each.user]] } }),
  });
  await mta.close();
  if (end.type === 'replyCode') return { code: Number(end.text.slice(0, 3)), bytes: null };
  return { code: 250, bytes: end.type === 'discard' ? null : changed(bytes, changes, true).toString('latin1') };
}

/** What differs from one time to the next, or is the door itself. */
const VARYING = new Set(['id', 'at', 'ms', 'door', 'decision_id', 'decidedAt', 'receivedAt', 'queueId', 'lookups']);
const steady = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(steady);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !VARYING.has(key)).map(([key, inner]) => [key, steady(inner)]));
};

function rows(home: UsherHome): unknown[] {
  const database = new Database(join(home.dataDir, 'usher.sqlite'), { readonly: true });
  try {
    const decisions = database.prepare('select * from decisions order by id').all() as Record<string, unknown>[];
    const recipients = database.prepare('select * from decision_recipients where decision_id = ? order by place');
    return decisions.map((row) => steady({
      ...row, facts: JSON.parse(row['facts'] as string),
      recipients: (recipients.all(row['id']) as Record<string, unknown>[]).map((each) => ({ ...each, verdict: each['verdict'] === '' ? null : JSON.parse(each['verdict'] as string) })),
    }));
  } finally {
    database.close();
  }
}

/** The proxy writes a Received field; ids differ. */
const comparable = (bytes: string | null): string | null => bytes?.replace(/^X-Usher-Id: \w+\r\n/m, '').replace(/^Received:(?:[^\r]|\r\n\t)*?\(Usher\)(?:[^\r]|\r\n\t)*\r\n/m, '') ?? null;

describe('both doors', () => {
  const homes: UsherHome[] = [];
  let nextHop: NextHop;
  let names: NameServer;
  let proxy: RunningUsher;
  let milter: RunningUsher;
  const sent: { readonly proxy: Sent; readonly milter: Sent }[] = [];

  beforeAll(async () => {
    nextHop = await startNextHop();
    names = await startNameServer({});
    const config = { 'deliver-to': `smtp://127.0.0.1:${(nextHop.address as { readonly port: number }).port}`, 'our-networks': ['10.1.0.0/16'], relays: ['10.9.0.0/16'], 'dns-servers': [names.address] };
    for (let n = 0; n < 2; n++) homes.push(await usherHome({ config, policies: POLICIES }));
    [proxy, milter] = [await startUsher(homes[0]!), await startUsher(homes[1]!)];
    for (const each of CASES) sent.push({ proxy: await throughProxy(proxy, nextHop, each), milter: await throughMilter(milter, each) });
  }, 90_000);

  afterAll(async () => {
    await Promise.all([proxy?.stop(), milter?.stop(), nextHop?.close()]);
    names?.close();
    for (const home of homes) home.remove();
  }, 60_000);

  test.each(CASES.map(({ name }, n) => [name, n] as const))('%s: the sender reads the same, and the same goes on', (_name, n) => {
    const { proxy: one, milter: other } = sent[n]!;
    expect(other.code).toBe(one.code);
    expect(comparable(other.bytes)).toBe(comparable(one.bytes));
  });

  test('the decision log has the same rows', async () => {
    await Promise.all([proxy.stop(), milter.stop()]);
    await waitFor('all rows', () => rows(homes[0]!).length === CASES.length && rows(homes[1]!).length === CASES.length);
    expect(rows(homes[1]!)).toEqual(rows(homes[0]!));
  });

  test('the quarantine holds the same', async () => {
    const held = await Promise.all(homes.map(async (home) => (await heldEntries(home)).map(({ recipient, subject, count }) => `${recipient} ${subject} ${count}`).sort()));
    expect(held[0]!.length).toBeGreaterThan(3);
    expect(held[1]).toEqual(held[0]);
    const files = homes.map((home) => heldFiles(home).map((file) => file.replace(/^X-Usher-Id: \w+\r\n/m, '')).sort());
    expect(files[1]).toEqual(files[0]);
  });
});
