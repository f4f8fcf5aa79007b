/**
 * The milter as a door for conversations: a mail server of few words stands before it, which speaks SMTP with the client
 * and asks the milter at the end of the data. Refusals and questions to the next hop are then the mail server's own;
 * who the client is, what was decided, and what a refused sender is told, the milter's; the words of a 250 are always the mail server's.
 */
import type { Gateway } from '../../src/intake/door.ts';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { openMilter } from '../../src/intake/milter/server.ts';
import { reply } from '../../src/intake/reply.ts';
import { openSmtpProxy } from '../../src/intake/smtp-proxy.ts';
import type { Transaction } from '../../src/message/envelope.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import type { Onward, Outcome, Reply } from '../../src/pipeline.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Conversation, ConversationDoor, OpenDoor } from './conversation.ts';
import { MilterClient, taken } from './milter-client.ts';
import { ScriptedGateway } from './scripted-gateway.ts';
import { certificateFiles } from './smtp-door.ts';

const OK = reply(250, '2.0.0', 'Ok');
/** Where a message begins with its body, a mail server puts the empty line that ends a header. */
const CRLF_BYTES = 2;

export const milterDoor: ConversationDoor = { name: 'milter', open: openDoor };

async function openDoor(conversation: Conversation): Promise<OpenDoor> {
  const of = (key: string): string | undefined => conversation.options.find(([name]) => name === key)?.[1];
  const list = (key: string): string[] => of(key)?.split(/\s+/) ?? [];
  const limits = { ...limitDefaults, ...Object.fromEntries(list('limits').map((each) => [each.split('=')[0], Number(each.split('=')[1])])) };
  const scripted = new ScriptedGateway(conversation);
  const clock = { now: () => 1_780_000_000_000 };
  const bareLineBreaks = of('bare-line-breaks') === 'normalise' ? 'normalise' as const : 'refuse' as const;
  const mta = { says: OK, withoutHeader: false };
  const milter = await openMilter({
    listen: { host: '127.0.0.1', port: 0 }, limits: { ...limits, messageMaxBytes: limits.messageMaxBytes + CRLF_BYTES }, bareLineBreaks, budget: new ByteBudget(Number(of('budget') ?? Infinity)), relays: list('relays'), ourNetworks: list('our-networks'), clock, log: silentLog,
    gateway: { ownMailboxes: false, handle: (transaction, onward) => decided(scripted, transaction, onward, (text) => { mta.says = text; }) },
  });
  const gateway: Gateway = {
    capabilities: () => scripted.capabilities(),
    open: () => scripted.open(),
    handle: async (transaction) => {
      mta.withoutHeader = taken(transaction.bytes, true).fields.length === 0 && !transaction.bytes.subarray(0, CRLF_BYTES).equals(Buffer.from('\r\n'));
      const { verdicts, replies } = await asked(transaction, await MilterClient.connect(milter.address()));
      return { verdicts, replies: replies.map((each) => (each === OK ? mta.says : each)) };
    },
  };
  const front = await openSmtpProxy({
    // What the milter judges too is left to it.
    listen: { host: '127.0.0.1', port: 0 }, protocol: 'smtp', hostname: 'mx.example.test', gateway, limits: { ...limits, receivedMax: 1000 }, bareLineBreaks,
    trustedNetworks: ['127.0.0.1/32'], relays: [], ourNetworks: [], tls: of('tls') === 'yes' ? certificateFiles('first') : null, clock, log: silentLog,
  });
  const others: Promise<void>[] = [];
  return {
    target: { ...(front.address() as { host: string; port: number }), localAddress: of('client') ?? '127.0.0.1' },
    record: () => {
      const { facts, message, ...rest } = scripted.record();
      return { ...rest, message: mta.withoutHeader && message !== null ? message.subarray(CRLF_BYTES) : message, facts: facts.map((fact) => (fact === 'door=milter' ? 'door=smtp' : fact)) };
    },
    perform: async (action) => {
      if (!action.startsWith('shut down')) throw new Error(`no such action: ${action}`);
      others.push(front.close(Number(/within (\d+) ms/.exec(action)?.[1] ?? 2000)));
    },
    close: async () => {
      await Promise.all([...others, front.close(50), milter.close(50)]);
      if (milter.stats.bytesInFlight !== 0) throw new Error(`${conversation.file}: ${milter.stats.bytesInFlight} bytes were never given back`);
    },
  };
}

/** The scripted decision, as the pipeline acts on one. @param says told what the mail server is to say when it delivers */
async function decided(scripted: ScriptedGateway, transaction: Transaction, onward: Onward, says: (reply: Reply) => void): Promise<Outcome> {
  const outcome = await scripted.handle(transaction);
  for (const each of outcome.replies.toReversed()) if (each.code < 400) says(each);
  const recipients = outcome.verdicts.flatMap(({ action }, index) => (['deliver', 'mark', 'junk-folder'].includes(action) ? [index] : []));
  if (recipients.length === 0 || outcome.replies.some(({ code }) => code >= 400)) await onward.abandon();
  else await onward.deliver({ recipients, edits: { added: '', subject: null, removed: [] }, mailboxFolder: null }, transaction.bytes);
  return outcome;
}

/** What the mail server says to its client, by what the milter says. */
async function asked({ envelope, bytes }: Transaction, client: MilterClient): Promise<Outcome> {
  const { ip, name, helo, unknownReason } = envelope.client;
  const [version, ...cipher] = envelope.tls?.split(' ') ?? [];
  const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  await client.hello({
    name: name ?? 'unknown', helo, ...(ip === null ? { family: unknownReason === 'local' ? 'unix' : 'unknown', address: '' } : { family: ip.includes(':') ? 'inet6' : 'inet', address: ip }),
    macros: version === undefined ? {} : { H: [['{tls_version}', version], ['{cipher}', cipher.join(' ')]] },
  });
  const { end } = await client.message({
    sender: [`<${latin1(envelope.sender.raw)}>`, ...envelope.parameters.map(latin1)],
    recipients: envelope.recipients.map(({ address, parameters }) => [`<${latin1(address.raw)}>`, ...parameters.map(latin1)]),
    macros: envelope.user === null ? {} : { M: [['{auth_authen}', latin1(envelope.user)]] }, bytes,
  });
  await client.close();
  if (end.type === 'replyCode') return { verdicts: [], replies: envelope.recipients.map(() => readReply(end.text)) };
  if (end.type !== 'discard' && end.type !== 'continue') throw new Error(`an odd answer: ${end.type}`);
  return { verdicts: [], replies: envelope.recipients.map(() => OK) };
}

/** As Postfix and Sendmail read it: two per cent signs are one. */
function readReply(text: string): Reply {
  const lines = Buffer.from(text.replaceAll('%%', '%'), 'latin1').toString('utf8').split('\r\n');
  const [, code = '', enhanced = ''] = /^(\d{3})[ -](\d\.\d+\.\d+) /.exec(lines[0] as string) ?? [];
  if (code === '') throw new Error(`no proper reply: ${text}`);
  return reply(Number(code), enhanced, lines.map((line) => line.slice(`${code} ${enhanced} `.length)).join('\n'));
}
