/**
 * DKIM signatures as nearly all are written (RSA, SHA-256, the whole body, no odd syntax), verified without mailauth's general reader,
 * which takes three times as long. It says "pass" or nothing: whatever is not exactly of that form, and whatever does not verify,
 * is mailauth's to judge. What passes here passes there, in the same words (a property test holds it to that).
 */
import { hash, verify } from 'node:crypto';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import { dkim as bounds } from '../message/limits.ts';
import type { HeaderField, Message } from '../message/message.ts';
import { canonicalBody } from './dkim-body.ts';
import { findKey } from './dkim-keys.ts';
import type { Asker } from './lookups.ts';

/** One signature that passed: what Authentication-Results and DMARC ask of it. */
export interface PassedSignature {
  readonly domain: string;
  /** Row for Authentication-Results. */
  readonly row: string;
}

/** Headers on which parsers disagree. */
const DISPUTED: ReadonlySet<string> = new Set(['nul-byte', 'bare-cr', 'bare-lf', 'header-starts-with-space', 'header-line-without-colon', 'header-not-ended', 'header-too-large', 'mbox-from-line', 'space-before-colon', 'whitespace-line']);

/**
 * @param fields the signatures to look at, in the order of the message
 * @returns null unless every one of them passed
 */
export async function passedDirectly(message: Message, bytes: Buffer, fields: readonly HeaderField[], asker: Asker): Promise<readonly PassedSignature[] | null> {
  const body = bytes.subarray(message.root.bodyStart);
  if (body.length > bounds.wholeBodyMaxBytes || !isPlain(message, bytes)) return null;
  const signatures: Signature[] = [];
  for (const field of fields) {
    const signature = readSignature(bytes.toString('latin1', field.start + field.name.length + 1, field.end - 2));
    if (signature === null) return null;
    signatures.push(signature);
  }
  // Bodies first: a list's footer breaks them, and then no key has to be asked for here.
  if (!bodiesMatch(body, signatures)) return null;
  const byName = Map.groupBy(message.header, ({ key }) => key);
  const passed: PassedSignature[] = [];
  for (const [index, signature] of signatures.entries()) {
    if (!(await holds(signature, signedHeader(byName, bytes, fields[index] as HeaderField, signature), asker))) return null;
    passed.push({ domain: signature.domain.toLowerCase(), row: rowOf(signature) });
  }
  return passed;
}

/** Whether everybody reads the same fields: none skipped, none cut off, an empty line behind them. */
function isPlain({ header, root, defects }: Message, bytes: Buffer): boolean {
  let end = 0;
  for (const field of header) {
    if (field.start !== end) return false;
    end = field.end;
  }
  return end + 2 === root.bodyStart && bytes[end] === 13 && bytes[end + 1] === 10 && !defects.some(({ code }) => DISPUTED.has(code));
}

