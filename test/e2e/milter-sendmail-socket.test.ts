/** Usher as the milter of a real Sendmail over a unix socket, by the line of docs/operators.md. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ANNA, OFFICE } from '../support/company.ts';
import { sendmailSocketLines } from '../support/milter-lines.ts';
import { expectDeliveredHeldAndRefused, SOCKET_POLICIES } from '../support/milter-socket.ts';
import type { Mta } from '../support/mta.ts';
import { freePort } from '../support/ports.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { sendLetters } from '../support/send-letters.ts';
import { startSendmail } from '../support/sendmail.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

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
    home = await usherHome({ policies: SOCKET_POLICIES, config: { 'deliver-to': `smtp://127.0.0.1:${released}` } });
    usher = await startUsher(home, listener());
    sendmail = await startSendmail({ smtp, released }, sendmailSocketLines({ milter: 0, released }, path));
  }, 90_000);
  afterAll(async () => {
    await usher?.stop();
    await sendmail?.stop();
    home?.remove();
    rmSync(place, { recursive: true, force: true });
  }, 60_000);

  test('delivers, holds and refuses, all on one connection', async () => {
    const { mode, gid } = statSync(path);
    expect([mode & 0o7777, gid]).toEqual([0o660, Number(execFileSync('/bin/sh', ['-c', 'getent group mail | cut -d: -f3'], { encoding: 'utf8' }))]);
    await expectDeliveredHeldAndRefused(smtp, sendmail, home);
    expect(await usher.waitForEvent('the decision', (each) => each.msg === 'decided' && each['door'] === 'milter')).toMatchObject({ client: '127.0.0.1', direction: 'in', from: ANNA });
  }, 60_000);

  test('a folder that others may write to is none for Sendmail: senders are asked to try again', async () => {
    for (const unsafe of [0o777, 0o1777, 0o775]) {
      chmodSync(place, unsafe);
      expect([unsafe, await sendLetters(smtp, [[OFFICE, 'the shut stairs', false]])]).toEqual([unsafe, [451]]);
    }
    chmodSync(place, 0o755);
    expect(await sendLetters(smtp, [[OFFICE, 'the open stairs', false]])).toEqual([250]);
    await sendmail.waitForMessage(OFFICE, 'the open stairs');
    expect(sendmail.messages(OFFICE).some((message) => message.includes('the shut stairs'))).toBe(false);
  }, 60_000);

  test('while nobody listens there senders are asked to try again', async () => {
    await usher.stop();
    expect(await sendLetters(smtp, [[OFFICE, 'the far stairs', false]])).toEqual([451]);
    usher = await startUsher(home, listener());
    expect(await sendLetters(smtp, [[OFFICE, 'the near stairs', false]])).toEqual([250]);
    await sendmail.waitForMessage(OFFICE, 'the near stairs');
    expect(sendmail.messages(OFFICE).some((message) => message.includes('the far stairs'))).toBe(false);
  }, 60_000);
});
