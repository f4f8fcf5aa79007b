/** The service as a process: how it starts, stops, refuses to start, and takes up new pages. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { startNextHop, type NextHop } from '../support/next-hop.ts';
import { letter } from '../support/letters.ts';
import { SmtpClient, wireForm, type SmtpReply } from '../support/smtp-client.ts';
import { runUsher, startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const OFFICE = 'office@example.com';
const FROM = 'anna@sender.example';
const page = (certainSpam: string): string => `policy: company\nowner: ${OFFICE}\napplies-to: everyone\nintent: balanced\ncertain-spam: ${certainSpam}\n`;
const BROKEN = page('incinerate');

let serial = 0;

async function sendSpam(port: number): Promise<SmtpReply> {
  const client = await SmtpClient.connect({ port });
  await client.command('EHLO client.sender.example');
  const name = `matter ${serial++}`;
  const reply = await client.send({ from: FROM, to: [OFFICE], content: wireForm(letter({ from: FROM, to: OFFICE, name, spam: true })) });
  // Whoever is ending may hang up now.
  client.destroy();
  return reply;
}

describe('Usher as a process', () => {
  let nextHop: NextHop;
  const homes: UsherHome[] = [];
  const running: RunningUsher[] = [];

  beforeAll(async () => { nextHop = await startNextHop(); });
  afterEach(async () => {
    nextHop.set({ dot: () => '250 2.0.0 Ok: queued' });
    for (const usher of running.splice(0)) await usher.stop();
    for (const home of homes.splice(0)) home.remove();
  });
  afterAll(async () => await nextHop.close());

  async function home(config: Readonly<Record<string, unknown>> = {}, policies: Readonly<Record<string, string>> = { company: page('reject') }): Promise<UsherHome> {
    const address = nextHop.address as { readonly port: number };
    const made = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${address.port}`, ...config }, policies });
    homes.push(made);
    return made;
  }

  async function start(at: UsherHome): Promise<RunningUsher> {
    const usher = await startUsher(at);
    running.push(usher);
    return usher;
  }

  test('SIGTERM: what is under way is finished, nothing new begins, exit code 0', async () => {
    const usher = await start(await home({}, { company: page('mark') }));
    // oxlint-disable-next-line unicorn/no-thenable -- a step of a script, never awaited
    nextHop.set({ dot: () => ({ afterMs: 1000, then: '250 2.0.0 Ok: queued' }) });
    const before = nextHop.messages.length;
    const answer = sendSpam(usher.home.ports.smtp);
    await waitFor('the message at the next hop', () => nextHop.messages.length > before);
    const ended = usher.stop();
    await waitFor('a closed door', () => SmtpClient.connect({ port: usher.home.ports.smtp, timeoutMs: 500 }).then((client) => client.destroy(), () => true));
    expect(await answer).toMatchObject({ code: 250 });
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test('idle connections do not hold up the end', async () => {
    const usher = await start(await home());
    const idle = await SmtpClient.connect({ port: usher.home.ports.smtp });
    await idle.command('EHLO client.sender.example');
    const begin = Date.now();
    expect(await usher.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - begin).toBeLessThan(10_000);
    idle.destroy();
  });

  test('a wrong configuration: exit code 2, and every problem in a sentence of its own', async () => {
    const { code, output } = await runUsher(await home({ 'deliver-to': 'pigeon:post', 'on-failure': 'shrug', 'our-netwroks': [] }), ['start']);
    expect(code).toBe(2);
    for (const key of ['deliver-to', 'on-failure', 'our-netwroks']) expect(output).toMatch(new RegExp(`usher\\.yaml:\\d+:\\d+: .*${key}`));
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('a command that does not exist: the one that was meant; and the version', async () => {
    const at = await home();
    const wrong = await runUsher(at, ['chek']);
    expect([wrong.code, wrong.stdout, wrong.output.split('\n')[0]]).toEqual([2, '', 'usher: there is no command "chek"; did you mean "check"?']);
    const version = await runUsher(at, ['--version']);
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^usher \d+\.\d+\.\d+\n$/)]);
  });

  test('a port that is in use: exit code 2 and one sentence that names it', async () => {
    const at = await home();
    const other = createServer().listen(at.ports.smtp, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { code, output } = await runUsher(at, ['start']);
      expect(code).toBe(2);
      expect(output).toContain(String(at.ports.smtp));
      expect(output).not.toMatch(/^\s+at /m);
    } finally {
      other.close();
    }
  });

  test('a first start with a page that is wrong: exit code 2 and where the mistake is', async () => {
    const { code, output } = await runUsher(await home({}, { company: BROKEN }), ['start']);
    expect(code).toBe(2);
    expect(output).toMatch(/company\.yaml:5:15: .*incinerate/);
  });

  test('a changed page is in force within a second', async () => {
    const usher = await start(await home());
    const { smtp } = usher.home.ports;
    expect(await sendSpam(smtp)).toMatchObject({ code: 550 });
    usher.home.writePolicy('company', page('mark'));
    const begin = Date.now();
    await waitFor('the new page', async () => (await sendSpam(smtp)).code === 250, 5000);
    expect(Date.now() - begin).toBeLessThan(1300);
  });

  test('a page that becomes wrong: the old one stays in force, also over a restart, and the mistake is told', async () => {
    const usher = await start(await home());
    usher.home.writePolicy('company', BROKEN);
    await waitFor('not ready', async () => {
      const answer = await fetch(`http://127.0.0.1:${usher.home.ports.ops}/readyz`);
      return answer.status === 503 && (await answer.text()).includes('company.yaml');
    });
    expect(await sendSpam(usher.home.ports.smtp)).toMatchObject({ code: 550 });
    expect(await usher.stop()).toEqual({ code: 0, signal: null });

    const again = await start(usher.home);
    expect(await sendSpam(again.home.ports.smtp)).toMatchObject({ code: 550 });
    again.home.writePolicy('company', page('mark'));
    await waitFor('the corrected page', async () => (await sendSpam(again.home.ports.smtp)).code === 250, 5000);
  });
});
