/** From a held message to a click: the digest in a mailbox, its links, stopping it, and the end of the mail server. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { letter } from '../support/letters.ts';
import { startNextHop, type NextHop } from '../support/next-hop.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { runUsher, startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const OFFICE = 'office@example.com';
const FROM = 'anna@sender.example';
/** No digest comes by itself, at whatever hour and in whatever zone this runs. */
const FAR_DAY = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7] ?? 'mon';
/** Words that are always welcome soften the test string's certainty: it is held, and listed. */
const PAGE = `policy: company\ntitle: Everybody\nowner: ${OFFICE}\napplies-to: everyone\nintent: keep-the-inbox-clean\nalways-welcome: [{words: ["matter"], because: "we like it"}]\nquarantine: {digest: {days: [${FAR_DAY}]}}\n`;

const homes: UsherHome[] = [];
const running: RunningUsher[] = [];
const hops: NextHop[] = [];
afterEach(async () => {
  for (const usher of running.splice(0)) await usher.stop();
  for (const hop of hops.splice(0)) await hop.close();
  for (const home of homes.splice(0)) home.remove();
});

async function start(config: Readonly<Record<string, unknown>>, page = PAGE): Promise<RunningUsher> {
  const home = await usherHome({ config, policies: { company: page } });
  appendFileSync(join(home.dir, 'usher.yaml'), `public-url: http://127.0.0.1:${home.ports.web}\n`);
  homes.push(home);
  const usher = await startUsher(home);
  running.push(usher);
  return usher;
}

async function sendSpam({ home }: RunningUsher, name: string): Promise<void> {
  const client = await SmtpClient.connect({ port: home.ports.smtp });
  await client.command('EHLO client.sender.example');
  expect(await client.send({ from: FROM, to: [OFFICE], content: wireForm(letter({ from: FROM, to: OFFICE, name, spam: true })) })).toMatchObject({ code: 250 });
  client.destroy();
}

async function mailsIn(home: UsherHome): Promise<readonly ParsedMail[]> {
  const folder = join(home.dataDir, 'mail', OFFICE, 'new');
  if (!existsSync(folder)) return [];
  return Promise.all(readdirSync(folder).sort().map((name) => simpleParser(readFileSync(join(folder, name)))));
}
const digests = async (home: UsherHome): Promise<readonly ParsedMail[]> => (await mailsIn(home)).filter((mail) => mail.headers.get('auto-submitted') === 'auto-generated');
const linkTo = (mail: ParsedMail | undefined, says: string): string => new RegExp(`${says}:\\s+(http\\S+)`).exec(mail?.text ?? '')?.[1] ?? '';

test('a held message is told once; its links ask before they act; one click stops the digests', async () => {
  const usher = await start({ 'deliver-to': 'maildir:./var/mail' });
  const { home } = usher;
  await sendSpam(usher, 'matter 1');
  expect((await runUsher(home, ['digest'])).stdout).toContain(OFFICE);
  const preview = await runUsher(home, ['digest', '--dry-run', '--to', OFFICE]);
  expect([preview.code, preview.stdout]).toEqual([0, expect.stringContaining('1 message was held for you')]);
  expect(await digests(home)).toEqual([]);

  expect((await runUsher(home, ['digest', '--now', '--to', OFFICE])).code).toBe(0);
  const [digest] = await waitFor('the digest', async () => ((await digests(home)).length > 0 ? digests(home) : null));
  expect(digest).toMatchObject({ subject: '1 message was held for you', from: { value: [{ address: 'no-reply@mx.example.com' }] } });
  expect(digest?.text).toContain(FROM);
  expect((await runUsher(home, ['digest', '--now', '--to', OFFICE])).code).toBe(1);

  const letThrough = linkTo(digest, 'Let it through');
  for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(letThrough, { method })).status).toBe(200);
  expect((await mailsIn(home)).length).toBe(1);
  expect((await fetch(letThrough, { method: 'POST' })).status).toBe(200);
  await waitFor('the message', async () => (await mailsIn(home)).length === 2);

  const [, stop = ''] = /<(.*)>/.exec(String((digest?.headers.get('list') as { unsubscribe?: { url?: string } } | undefined)?.unsubscribe?.url ?? '').replace(/^(.*)$/, '<$1>')) ?? [];
  expect(stop).toBe(linkTo(digest, 'Stop these mails'));
  expect((await fetch(stop, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' })).status).toBe(200);
  await sendSpam(usher, 'matter 2');
  expect((await runUsher(home, ['digest'])).stdout).toContain('never');
  expect((await runUsher(home, ['digest', '--now'])).stdout).not.toContain('on the way');
}, 60_000);

test('while the mail server is down the digest waits, over a restart too, and the log and the metrics say so', async () => {
  const nextHop = await startNextHop();
  hops.push(nextHop);
  const usher = await start({ 'deliver-to': `smtp://127.0.0.1:${(nextHop.address as { port: number }).port}` });
  const { home } = usher;
  await sendSpam(usher, 'matter 3');
  nextHop.set({ mail: '451 4.3.0 not now' });
  expect((await runUsher(home, ['digest', '--now'])).code).toBe(0);
  await usher.waitForEvent('putting off', (event) => event.msg === 'notice put off');
  const metrics = await (await fetch(`http://127.0.0.1:${home.ports.ops}/metrics`)).text();
  expect(metrics).toMatch(/^usher_outbox_pending 1$/m);
  expect(metrics).toMatch(/^usher_notices_total\{outcome="put-off"\} 1$/m);
  await usher.crash();
  const again = await startUsher(home);
  running.push(again);
  expect(await (await fetch(`http://127.0.0.1:${home.ports.ops}/metrics`)).text()).toMatch(/^usher_outbox_pending 1$/m);
}, 60_000);
