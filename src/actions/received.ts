/** PURE. Our trace field (RFC 5321 section 4.4). */
import { asciiDomain, type Envelope } from '../message/envelope.ts';
import { commentText, folded } from './field-text.ts';

const DOMAIN = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?$/;
const LITERAL = /^\[[A-Za-z0-9:.-]{2,64}\]$/;
/** No white space, brackets or quotes: what a path in a `for` clause may hold without being quoted anew. */
const PLAIN_PATH = /^[^\x00-\x20<>()"\\,;\x7f-\x9f\u2028\u2029]{1,320}$/;

/** @param hostname ours @returns the whole field with CRLF */
export function receivedField(envelope: Envelope, hostname: string): string {
  const utf8 = usesSmtpUtf8(envelope);
  const pieces = [`from ${heloName(envelope.client.helo)}`, tcpInfo(envelope, utf8), `by ${hostname} (Usher)`, `with ${protocolOf(envelope)}`];
  if (envelope.tls !== null) pieces.push(`(${commentText(envelope.tls, utf8)})`);
  pieces.push(`id ${envelope.id}`);
  const only = envelope.recipients.length === 1 ? envelope.recipients[0]?.address.raw : undefined;
  // One recipient only: with more, `for` would tell each of the others' (section 7.2).
  if (only !== undefined && PLAIN_PATH.test(only) && (utf8 || /^[\x21-\x7e]+$/.test(only))) pieces.push(`for <${only}>`);
  pieces[pieces.length - 1] += ';';
  return folded('Received', [...pieces, dateTime(envelope.receivedAt)]);
}

/** Whether MAIL said SMTPUTF8 (RFC 6531): then header fields may hold UTF-8. */
export function usesSmtpUtf8(envelope: Envelope): boolean {
  return envelope.parameters.some((parameter) => parameter.toUpperCase() === 'SMTPUTF8');
}

/** RFC 5322 section 3.3, in UTC. */
function dateTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  // Under load many messages come within one second.
  if (second !== latest.second) latest = { second, text: new Date(milliseconds).toUTCString().replace('GMT', '+0000') };
  return latest.text;
}

let latest = { second: Number.NaN, text: '' };

/** The registered "with" types: RFC 3848, and RFC 6531 section 4.3. */
function protocolOf(envelope: Envelope): string {
  const secure = envelope.tls === null ? '' : 'S';
  const lmtp = envelope.door === 'lmtp';
  if (usesSmtpUtf8(envelope)) return `UTF8${lmtp ? 'LMTP' : 'SMTP'}${secure}`;
  return `${lmtp ? 'LMTP' : 'ESMTP'}${secure}`;
}

/** Domain or address literal; whatever else a client calls itself is not repeated. */
function heloName(helo: string): string {
  if (LITERAL.test(helo)) return helo;
  const domain = asciiDomain(helo);
  return DOMAIN.test(domain) ? (DOMAIN.test(helo) ? helo : domain) : 'unknown';
}

/** `(name [192.0.2.1])`, section 4.4: TCP-info. */
function tcpInfo(envelope: Envelope, utf8: boolean): string {
  const { ip, name, unknownReason } = envelope.client;
  if (ip === null) return `(${commentText(unknownReason ?? 'unknown', utf8)})`;
  const literal = ip.includes(':') ? `[IPv6:${commentText(ip, false)}]` : `[${commentText(ip, false)}]`;
  return name === null || name === '' ? `(${literal})` : `(${commentText(name, utf8)} ${literal})`;
}