interface Signature {
  readonly domain: string;
  readonly selector: string;
  readonly identity: string;
  readonly isHeaderRelaxed: boolean;
  readonly bodyCanonicalization: 'relaxed' | 'simple';
  readonly bodyHash: string;
  /** Lower-case names, in the order of signing. */
  readonly signed: readonly string[];
  readonly value: string;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const SELECTOR = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const IDENTITY = new RegExp(`^(?:[a-z0-9_+-]+(?:\\.[a-z0-9_+-]+)*)?@(${LABEL}(?:\\.${LABEL})+)$`, 'i');
const CANONICALIZATION = /^(relaxed|simple)(?:\/(relaxed|simple))?$/;
const TIME = /^\d{1,12}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** RFC 6376 section 3.5, without what hardly anybody writes (`l=`, other algorithms, quoted identities). null: not that form. */
function readSignature(field: string): Signature | null {
  const tags = readTags(field);
  if (tags === null || tags.get('v') !== '1' || tags.get('a') !== 'rsa-sha256' || tags.has('l') || (tags.get('q') ?? 'dns/txt') !== 'dns/txt') return null;
  const domain = tags.get('d') ?? '', selector = tags.get('s') ?? '';
  const canonicalization = CANONICALIZATION.exec(tags.get('c') ?? 'simple/simple');
  if (!DOMAIN.test(domain) || !SELECTOR.test(selector) || canonicalization === null) return null;
  const identity = tags.get('i') ?? `@${domain}`;
  const identityDomain = IDENTITY.exec(identity)?.[1];
  if (identityDomain === undefined || (identityDomain !== domain && !identityDomain.endsWith(`.${domain}`))) return null;
  if (!isInTime(tags.get('t'), tags.get('x'))) return null;
  const signed = squeezed(tags.get('h') ?? '').toLowerCase().split(':');
  const value = squeezed(tags.get('b') ?? ''), bodyHash = squeezed(tags.get('bh') ?? '');
  if (!signed.includes('from') || !BASE64.test(value) || !BASE64.test(bodyHash)) return null;
  return {
    domain, selector, identity, bodyHash, value, isHeaderRelaxed: canonicalization[1] === 'relaxed',
    bodyCanonicalization: canonicalization[2] === 'relaxed' ? 'relaxed' : 'simple', signed: signed.filter((name) => name !== ''),
  };
}

const squeezed = (value: string): string => value.replace(/[ \t\r\n]+/g, '');

/** Tags by name (RFC 6376 section 3.2); null for anything but printable ASCII and a well-formed list. */
function readTags(field: string): ReadonlyMap<string, string> | null {
  if (!/^[\x20-\x7e\t\r\n]*$/.test(field)) return null;
  const tags = new Map<string, string>();
  const specs = field.split(';');
  for (const [index, spec] of specs.entries()) {
    const equals = spec.indexOf('=');
    const name = spec.slice(0, Math.max(0, equals)).trim();
    if (equals < 0 && index > 0 && index === specs.length - 1 && spec.trim() === '') break;
    if (!/^[a-z][a-z0-9_]*$/.test(name) || tags.has(name)) return null;
    tags.set(name, spec.slice(equals + 1).trim());
  }
  return tags;
}

/** Not expired, and no time that contradicts itself. @param t seconds since 1970, as written */
function isInTime(t: string | undefined, x: string | undefined): boolean {
  if ((t !== undefined && !TIME.test(t)) || (x !== undefined && !TIME.test(x))) return false;
  return x === undefined || (Number(x) * 1000 > Date.now() && (t === undefined || Number(x) > Number(t)));
}

/** Each canonicalisation is made and hashed once. */
function bodiesMatch(body: Buffer, signatures: readonly Signature[]): boolean {
  const hashes = new Map<string, string>();
  for (const { bodyCanonicalization, bodyHash } of signatures) {
    let found = hashes.get(bodyCanonicalization);
    if (found === undefined) hashes.set(bodyCanonicalization, (found = hash('sha256', canonicalBody(body, bodyCanonicalization), 'base64')));
    if (found !== bodyHash) return false;
  }
  return true;
}

/** What was signed of the header (RFC 6376 section 3.7), one char a byte: of each name the last field that is left, then the signature itself. */
function signedHeader(byName: ReadonlyMap<string, readonly HeaderField[]>, bytes: Buffer, own: HeaderField, { signed, isHeaderRelaxed }: Signature): string {
  const canonical = (field: HeaderField): string => {
    const line = bytes.toString('latin1', field.start, field.end - 2);
    return isHeaderRelaxed ? `${field.key}:${relaxed(line.slice(field.name.length + 1))}` : line;
  };
  const used = new Map<string, number>();
  let text = '';
  for (const name of signed) {
    const times = used.get(name) ?? 0;
    const field = byName.get(name)?.at(-1 - times);
    if (field === undefined) continue;
    used.set(name, times + 1);
    text += `${canonical(field)}\r\n`;
  }
  return text + withoutSignature(canonical(own));
}

/** RFC 6376 section 3.4.2. */
function relaxed(value: string): string {
  const unfolded = value.includes('\n') ? value.replaceAll('\r\n', '') : value;
  const single = unfolded.replace(/[ \t]{2,}|\t/g, ' ');
  return single.slice(single.startsWith(' ') ? 1 : 0, single.length > 1 && single.endsWith(' ') ? -1 : undefined);
}

/** Names stand once, so the only tag `b` is the signature; its value counts as empty, with all white space around it. */
function withoutSignature(field: string): string {
  const tag = /(?:^[^:]*:|;)[ \t\r\n]*b[ \t\r\n]*=/.exec(field);
  if (tag === null) return field;
  const from = tag.index + tag[0].length, to = field.indexOf(';', from);
  return field.slice(0, from) + (to < 0 ? '' : field.slice(to));
}

async function holds({ domain, selector, identity, value }: Signature, text: string, asker: Asker): Promise<boolean> {
  try {
    const { publicKey, keyType, flags } = await findKey(asker.resolve, `${selector}._domainkey.${domain}`, 'rsa', 'sha256');
    if (keyType !== 'rsa' || (flags.includes('s') && !identity.endsWith(`@${domain}`))) return false;
    return verify('sha256', Buffer.from(text, 'latin1'), publicKey, Buffer.from(value, 'base64'));
  } catch {
    // No key, or none that is of use: mailauth asks again, of the same answers, and says what is wrong.
    return false;
  }
}

function rowOf({ domain, selector, identity, value }: Signature): string {
  return formatAuthHeaderRow('dkim', { result: 'pass', header: { d: domain, i: identity, s: selector, a: 'rsa-sha256', b: value.slice(0, 8) } }, { strict: true });
}
