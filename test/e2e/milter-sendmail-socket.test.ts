/** Usher as the milter of a real Sendmail over a unix socket, by the line of docs/operators.md. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { heldEntries } from '../support/held-mail.ts';
import { letter } from '../support/letters.ts';
import { sendmailSocketLines } from '../support/milter-lines.ts';
import type { Mta } from '../support/mta.ts';
import { freePort } from '../support/ports.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { startSendmail } from '../support/sendmail.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

const ANNA = 'anna@sender.example';
const [OFFICE, HELD, REFUSED] = ['office@example.com', 'held@example.com', 'refused@example.com'] as const;
const page = (name: string, appliesTo: string, certainSpam: string): string => `policy: ${name}\nowner: ${OFFICE}\napplies-to: ${appliesTo}\nintent: balanced\n${certainSpam}`;
const POLICIES = {
  company: page('company', 'everyone', ''),
  careful: page('careful', HELD, 'certain-spam: quarantine\n'),
  strict: page('strict', REFUSED, 'certain-spam: reject\nrejection: {message: {en: "No, thank you."}, contact: "+90 212 555 0100"}\n'),
};

describeIf([requirement('sendmail'), requirement('m4')], 'Usher as a milter of Sendmail over a unix socket', () => {
  let place: string;
  let home: UsherHome;
  let usher: RunningUsher;
  let sendmail: Mta;
  let smtp: number;
  let path: string;
  const listener = (): Record<string, string> => ({ USHER_LISTEN_MILTER: `unix:${path}`, USHER_MILTER_SOCKET_MODE: '0660', USHER_MILTER_SOCKET_OWNER: 'root:mail' });

  beforeAll(async () => {
    smtp = await freePort();
    const released = await freePort();
    // Sendmail looks at every folder on the way: /tmp, where anybody may write, is none for it.
    place = mkdtempSync('/run/usher-socket-');
    chmodSync(place, 0o755);
    path = join(place, 'milter.sock');
    home = await usherHome({ policies: POLICIES, config: { 'deliver-to': `smtp://127.0.0.1:${released}` } });
    usher = await startUsher(home, listener());
    sendmail = await startSendmail({ smtp, released }, sendmailSocketLines({ milter: 0, released }, path));
  }, 90_000);
  afterAll(async () => {
    await usher?.stop();
    await sendmail?.stop();
    home?.remove();
    rmSync(place, { recursive: true, force: true });
  }, 60_000);

  /** The codes of several letters over one connection. */
  async function send(...letters: readonly (readonly [to: string, name: string, spam: boolean])[]): Promise<number[]> {
    const client = await SmtpClient.connect({ port: smtp });
    await client.command('EHLO client.sender.example');
    const codes: number[] = [];
    for (const [to, name, spam] of letters) codes.push((await client.send({ from: ANNA, to: [to], content: wireForm(letter({ from: ANNA, to, name, spam })) })).code);
    await client.quit();
    return codes;
  }

  test('delivers, holds and refuses, all on one connection', async () => {
    const { mode, gid } = statSync(path);
    expect([mode & 0o7777, gid]).toEqual([0o660, Number(execFileSync('/bin/sh', ['-c', 'getent group mail | cut -d: -f3'], { encoding: 'utf8' }))]);
    expect(await send([OFFICE, 'the grey stairs', false], [HELD, 'the pink stairs', true], [REFUSED, 'the lime stairs', true], [OFFICE, 'the gold stairs', false])).toEqual([250, 250, 550, 250]);
    expect(await sendmail.waitForMessage(OFFICE, 'the grey stairs')).toMatch(/^X-Usher-Verdict: /m);
    await sendmail.waitForMessage(OFFICE, 'the gold stairs');
    expect((await heldEntries(home)).map(({ subject }) => subject)).toEqual(['About the pink stairs']);
    expect([sendmail.messages(HELD), sendmail.messages(REFUSED)]).toEqual([[], []]);
    expect(await usher.waitForEvent('the decision', (each) => each.msg === 'decided' && each['door'] === 'milter')).toMatchObject({ client: '127.0.0.1', direction: 'in', from: ANNA });
  }, 60_000);

  test('a folder that others may write to is none for Sendmail: senders are asked to try again', async () => {
    for (const unsafe of [0o777, 0o1777, 0o775]) {
      chmodSync(place, unsafe);
      expect([unsafe, await send([OFFICE, 'the shut stairs', false])]).toEqual([unsafe, [451]]);
    }
    chmodSync(place, 0o755);
    expect(await send([OFFICE, 'the open stairs', false])).toEqual([250]);
    await sendmail.waitForMessage(OFFICE, 'the open stairs');
    expect(sendmail.messages(OFFICE).some((message) => message.includes('the shut stairs'))).toBe(false);
  }, 60_000);

  test('while nobody listens there senders are asked to try again', async () => {
    await usher.stop();
    expect(await send([OFFICE, 'the far stairs', false])).toEqual([451]);
    usher = await startUsher(home, listener());
    expect(await send([OFFICE, 'the near stairs', false])).toEqual([250]);
    await sendmail.waitForMessage(OFFICE, 'the near stairs');
    expect(sendmail.messages(OFFICE).some((message) => message.includes('the far stairs'))).toBe(false);
  }, 60_000);
});
