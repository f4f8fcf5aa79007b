/** PURE. Whom a message really comes from, and whether it comes in or goes out. */
import type { Client, Direction } from '../message/envelope.ts';
import { headerScan } from '../message/limits.ts';
import type { ForwardAttributes } from './forward.ts';
import { plainIp, type Networks } from './networks.ts';

export interface ConnectionFacts {
  /** Of the connection; null over a unix socket. */
  readonly peerIp: string | null;
  /** Argument of HELO, EHLO or LHLO. */
  readonly helo: string;
  /** What trusted servers said by XCLIENT, for the rest of the connection, and by XFORWARD, for this transaction. */
  readonly xclient: ForwardAttributes;
  readonly xforward: ForwardAttributes;
}

export interface NetworkFacts {
  readonly relays: Networks;
  readonly ourNetworks: Networks;
}

export interface Origin {
  readonly client: Client;
  readonly user: string | null;
  readonly direction: Direction;
}

/**
 * The client as far as the connection tells, before there is a message.
 * An address that nobody could give is unknown, never that of the server which passed the message on.
 */
export function clientOfConnection(facts: ConnectionFacts): Client {
  const said: ForwardAttributes = { ...facts.xclient, ...facts.xforward };
  const spokenFor = said.addr !== undefined;
  const ip = spokenFor ? said.addr ?? null : facts.peerIp;
  const unknownReason = ip !== null ? null : !spokenFor ? 'unix-socket' : said.source === 'LOCAL' ? 'local' : 'not-given';
  // With XFORWARD the HELO of the connection is that of the server before us.
  const helo = said.helo ?? (facts.xforward.addr !== undefined || said.helo === null ? '' : facts.helo);
  return Object.freeze({ ip, unknownReason, name: said.name ?? null, helo });
}

/**
 * @param header of the message, as latin1 text from its first byte; read only when it comes from one of our relays
 * @returns with relays before us, the client is the first Received beyond them, else unknown(`relay`)
 */
export function originOf(facts: ConnectionFacts, networks: NetworkFacts, header: () => string): Origin {
  const direct = clientOfConnection(facts);
  // Whoever may open our socket file is a server of the operator's, so its Received field can be believed.
  const relayed = networks.relays.has(direct.ip) || direct.unknownReason === 'unix-socket';
  const client = relayed ? clientBeyondRelays(header(), networks.relays) : direct;
  const user = facts.xclient.login ?? null;
  // `local`: handed in on the very machine of a trusted server, e.g. by cron.
  const out = user !== null || client.unknownReason === 'local' || networks.ourNetworks.has(client.ip);
  return Object.freeze({ client, user, direction: out ? 'out' : 'in' });
}

/** Received fields from the top: those that relays of ours wrote, one after another, up to the first one naming somebody else. */
export function clientBeyondRelays(header: string, relays: Networks): Client {
  for (const field of receivedFields(header)) {
    const from = fromClause(field);
    if (from.ip === null) break;
    if (!relays.has(from.ip)) return Object.freeze({ ip: from.ip, unknownReason: null, name: from.name, helo: from.helo });
  }
  return Object.freeze({ ip: null, unknownReason: 'relay', name: null, helo: '' });
}

/** Values of the Received fields, unfolded, each row of blanks as one, in their order. Where a relay wrote none, the first is a stranger's: as long as anything. */
function* receivedFields(header: string): Generator<string> {
  for (const match of header.slice(0, headerScan.maxBytes).matchAll(/^received[ \t]*:((?:[^\r\n]|\r\n[ \t])*)/gim)) yield match[1]!.slice(0, headerScan.receivedMaxChars).replace(/\s+/g, ' ');
}

/** How many Received fields there are: how often the message was passed on. */
export const countReceived = (header: string): number => header.match(/^received[ \t]*:/gim)?.length ?? 0;

interface FromClause { readonly ip: string | null; readonly name: string | null; readonly helo: string }

/**
 * `from HELO (NAME [IP])` and its relatives. The client chose the HELO, so the address that counts is the last one,
 * which the relay wrote; a HELO that Exim repeats behind it (`helo=`) is passed over.
 */
function fromClause(field: string): FromClause {
  const clause = /^\s*from\s+(.*?)(?:\s+by\s|;|$)/is.exec(field)?.[1]?.replace(/\b(?:helo|ident)[= ][^\s)]*/gi, '') ?? '';
  const bracketed = [...clause.matchAll(/\[((?:IPv6:)?[0-9a-f.:]+)\]/gi)];
  const bare = [...clause.matchAll(/\(((?:IPv6:)?[0-9a-f.:]+)\)/gi)];
  const last = bracketed.at(-1) ?? bare.at(-1);
  const ip = last ? plainIp(last[1]!) : null;
  const name = last ? /\(\s*([A-Za-z0-9._-]+)\s*$/.exec(clause.slice(0, last.index))?.[1] ?? null : null;
  return { ip, name: name === null || name.toLowerCase() === 'unknown' ? null : name, helo: /^[^\s(]+/.exec(clause)?.[0] ?? '' };
}
