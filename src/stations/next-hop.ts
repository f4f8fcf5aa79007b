/** The next hop as one thing, whether it is reached by SMTP or LMTP or is a folder of Maildirs. */
import { constants, readFileSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Maildirs } from '../actions/maildir-file.ts';
import { MaildirSession, type MaildirOptions } from '../actions/maildir.ts';
import { allCapabilities } from '../actions/relay-capabilities.ts';
import { openRelaySession } from '../actions/relay.ts';
import { UNREACHABLE } from '../actions/relay-connection.ts';
import { RelayPool } from '../actions/relay-pool.ts';
import { RelayTls } from '../actions/relay-tls.ts';
import type { Config } from '../config.ts';
import type { Capabilities, NextHopSession } from '../intake/door.ts';
import { mailAddress, type Client, type Door, type Envelope } from '../message/envelope.ts';
import type { Onward, Reply } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Deliver } from '../quarantine/outbox-job.ts';

/** A transaction with both its halves: recipients as they come in, then the message for those who are to get it. */
export type OnwardSession = NextHopSession & { onward(envelope: Envelope): Onward };

export interface NextHop {
  capabilities(): Promise<Capabilities | null>;
  /** Throws NextHopUnavailable when it cannot be reached. */
  open(client: Client, door: Door): Promise<OnwardSession>;
  /** What is wrong with it, for /readyz; empty: it answers. */
  problems(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** @param placed see MaildirOptions; of no use where mail is handed on to others */
export function nextHopOf(config: Config, clock: Clock, log: Log, placed?: NonNullable<MaildirOptions['placed']>): NextHop {
  const { deliverTo, hostname } = config;
  if (deliverTo.protocol === 'maildir') {
    const maildirs = new Maildirs(deliverTo.dir);
    return {
      capabilities: async () => ({ ...allCapabilities, sizeMaxBytes: config.limits.messageMaxBytes }),
      open: async () => new MaildirSession({ maildirs, hostname, clock, log, ...(placed === undefined ? {} : { placed }) }),
      problems: () => folderProblems(deliverTo.dir),
      close: async () => undefined,
    };
  }
  const pool = new RelayPool({ protocol: deliverTo.protocol, address: deliverTo.address, hostname, timeoutMs: config.limits.nextHopTimeoutMs, ...tlsOf(config, log) });
  return {
    capabilities: () => pool.capabilities(),
    open: (client, door) => openRelaySession(pool, client, door),
    problems: async () => {
      const reply = await pool.probe();
      return reply === null ? [] : [problemOf(deliverTo, reply)];
    },
    close: () => pool.close(),
  };
}

/** Maildirs are made as mail comes; whether they can be shows in the nearest folder that is there. */
async function folderProblems(dir: string): Promise<readonly string[]> {
  for (let at = dir; ; at = dirname(at)) {
    try {
      if (!(await stat(at)).isDirectory()) return [`mail cannot be delivered into ${dir}: ${at} is a file, not a folder.`];
      await access(at, constants.W_OK | constants.X_OK);
      return [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || at === dirname(at)) return [`mail cannot be delivered into ${dir}: ${code === 'EACCES' ? `there is no permission to write in ${at}` : `${code ?? 'error'} at ${at}`}.`];
    }
  }
}

/** For the operator: the reply is what senders read, and names nothing. */
function problemOf({ protocol, address }: Exclude<Config['deliverTo'], { protocol: 'maildir' }>, reply: Reply): string {
  const where = 'path' in address ? `${protocol}+unix:${address.path}` : `${protocol}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
  if (reply.enhanced === UNREACHABLE.enhanced) return `the next hop, ${where}, cannot be reached. Does that server run, and is deliver-to right? Senders are asked to try again.`;
  return `the next hop, ${where}: ${reply.code} ${reply.text}`;
}

/** Throws when the authorities cannot be read. */
function tlsOf({ nextHopTls: { use, name, authoritiesFile } }: Config, log: Log): { readonly tls?: RelayTls } {
  if (use === 'never') return {};
  const onChange = (problem: string | null): void => {
    if (problem === null) log.info('TLS with the next hop works again');
    else if (use === 'required') log.error({ problem }, 'no mail goes on: TLS with the next hop is required and does not work');
    else log.warn({ problem }, 'TLS with the next hop does not work, mail goes on in the clear');
  };
  const required = use === 'required';
  try {
    return { tls: new RelayTls({ required, name, authorities: required && authoritiesFile !== null ? readFileSync(authoritiesFile, 'utf8') : null, onChange }) };
  } catch (error) {
    throw new Error(`next-hop.tls-authorities: ${authoritiesFile} cannot be read as certificates (${(error as Error).message}).`, { cause: error });
  }
}

const OURSELVES: Client = Object.freeze({ ip: null, unknownReason: 'ourselves', name: null, helo: '' });

/** How the outbox delivers: one recipient, bytes as they are. */
export function outboxDelivery(nextHop: NextHop, clock: Clock): Deliver {
  return async ({ id, sender, senderParameters, recipient, recipientParameters, mailboxFolder }, bytes) => {
    const from = mailAddress(sender);
    const to = mailAddress(recipient);
    const session = await nextHop.open(OURSELVES, 'command');
    try {
      const refused = [await session.mail(from, senderParameters), await session.rcpt(to, recipientParameters)].find(isRefusal);
      if (refused) return [refused];
      const envelope: Envelope = {
        id, receivedAt: clock.now(), door: 'command', direction: 'in', client: OURSELVES, tls: null, user: null,
        sender: from, parameters: senderParameters, recipients: [{ address: to, parameters: recipientParameters }],
      };
      return await session.onward(envelope).deliver({ recipients: [0], edits: { added: '', subject: null, removed: [] }, mailboxFolder }, bytes);
    } finally {
      session.release();
    }
  };
}

const isRefusal = (reply: Reply): boolean => reply.code < 200 || reply.code >= 300;
