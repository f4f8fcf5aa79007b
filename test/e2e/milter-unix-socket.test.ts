/** Usher as the milter of a real Postfix over a unix socket, whose owner and mode say who may speak to it. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { HELD, OFFICE, REFUSED } from '../support/company.ts';
import { expectDeliveredHeldAndRefused, SOCKET_POLICIES } from '../support/milter-socket.ts';
import { freePort } from '../support/ports.ts';
import { startPostfix, type RunningPostfix } from '../support/postfix.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { sendLetters } from '../support/send-letters.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

describeIf([requirement('postfix')], 'Usher as a milter over a unix socket', () => {
  let place: TempDir;
  let home: UsherHome;
  let usher: RunningUsher | null = null;
  let postfix: RunningPostfix;
  let smtp: number;
  let path: string;

  async function restart(mode: string, owner?: string): Promise<RunningUsher> {
    await usher?.stop();
    usher = await startUsher(home, { USHER_LISTEN_MILTER: `unix:${path}`, USHER_MILTER_SOCKET_MODE: mode, ...(owner === undefined ? {} : { USHER_MILTER_SOCKET_OWNER: owner }) });
    return usher;
  }

  beforeAll(async () => {
    smtp = await freePort();
    place = tempDir('socket', 0o755);
    path = join(place.path, 'milter.sock');
    home = await usherHome({ policies: SOCKET_POLICIES, config: { 'deliver-to': `smtp://127.0.0.1:${smtp}` } });
    postfix = await startPostfix({
      hostname: 'mx.example.com', ports: [smtp], mailboxes: [OFFICE, HELD, REFUSED], listeners: `127.0.0.1:${smtp} inet n - n - - smtpd`,
      settings: { smtpd_milters: `unix:${path}`, milter_protocol: '6', milter_default_action: 'tempfail', milter_connect_timeout: '3s' },
    });
  }, 60_000);
  afterAll(async () => {
    await usher?.stop();
    await postfix?.stop();
    home?.remove();
    place?.remove();
  }, 60_000);

  test('delivers, holds and refuses, all on one connection', async () => {
    await restart('0660', 'postfix:postfix');
    const { mode, uid } = statSync(path);
    expect([mode & 0o7777, uid]).toEqual([0o660, Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }))]);
    await expectDeliveredHeldAndRefused(smtp, postfix, home);

    const metrics = await (await fetch(`http://127.0.0.1:${home.ports.ops}/metrics`)).text();
    expect(metrics.split('\n').filter((line) => line.startsWith('usher_milter_messages_total')).sort()).toEqual([
      'usher_milter_messages_total{verdict="delivered"} 2', 'usher_milter_messages_total{verdict="discarded"} 1', 'usher_milter_messages_total{verdict="refused"} 1',
    ]);
    expect(metrics).toMatch(/^usher_milter_seconds_count 4$/m);
    expect(metrics).not.toMatch(/^usher_milter_protocol_errors_total\{/m);
  }, 60_000);

  test('a mode that keeps the mail server out: its senders are asked to try again', async () => {
    await restart('0600', 'root');
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(await sendLetters(smtp, [[OFFICE, 'the shut gate', false]])).toEqual([451]);
    await restart('0666');
    expect(await sendLetters(smtp, [[OFFICE, 'the open gate', false]])).toEqual([250]);
    await postfix.waitForMessage(OFFICE, 'the open gate');
    expect(postfix.messages(OFFICE).some((message) => message.includes('the shut gate'))).toBe(false);
  }, 60_000);
});
