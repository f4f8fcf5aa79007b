/** Usher hands mail to a real Postfix over TLS, which it must prove, and says so on its pages for machines when it does not. */
import { letter } from '../support/letters.ts';
import { freePort } from '../support/ports.ts';
import { startPostfix, type RunningPostfix } from '../support/postfix.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { certificateFiles } from '../support/smtp-door.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

const ANNA = 'anna@sender.example';
const OFFICE = 'office@example.com';
const { certFile, keyFile } = certificateFiles('first');

describeIf(requirement('postfix'), 'Usher in front of a Postfix with STARTTLS', () => {
  let home: UsherHome;
  let usher: RunningUsher | null = null;
  let postfix: RunningPostfix;

  beforeAll(async () => {
    const smtp = await freePort();
    home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${smtp}` } });
    postfix = await startPostfix({
      hostname: 'first.example.test', ports: [smtp], mailboxes: [OFFICE],
      listeners: `127.0.0.1:${smtp} inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr`,
      settings: { smtpd_tls_security_level: 'may', smtpd_tls_chain_files: `${keyFile}, ${certFile}`, smtpd_tls_received_header: 'yes', smtpd_authorized_xforward_hosts: '127.0.0.0/8' },
    });
  }, 60_000);
  afterAll(async () => {
    await usher?.stop();
    await postfix?.stop();
    home?.remove();
  }, 60_000);

  async function restart(settings: Readonly<Record<string, string>>): Promise<RunningUsher> {
    await usher?.stop();
    usher = await startUsher(home, settings);
    return usher;
  }

  /** The code and text at the end of a letter, or at its first refused command. */
  async function send(name: string): Promise<string> {
    const client = await SmtpClient.connect({ port: home.ports.smtp });
    await client.command('EHLO client.sender.example');
    const { code, text } = await client.send({ from: ANNA, to: [OFFICE], content: wireForm(letter({ from: ANNA, to: OFFICE, name })) });
    await client.quit();
    return `${code} ${text}`;
  }
  const readiness = async (): Promise<number> => (await fetch(`http://127.0.0.1:${home.ports.ops}/readyz`)).status;

  test('required, and right: the letter arrives encrypted', async () => {
    await restart({ USHER_NEXT_HOP_TLS: 'required', USHER_NEXT_HOP_TLS_NAME: 'first.example.test', USHER_NEXT_HOP_TLS_AUTHORITIES: certFile });
    expect(await send('the green lamp')).toMatch(/^250 /);
    const arrived = await postfix.waitForMessage(OFFICE, 'the green lamp');
    expect(arrived).toMatch(/^Received: from mx\.example\.com [^\n]*\n\s+\(using TLSv1\.3 /m);
    expect(arrived.endsWith(letter({ from: ANNA, to: OFFICE, name: 'the green lamp' }))).toBe(true);
    expect(await readiness()).toBe(200);
  }, 60_000);

  test('required, and another name: senders try again, nothing arrives, and whoever looks after it can see why', async () => {
    const running = await restart({ USHER_NEXT_HOP_TLS: 'required', USHER_NEXT_HOP_TLS_NAME: 'mx.example.com', USHER_NEXT_HOP_TLS_AUTHORITIES: certFile });
    expect(await send('the blue lamp')).toMatch(/^4\d\d /);
    expect(await running.waitForEvent('the reason', (each) => each.level === 'error' && each['problem'] === 'ERR_TLS_CERT_ALTNAME_INVALID')).toBeDefined();
    expect(await readiness()).toBe(503);
    expect(postfix.messages(OFFICE).some((message) => message.includes('the blue lamp'))).toBe(false);
  }, 60_000);

  test('on one machine, and nothing said: in the clear', async () => {
    await restart({});
    expect(await send('the grey lamp')).toMatch(/^250 /);
    expect(await postfix.waitForMessage(OFFICE, 'the grey lamp')).not.toMatch(/using TLS/);
  }, 60_000);

  test('authorities that cannot be read: Usher does not start', async () => {
    await usher?.stop();
    await expect(startUsher(home, { USHER_NEXT_HOP_TLS: 'required', USHER_NEXT_HOP_TLS_AUTHORITIES: keyFile })).rejects.toThrow(/next-hop\.tls-authorities/);
  }, 60_000);
});
