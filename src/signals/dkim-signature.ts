/** The DKIM-Signature field (RFC 6376 section 3.5) in the form in which nearly all are written. */
import { splitTags } from './dkim-tags.ts';

export interface Signature {
  readonly domain: string;
  readonly selector: string;
  /** As written; `@domain` where the field has none. */
  readonly identity: string;
  readonly keyType: 'rsa' | 'ed25519';
  readonly hashAlgorithm: 'sha256' | 'sha1';
  readonly isHeaderRelaxed: boolean;
  readonly bodyCanonicalization: 'relaxed' | 'simple';
  readonly bodyHash: string;
  /** Lower-case names, in the order of signing. */
  readonly signed: readonly string[];
  /** Base64 without white space. */
  readonly value: string;
  /** `x=` has passed. */
  readonly isExpired: boolean;
  /** Why it is none, in mailauth's words; then neither body nor key is looked at. null: it is one. */
  readonly invalid: string | null;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`, 'i');
const SELECTOR = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const IDENTITY = new RegExp(`^(?:[a-z0-9_+-]+(?:\\.[a-z0-9_+-]+)*)?@(${LABEL}(?:\\.${LABEL})+)$`, 'i');
/** Underscores are what stands in selectors that are none. */
const NEARLY_SELECTOR = /^[\w.-]+$/;
const CANONICALIZATION = /^(relaxed|simple)(?:\/(relaxed|simple))?$/;
const TIME = /^\d{1,12}$/;
/** As much of the signature as stands in Authentication-Results. */
const SAMPLE = /^[A-Za-z0-9+/=]{1,8}$/;
/** Longer names stand in no row, and in no zone. */
const NAMES_MAX_CHARS = 255;

const ALGORITHMS: ReadonlyMap<string, readonly ['rsa' | 'ed25519', 'sha256' | 'sha1']> = new Map([
  ['rsa-sha256', ['rsa', 'sha256']], ['rsa-sha1', ['rsa', 'sha1']], ['ed25519-sha256', ['ed25519', 'sha256']],
]);

/**
 * @param field the value of the field, folds included
 * @returns null for what hardly anybody writes (`l=`, other algorithms, quoted identities, errors): mailauth reads that
 */
export function readSignature(field: string): Signature | null {
  const tags = splitTags(field);
  if (tags === null || tags.has('l') || (tags.get('v') ?? '1') !== '1' || (tags.get('q') ?? 'dns/txt') !== 'dns/txt') return null;
  const algorithm = ALGORITHMS.get(tags.get('a') ?? '');
  const canonicalization = CANONICALIZATION.exec(tags.get('c') ?? 'simple/simple');
  const domain = tags.get('d') ?? '', selector = tags.get('s') ?? '';
  if (algorithm === undefined || canonicalization === null || !DOMAIN.test(domain) || !NEARLY_SELECTOR.test(selector)) return null;
  const identity = tags.get('i') ?? `@${domain}`;
  if (identity.length + selector.length > NAMES_MAX_CHARS || !isOf(identity, domain)) return null;
  const t = tags.get('t'), x = tags.get('x');
  if ((t !== undefined && !TIME.test(t)) || (x !== undefined && !TIME.test(x)) || (t !== undefined && x !== undefined && Number(x) <= Number(t))) return null;
  const value = withoutSpace(tags.get('b') ?? '');
  if (!SAMPLE.test(value.slice(0, 8))) return null;
  const signed = withoutSpace(tags.get('h') ?? '').toLowerCase().split(':');
  return {
    domain, selector, identity, keyType: algorithm[0], hashAlgorithm: algorithm[1], isHeaderRelaxed: canonicalization[1] === 'relaxed',
    bodyCanonicalization: canonicalization[2] === 'relaxed' ? 'relaxed' : 'simple', bodyHash: withoutSpace(tags.get('bh') ?? ''), signed, value,
    isExpired: x !== undefined && Number(x) * 1000 < Date.now(), invalid: whyInvalid(tags, selector, signed),
  };
}

/** In mailauth's order (RFC 6376 section 6.1.1). */
function whyInvalid(tags: ReadonlyMap<string, string>, selector: string, signed: readonly string[]): string | null {
  if (!tags.has('v') || !tags.has('bh') || !tags.has('h')) return 'signature missing required tag';
  if (!SELECTOR.test(selector) || signed.every((name) => name === '')) return 'signature syntax error';
  return signed.includes('from') ? null : 'From field not signed';
}

/** Whether an identity is of the domain or of one below it. */
function isOf(identity: string, domain: string): boolean {
  if (identity.length === domain.length + 1 && identity.endsWith(domain) && identity.startsWith('@')) return true;
  const own = IDENTITY.exec(identity)?.[1]?.toLowerCase(), parent = domain.toLowerCase();
  return own !== undefined && (own === parent || own.endsWith(`.${parent}`));
}

const withoutSpace = (value: string): string => value.replace(/[ \t\r\n]+/g, '');
