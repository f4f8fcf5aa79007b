/** PURE. Syntax of the commands that carry an address (RFC 5321 section 4.1.2), as bytes came; nothing is repaired. */
import { intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import type { Capabilities } from './door.ts';
import { notOffered, replies } from './reply.ts';

export interface AddressCommand {
  /** Between the angle brackets, without a source route; '' is the null reverse-path. */
  readonly address: string;
  /** As received, e.g. `SIZE=1234`. */
  readonly parameters: readonly string[];
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };

const refuse = (reply: Reply): { readonly ok: false; readonly reply: Reply } => ({ ok: false, reply });

/** RFC 5321 appendix C: a source route must be understood and is ignored; left in, it would hide the address from policies. */
const SOURCE_ROUTE = /^@[^\s,:@]+(?:,@[^\s,:@]+)*:/;
const AT = 0x40;
const NONE: readonly string[] = Object.freeze([]);
const PARAMETER = /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[^\s=]+(?:=[^\s]*)?)?$/;

/**
 * @param line without CRLF; must be free of control characters
 * @param verb `MAIL FROM` or `RCPT TO`
 */
export function parseAddressCommand(line: string, verb: 'MAIL FROM' | 'RCPT TO'): Parsed<AddressCommand> {
  const wrong = verb === 'MAIL FROM' ? replies.badSender : replies.badRecipient;
  const head = (verb === 'MAIL FROM' ? /^MAIL +FROM *: *</i : /^RCPT +TO *: *</i).exec(line);
  if (!head) return refuse(wrong);
  const start = head[0].length;
  const end = endOfPath(line, start);
  if (end < 0) return refuse(wrong);
  const address = line.charCodeAt(start) === AT ? line.slice(start, end).replace(SOURCE_ROUTE, '') : line.slice(start, end);
  const tail = line.slice(end + 1);
  if (tail !== '' && !tail.startsWith(' ')) return refuse(wrong);
  if (!isAddress(address, verb)) return refuse(wrong);
  if (tail === '') return { ok: true, value: { address, parameters: NONE } };
  const parameters = tail.split(' ').filter((each) => each !== '');
  if (!parameters.every((each) => PARAMETER.test(each))) return refuse(replies.badParameter);
  const keywords = parameters.map(keywordOf);
  if (new Set(keywords).size !== keywords.length) return refuse(replies.badParameter);
  return { ok: true, value: { address, parameters } };
}

/** Offset of the `>` that closes the path; quoted strings may hold one. -1: none. */
function endOfPath(line: string, start: number): number {
  let quoted = false;
  for (let i = start; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (quoted && code === 0x5c) i++; // \
    else if (code === 0x22) quoted = !quoted; // "
    else if (code === 0x3e && !quoted) return i; // >
    else if (!quoted && (code === 0x20 || code === 0x3c)) return -1; // space, <
  }
  return -1;
}

/** Only what would be ambiguous further on is refused; whether the mailbox exists, the next hop knows. */
function isAddress(address: string, verb: 'MAIL FROM' | 'RCPT TO'): boolean {
  if (address === '') return verb === 'MAIL FROM';
  if (Buffer.byteLength(address) > intake.addressMaxBytes) return false;
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  if (at >= 0 && (at === 0 || at === address.length - 1 || /[\s"<>,;:\\()]/.test(literalRemoved(address.slice(at + 1))))) return false;
  // Quoted string, or no character that needs one (RFC 5321 section 4.1.2).
  return /^"(?:[^"\\]|\\.)*"$/u.test(local) || !/[\s"<>@,;:\\()[\]]/.test(local);
}

const literalRemoved = (domain: string): string => (/^\[[A-Za-z0-9:.-]+\]$/.test(domain) ? '' : domain);

const keywordOf = (parameter: string): string => parameter.split('=', 1)[0]!.toUpperCase();

const valueOf = (parameters: readonly string[], keyword: string): string | null => {
  const found = parameters.find((each) => keywordOf(each) === keyword);
  return found === undefined ? null : found.slice(keyword.length + 1);
};

/** Which extension a parameter belongs to. */
const MAIL_PARAMETERS: Readonly<Record<string, (offered: Capabilities) => boolean>> = {
  SIZE: (offered) => offered.sizeMaxBytes !== null,
  BODY: (offered) => offered.eightBitMime,
  SMTPUTF8: (offered) => offered.smtpUtf8,
  RET: (offered) => offered.dsn,
  ENVID: (offered) => offered.dsn,
};
const RCPT_PARAMETERS: typeof MAIL_PARAMETERS = { NOTIFY: (offered) => offered.dsn, ORCPT: (offered) => offered.dsn };

/** The first parameter that was not offered; null: all were. */
export function unofferedParameter(parameters: readonly string[], command: 'MAIL' | 'RCPT', offered: Capabilities): string | null {
  const known = command === 'MAIL' ? MAIL_PARAMETERS : RCPT_PARAMETERS;
  return parameters.map(keywordOf).find((keyword) => !known[keyword]?.(offered)) ?? null;
}

export interface MailParameters {
  /** 0: not declared. */
  readonly declaredBytes: number;
  readonly utf8: boolean;
}

/** Values of MAIL parameters that concern ourselves; those of DSN are left to the next hop. */
export function readMailParameters(parameters: readonly string[], offered: Capabilities): Parsed<MailParameters> {
  const unoffered = unofferedParameter(parameters, 'MAIL', offered);
  if (unoffered !== null) return refuse(notOffered(unoffered));
  const size = valueOf(parameters, 'SIZE');
  if (size !== null && !/^\d{1,20}$/.test(size)) return refuse(replies.badParameter); // RFC 1870 section 3
  const body = valueOf(parameters, 'BODY');
  // BINARYMIME belongs to CHUNKING (RFC 3030), which is not offered.
  if (body !== null && !/^(7BIT|8BITMIME)$/i.test(body)) return refuse(/^BINARYMIME$/i.test(body) ? notOffered('BINARYMIME') : replies.badParameter);
  const utf8 = valueOf(parameters, 'SMTPUTF8');
  if (utf8 !== null && utf8 !== '') return refuse(replies.badParameter); // RFC 6531 section 3.4: no value
  return { ok: true, value: { declaredBytes: Number(size ?? 0), utf8: utf8 !== null } };
}
