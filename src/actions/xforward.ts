/** XFORWARD: tells a next hop that trusts us who the client was (Postfix, XFORWARD_README). */
import type { Client, Door } from '../message/envelope.ts';
import { encodeXtext } from './xtext.ts';

/** A command line has 512 octets in all (RFC 5321 section 4.5.3.1.4). */
const LINE_MAX_CHARS = 510;
const UNAVAILABLE = '[UNAVAILABLE]';

/**
 * The commands, without CRLF, for the attributes that the next hop takes. Every one of them is sent for each
 * transaction, known or not, so that nothing of the client before stays behind on a reused connection.
 */
export function xforwardCommands(client: Client, door: Door, attributes: readonly string[]): string[] {
  const commands: string[] = [];
  let line = '';
  for (const attribute of attributes) {
    const value = valueOf(attribute, client, door);
    if (value === null) continue;
    const pair = ` ${attribute}=${encodeXtext(value)}`;
    if (line !== '' && line.length + pair.length > LINE_MAX_CHARS) {
      commands.push(line);
      line = '';
    }
    if ('XFORWARD'.length + pair.length <= LINE_MAX_CHARS) line = (line === '' ? 'XFORWARD' : line) + pair;
  }
  if (line !== '') commands.push(line);
  return commands;
}

/** null for an attribute that we know nothing of. */
function valueOf(attribute: string, client: Client, door: Door): string | null {
  switch (attribute) {
    case 'NAME': return client.name ?? UNAVAILABLE;
    case 'ADDR': return client.ip === null ? UNAVAILABLE : client.ip.includes(':') ? `IPV6:${client.ip}` : client.ip;
    case 'PORT': return UNAVAILABLE;
    case 'PROTO': return door === 'lmtp' ? 'LMTP' : 'ESMTP';
    case 'HELO': return client.helo === '' ? UNAVAILABLE : client.helo;
    case 'SOURCE': return 'REMOTE';
    default: return null;
  }
}
