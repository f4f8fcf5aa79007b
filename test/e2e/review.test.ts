/** From the held message to the inbox, as a person does it: the mail that signs in, the page, the button, and the next message of the same sender. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { letter } from '../support/letters.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const OFFICE = 'office@example.com';
const FROM = 'anna@sender.example';
/** No digest comes by itself, at whatever hour and in whatever zone this runs. */
const FAR_DAY = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7] ?? 'mon';
const POLICY = `policy: company\nowner: ${OFFICE}\napplies-to: everyone\ncertain-spam: quarantine\nquarantine: {digest: {days: [${FAR_DAY}]}}\n`;

let home: UsherHome;
let usher: RunningUsher;
beforeAll(async () => {
  home = await usherHome({ policies: { company: POLICY } });
  usher = await startUsher(home);
});
afterAll(async () => {
  await usher.stop();
  home.remove();
});

const web = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`http://127.0.0.1:${home.ports.web}${path}`, { redirect: 'manual', ...init });
const post = (path: string, fields: Record<string, string>, cookie = ''): Promise<Response> => web(path, { method: 'POST', headers: { cookie }, body: new URLSearchParams(fields) });

/** Messages in the office's own mailbox, as they lie there; file names within one second are in no order of time. */
function inbox(): readonly string[] {
  try {
    const folder = join(home.dataDir, 'mail', OFFICE, 'new');
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch {
    return []; // Not there before the first message.
  }
}

const arrived = (subject: RegExp): Promise<string> => waitFor(`mail whose subject fits ${subject}`, () => inbox().find((mail) => subject.test(mail)));

async function send(name: string): Promise<void> {
  const client = await SmtpClient.connect({ port: home.ports.smtp });
  await client.command('EHLO client.sender.example');
  expect(await client.send({ from: FROM, to: [OFFICE], content: wireForm(letter({ from: FROM, to: OFFICE, name, spam: true })) })).toMatchObject({ code: 250 });
  client.destroy();
}

test('held, looked at, let through, not filtered again, and not held again for the same reason', async () => {
  await send('first matter');
  expect(inbox()).toEqual([]);
  expect((await post('/sign-in', { address: OFFICE })).status).toBe(303);
  const mail = await arrived(/^Subject: Your sign-in link/m);
  const link = /https?:\/\/\S+\/l\/[\w.=\r\n-]+?(?=\s{2,}|\n\n)/.exec(mail.replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[0] ?? '';
  const path = new URL(link).pathname;
  expect((await web(path)).status).toBe(200);
  const cookie = ((await post(path, {})).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const list = await (await web('/', { headers: { cookie } })).text();
  const id = /href="\/m\/([0-9a-z]+)"/.exec(list)?.[1] ?? '';
  const page = await (await web(`/m/${id}`, { headers: { cookie } })).text();
  expect(page).toContain(FROM);
  const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
  expect((await post(`/m/${id}`, { form, act: 'let-through' }, cookie)).headers.get('location')).toBe(`/m/${id}?told=let-through.done`);
  const released = await arrived(/^Subject: .*first matter/m);
  expect(released).not.toMatch(/X-Spam-Flag/i);
  await send('second matter');
  const second = await arrived(/^Subject: .*second matter/m);
  expect(second).toMatch(/^Subject: .*\[Suspected spam\]/m);
  // None of the addresses that carry tokens stands in the log.
  expect(usher.output()).not.toContain(path.split('.')[2]);
}, 60_000);
