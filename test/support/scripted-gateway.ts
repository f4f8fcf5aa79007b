/** A next hop and a decision that do what a conversation's header says, and write down what they were asked. */
import type { Capabilities, Gateway, NextHopSession } from '../../src/intake/door.ts';
import { reply, replyOfVerdict } from '../../src/intake/reply.ts';
import type { MailAddress, Transaction } from '../../src/message/envelope.ts';
import type { Outcome, Reply } from '../../src/pipeline.ts';
import type { Action, Verdict } from '../../src/policy/verdict.ts';
import type { Conversation, DoorRecord } from './conversation.ts';

const OK = reply(250, '2.1.0', 'Ok');

export class ScriptedGateway implements Gateway {
  readonly #rules: readonly (readonly [string, string])[];
  readonly #offers: Capabilities | null;
  readonly #opensAs: Capabilities;
  readonly #asked: string[] = [];
  #last: Transaction | null = null;
  #verdicts: readonly Verdict[] = [];

  constructor(conversation: Pick<Conversation, 'options'>) {
    const of = (key: string): string[] => conversation.options.filter(([name]) => name === key).map(([, value]) => value);
    const arrow = (text: string): readonly [string, string] => [text.split('=>')[0]!.trim(), text.split('=>').slice(1).join('=>').trim()];
    this.#rules = [...of('next-hop').map(arrow), ...of('verdict').map((text) => arrow(`verdict ${text}`)), ...of('delivery').map((text) => arrow(`delivery ${text}`))];
    const offers = of('offers')[0];
    this.#offers = offers === 'unreachable' ? null : capabilitiesOf(offers ?? 'PIPELINING SIZE 8BITMIME SMTPUTF8 DSN ENHANCEDSTATUSCODES');
    this.#opensAs = of('really-offers')[0] === undefined ? this.#offers ?? capabilitiesOf('') : capabilitiesOf(of('really-offers')[0]!);
  }

  async capabilities(): Promise<Capabilities | null> {
    return this.#offers;
  }

  async open(): Promise<NextHopSession> {
    const rule = await this.#rule('open');
    if (rule !== null) throw new Error(rule);
    let open = true;
    const asked = (text: string): void => {
      if (!open) throw new Error(`asked after release: ${text}`);
      this.#asked.push(text);
    };
    const ask = async (command: string, address: MailAddress, parameters: readonly string[]): Promise<Reply> => {
      const text = [`${command}<${address.raw}>`, ...parameters].join(' ');
      asked(text);
      const rule = (await this.#rule(`${command.slice(0, 4)} ${address.raw}`)) ?? (await this.#rule(command.slice(0, 4)));
      return rule === null ? OK : replyOf(rule);
    };
    return {
      capabilities: this.#opensAs,
      mail: (sender, parameters) => ask('MAIL FROM:', sender, parameters),
      rcpt: (recipient, parameters) => ask('RCPT TO:', recipient, parameters),
      release: () => {
        asked('release');
        open = false;
      },
    };
  }

  async handle(transaction: Transaction): Promise<Outcome> {
    this.#last = transaction;
    const { recipients, id } = transaction.envelope;
    this.#asked.push(`message ${recipients.map((each) => each.address.raw).join(' ')}`);
    const verdicts: Verdict[] = [];
    const replies: Reply[] = [];
    for (const { address } of recipients) {
      const rule = (await this.#rule(`verdict ${address.key}`)) ?? (await this.#rule('verdict *')) ?? 'deliver';
      if (rule === 'fail') throw new Error('the decision fails, as the conversation wants it');
      const [action = '', ...words] = rule.split(' ');
      const verdict = { recipient: address.key, action: action as Action, words: words.join(' ') || null } as Verdict;
      verdicts.push(verdict);
      const delivery = (await this.#rule(`delivery ${address.raw}`)) ?? '250 2.0.0 Ok: queued';
      replies.push(['deliver', 'mark', 'junk-folder'].includes(action) ? replyOf(delivery) : replyOfVerdict(verdict, id));
    }
    this.#verdicts = verdicts;
    return { verdicts, replies };
  }

  record(): DoorRecord {
    return { nextHop: this.#asked, message: this.#last?.bytes ?? null, facts: this.#last === null ? [] : [...factsOf(this.#last), ...this.#verdicts.map((each) => `verdict ${each.recipient}=${each.action}`)] };
  }

  /** What the header says of it; `after 50 ms` in front of it is waited for. */
  async #rule(key: string): Promise<string | null> {
    const found = this.#rules.find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? null;
    const slow = /^after (\d+) ms *(.*)$/.exec(found ?? '');
    if (slow) await new Promise((resolve) => setTimeout(resolve, Number(slow[1])));
    return slow ? slow[2] || null : found;
  }
}

function factsOf({ envelope }: Transaction): string[] {
  const { client } = envelope;
  return [
    `client=${client.ip ?? `unknown(${client.unknownReason})`}`, `name=${client.name ?? ''}`, `helo=${client.helo}`, `user=${envelope.user ?? ''}`,
    `direction=${envelope.direction}`, `door=${envelope.door}`, `tls=${envelope.tls === null ? 'no' : 'yes'}`, `sender=${envelope.sender.key}`,
    ...envelope.recipients.map((each) => `recipient=${each.address.key}`),
  ];
}

function capabilitiesOf(text: string): Capabilities {
  const words = text.split(/\s+/);
  const size = words.find((word) => /^SIZE(=|$)/.test(word));
  return {
    pipelining: words.includes('PIPELINING'), eightBitMime: words.includes('8BITMIME'), smtpUtf8: words.includes('SMTPUTF8'), dsn: words.includes('DSN'),
    enhancedStatusCodes: words.includes('ENHANCEDSTATUSCODES'), sizeMaxBytes: size === undefined ? null : Number(size.split('=')[1] ?? 0),
  };
}

/** `550 5.1.1 No such user`, `\n` and `\r` as usual. */
function replyOf(text: string): Reply {
  const match = /^(\d{3}) (?:(\d\.\d+\.\d+) )?(.*)$/.exec(text);
  if (!match) throw new Error(`not a reply: ${text}`);
  return reply(Number(match[1]), match[2] ?? null, match[3]!.replaceAll('\\n', '\n').replaceAll('\\r', '\r'));
}
