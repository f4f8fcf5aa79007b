/** SIGKILL at random moments under load: no message that got a 250 is lost, and retries make no second held copy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../bench/random.ts';
import { ANNA, HELD, OFFICE, page } from '../support/company.ts';
import { heldFiles, heldRows } from '../support/held-mail.ts';
import { letter } from '../support/letters.ts';
import { startNextHop, type NextHop } from '../support/next-hop.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

const CRASHES = 8;
const SENDERS = 6;
/** What is to become of a message: it goes on, it is held, or it goes on to one recipient and is held for the other. */
const KINDS = [
  { to: [OFFICE], spam: false },
  { to: [HELD], spam: true },
  { to: [OFFICE, HELD], spam: true },
] as const;

interface Sent { readonly name: string; readonly to: readonly string[]; readonly spam: boolean }

/** Sends like a mail server: one message after the other, each until it is accepted. */
class Sender {
  readonly accepted: Sent[] = [];
  refusals = 0;
  givesUp = false;
  #connection: SmtpClient | null = null;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Goes on until `stop` is aborted; then the last message is still brought to its end. */
  async run(prefix: string, stop: AbortSignal): Promise<void> {
    for (let n = 0; !stop.aborted; n++) {
      const { to, spam } = KINDS[n % KINDS.length]!;
      const message: Sent = { name: `${prefix}-${n}-`, to, spam };
      const content = wireForm(letter({ from: ANNA, to: to[0], name: message.name, spam }));
      while (!(await this.#attempt(to, content))) {
        if (this.givesUp) return; // The test failed: nobody is there any more.
        await sleep(20);
      }
      this.accepted.push(message);
    }
    await this.#connection?.quit();
  }

  async #attempt(to: readonly string[], content: Buffer): Promise<boolean> {
    try {
      if (this.#connection === null) {
        this.#connection = await SmtpClient.connect({ port: this.#port, timeoutMs: 20_000 });
        await this.#connection.command('EHLO client.sender.example');
      }
      const { code, text } = await this.#connection.send({ from: ANNA, to, content });
      if (code === 250) return true;
      if (code >= 500) throw new Refused(`${code} ${text}`);
      this.refusals += 1;
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The connection broke: whether the message was taken nobody knows, so it is sent again.
      this.#connection = null;
    }
    return false;
  }
}

class Refused extends Error {}

describe('killed at any moment', () => {
  let nextHop: NextHop;
  let home: UsherHome;
  let usher: RunningUsher | null = null;

  beforeAll(async () => {
    nextHop = await startNextHop();
    const { port } = nextHop.address as { readonly port: number };
    const policies = { company: page('company', 'everyone', 'certain-spam: mark\n'), careful: page('careful', HELD, 'certain-spam: quarantine\n') };
    home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${port}` }, policies });
  });
  afterAll(async () => {
    await usher?.stop();
    await nextHop.close();
    home.remove();
  });

  test(`${CRASHES} times under load: nothing accepted is missing, nothing is held twice`, async () => {
    const seed = Date.now() >>> 0;
    const random = seeded(seed);
    const stop = new AbortController();
    const senders = Array.from({ length: SENDERS }, () => new Sender(home.ports.smtp));
    usher = await startUsher(home);
    const runs = Promise.all(senders.map((sender, n) => sender.run(`crash-${n}`, stop.signal)));
    try {
      for (let crash = 0; crash < CRASHES; crash++) {
        await Promise.race([sleep(random.between(100, 900)), runs]);
        await usher.crash();
        usher = await startUsher(home);
      }
      await sleep(300);
    } catch (error) {
      for (const sender of senders) sender.givesUp = true;
      throw error;
    } finally {
      stop.abort();
      await runs;
    }

    const accepted = senders.flatMap((sender) => sender.accepted);
    const delivered = nextHop.messages.map(({ bytes, recipients }) => ({ text: bytes.toString('latin1'), to: recipients.map(({ address }) => address) }));
    const files = heldFiles(home);
    const entries = heldRows(home);
    const problems = accepted.flatMap(({ name, to, spam }) => {
      const subject = `About ${name}`;
      const onward = delivered.filter(({ text, to: recipients }) => text.includes(subject) && recipients.includes(OFFICE));
      const held = files.filter((text) => text.includes(subject)).length;
      const listed = entries.filter((entry) => entry.subject === subject);
      return [
        ...(to.some((each) => each === OFFICE) && onward.length === 0 ? [`${name} is not at the next hop`] : []),
        ...(spam && (held !== 1 || listed.length !== 1 || listed[0]?.recipient !== HELD) ? [`${name}: ${held} files held, ${listed.length} listed`] : []),
        ...(!spam && held + listed.length > 0 ? [`${name} is held for nothing`] : []),
        ...(delivered.some(({ text, to: recipients }) => text.includes(subject) && recipients.includes(HELD)) ? [`${name} reached the one it is held for`] : []),
      ];
    });
    expect({ seed, problems }).toEqual({ seed, problems: [] });
    // The test means something only if there was load, and every kind of message in it.
    expect(accepted.length).toBeGreaterThan(CRASHES * SENDERS);
    expect(files.length).toBeGreaterThan(CRASHES);
  }, 180_000);
});
