/** Names that are often abused, with the domains that are really theirs. The names stand in brand-names.ts. */
import { BRANDS } from './brand-names.ts';
import { signals as bounds } from '../message/limits.ts';
import { registrableDomain } from './domains.ts';
import { Kept } from './kept.ts';
import { LiteralIndex, withFoldedBlanks } from './literals.ts';

interface Brand {
  readonly word: string;
  /** As it may be written: with and without its spaces. */
  readonly forms: readonly string[];
  readonly owners: ReadonlySet<string>;
  /** Long and odd enough to be looked for inside host names. */
  readonly inHosts: boolean;
}

/** Words that stand in many honest host names. */
const COMMON_WORDS = new Set(['outlook', 'google', 'twitter', 'amazon', 'norton', 'facebook', 'telekom', 'itunes', 'santander', 'correios', 'allegro', 'klarna', 'correos', 'revolut', 'yandex']);
/** Small letters; the dotless ı and the dot of a Turkish İ go, because capitals do not tell them apart. */
function folded(text: string): string {
  const small = withFalseI(text).toLowerCase();
  return small.includes('\u0131') || small.includes('\u0307') ? small.replace(/\u0131/g, 'i').replace(/\u0307/g, '') : small;
}

/** A capital I within small letters stands for an l: PaypaI. */
function withFalseI(text: string): string {
  for (let at = text.indexOf('I'); at >= 0; at = text.indexOf('I', at + 1)) {
    const before = text.charCodeAt(at - 1);
    // Most begin a word.
    if ((before >= 97 && before <= 122) || before > 127) return text.replace(/(?<=\p{Ll})I/gu, 'l');
  }
  return text;
}

const LIST: readonly Brand[] = Object.entries(BRANDS).map(([written, owners]) => ({ word: folded(written), owners })).map(({ word, owners }) => ({
  word,
  forms: word.includes(' ') ? [word, word.replaceAll(' ', '')] : [word],
  owners: new Set(owners),
  inHosts: /^[a-z0-9]{6,}$/.test(word) && !COMMON_WORDS.has(word),
}));

const FORMS = new LiteralIndex(LIST.flatMap(({ forms }, number) => forms.map((form) => [form, number] as const)));
/** Most hosts name nobody: one test instead of one for each brand. */
const oneOf = (brands: readonly Brand[]): RegExp => new RegExp(brands.flatMap(({ forms }) => forms).toSorted().map((form) => form.replace(/[.&]/g, '\\$&')).join('|'));
const IN_HOSTS = LIST.filter(({ inHosts }) => inHosts);
const ANY_IN_HOST = oneOf(IN_HOSTS);

function owns(brand: Brand, host: string): boolean {
  const domain = registrableDomain(host) ?? host;
  return brand.owners.has(domain) || brand.owners.has(domain.slice(0, Math.max(0, domain.indexOf('.'))));
}

const LETTER = /[\p{L}\p{N}]/u;

/** Scripts that leave no space between words. */
const UNSPACED = /^[\u3040-\u30ff\u4e00-\u9fff]/;

/** As a word of its own. */
function standsIn(text: string, word: string): boolean {
  if (UNSPACED.test(word)) return text.includes(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!LETTER.test(text.charAt(at - 1)) && !LETTER.test(text.charAt(at + word.length))) return true;
  }
  return false;
}

/** All brands that a text names, in the order of the table. */
function named(text: string): readonly Brand[] {
  const small = folded(text);
  const numbers = FORMS.in(small);
  if (numbers.length === 0) return NOBODY;
  const spaced = withFoldedBlanks(small);
  return numbers.map((number) => LIST[number] as Brand).filter(({ forms }) => forms.some((form) => standsIn(spaced, form)));
}
const NOBODY: readonly Brand[] = Object.freeze<Brand[]>([]);

/** The brand that a text names although `host` is not its; null when there is none. One brand of several suffices to be honest. */
export function borrowedBrand(text: string, host: string): string | null {
  const brands = named(text);
  return brands.some((brand) => owns(brand, host)) ? null : (brands[0]?.word ?? null);
}

/** The first brand that a text names and none of the hosts belongs to; null when there is none, or one of those named is at home there. */
export function homelessBrand(text: string, hosts: readonly string[]): string | null {
  const brands = named(text);
  return brands.some((brand) => hosts.some((host) => owns(brand, host))) ? null : (brands[0]?.word ?? null);
}

/** The brand whose word stands inside a host name that is not its, e.g. `paypal-login.example`. */
export function brandInHost(host: string): string | null {
  return hostNamings.get(host);
}
const hostNamings = new Kept(findInHost, bounds.hostsKeptMax, 255);

function findInHost(host: string): string | null {
  if (!ANY_IN_HOST.test(host)) return null;
  const brand = IN_HOSTS.find(({ word }) => host.includes(word));
  return brand === undefined || owns(brand, host) ? null : brand.word;
}

/** Whether a host belongs to any brand of the table. */
export const isBrandsOwn = (host: string): boolean => LIST.some((brand) => owns(brand, host));

/** Words of the table that are long enough to be told from a misspelling. */
export const IMITATED: readonly string[] = Object.freeze(IN_HOSTS.map(({ word }) => word));
