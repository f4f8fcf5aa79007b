/** What a virus scanner says, on its way through the whole service. */
import { startNextHop, type NextHop } from '../support/next-hop.ts';
import { fakeClamd, type FakeClamd } from '../support/fake-clamd.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher } from '../support/usher.ts';

const TO = 'bob@example.com', FROM = 'anna@sender.example';

describe('with a virus scanner', () => {
  let nextHop: NextHop, clamd: FakeClamd, usher: RunningUsher;

  beforeAll(async () => {
    nextHop = await startNextHop();
    clamd = await fakeClamd();
    const { port } = nextHop.address as { readonly port: number };
    usher = await startUsher(await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${port}`, clamav: `127.0.0.1:${clamd.address.port}`, 'dns-servers': ['127.0.0.1:9'] } }));
  }, 40_000);
  afterAll(async () => {
    await usher.stop();
    usher.home.remove();
    await clamd.close().catch(() => undefined);
    await nextHop.close();
  });

  async function send(text: string): Promise<Readonly<Record<string, unknown>>> {
    const after = usher.events.length;
    const client = await SmtpClient.connect({ port: usher.home.ports.smtp });
    await client.command('EHLO client.sender.example');
    const content = wireForm(Buffer.from(`From: ${FROM}\r\nTo: ${TO}\r\nSubject: Minutes\r\nDate: Fri, 15 Jan 2027 11:59:00 +0000\r\nMessage-ID: <${after}@sender.example>\r\n\r\n${text}\r\n`));
    await client.send({ from: FROM, to: [TO], content });
    client.destroy();
    return await usher.waitForEvent('the decision', ({ msg }) => msg === 'decided', { after, timeoutMs: 30_000 });
  }

  test('what it knows is held, what it does not goes on, and what it could not see is marked', async () => {
    expect(await send('Here are the minutes.')).toMatchObject({ action: 'deliver' });
    expect(await send('HARMFUL')).toMatchObject({ action: 'quarantine', kind: 'dangerous' });
    expect(nextHop.messages).toHaveLength(1);
    await clamd.close();
    expect(await send('Here are more minutes.')).toMatchObject({ action: 'mark' });
    expect(nextHop.messages[1]?.bytes.toString()).toContain('[Not checked]');
    await usher.waitForEvent('the scanner', ({ msg }) => msg === 'the virus scanner could not be asked');
  }, 60_000);
});
