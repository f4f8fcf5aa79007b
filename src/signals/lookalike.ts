/** Domains that look like others: by letters that look alike, or by a single slip of the pen. */
import { domainToUnicode } from 'node:url';
import { IMITATED, isBrandsOwn } from './brands.ts';
import { signals as bounds } from '../message/limits.ts';
import { registrableDomain } from './domains.ts';
import { Kept } from './kept.ts';
import { skeleton } from './scripts.ts';

/** Groups that read as one letter in many fonts, and digits that stand for letters. */
const GROUPS: readonly (readonly [RegExp, string])[] = [[/rn/g, 'm'], [/vv/g, 'w'], [/cl(?=[aeiou])/g, 'd'], [/[1|!]/g, 'l'], [/0/g, 'o'], [/3/g, 'e'], [/5/g, 's'], [/ı/g, 'i'], [/ø/g, 'o'], [/ł/g, 'l'], [/ß/g, 'b']];

/** A label brought to the letters that a quick reader takes it for; U-labels by their looks. */
export function bones(label: string): string {
  let text = skeleton(label);
  for (const [pattern, letter] of GROUPS) text = text.replace(pattern, letter);
  return text.replace(/-/g, '');
}

const labelOf = (domain: string): string => domain.slice(0, Math.max(0, domain.indexOf('.')));
const shown = (domain: string): string => (domain.includes('xn--') ? domainToUnicode(domain) || domain : domain);

/** All words with one letter left out: two words one edit apart share one of these, or one is among the other's. */
function shortened(word: string): readonly string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}

interface Imitable {
  readonly label: string;
  readonly bones: string;
}

/** Names that may be imitated, and what was found out about hosts. */
interface Known {
  readonly index: ReadonlyMap<string, readonly Imitable[]>;
  readonly hosts: Kept<string | null>;
}

const BRANDS = known(index(IMITATED));

function known(index: ReadonlyMap<string, readonly Imitable[]>): Known {
  return { index, hosts: new Kept((host) => imitated(host, index), bounds.hostsKeptMax, 255) };
}

function index(labels: readonly string[]): ReadonlyMap<string, readonly Imitable[]> {
  const found = new Map<string, Imitable[]>();
  for (const label of new Set(labels)) {
    const entry: Imitable = { label, bones: bones(label) };
    // Short names are one edit away from too many honest ones.
    for (const key of new Set([entry.bones, ...(label.length >= 7 ? shortened(entry.bones) : [])])) {
      const entries = found.get(key);
      if (entries === undefined) found.set(key, [entry]);
      else entries.push(entry);
    }
  }
  return found;
}

function imitated(host: string, index: ReadonlyMap<string, readonly Imitable[]>): string | null {
  const domain = registrableDomain(host) ?? host;
  const label = labelOf(shown(domain));
  if (label.length < 4 || label.length > 40) return null;
  const own = bones(label);
  for (const key of [own, ...(label.length >= 7 ? shortened(own) : [])]) {
    for (const entry of index.get(key) ?? []) if (entry.label !== label && isNear(own, entry.bones)) return entry.label;
  }
  return null;
}

/** At most one letter more, less or other. Two that share a shortened form may be two edits apart. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}

/** The well-known name that a host's domain imitates; null when it is none, or the brand's own. */
export function imitatedBrand(host: string): string | null {
  const found = BRANDS.hosts.get(host);
  return found === null || isBrandsOwn(host) ? null : found;
}

const ours = new WeakMap<ReadonlySet<string>, Known>();

/** The own domain (its first label) that a host imitates; null when it is none, or ours. */
export function imitatedOwn(host: string, ourDomains: ReadonlySet<string>): string | null {
  if (ourDomains.size === 0) return null;
  const domain = registrableDomain(host) ?? host;
  let own = ours.get(ourDomains);
  if (own === undefined) {
    own = known(index([...ourDomains].map((each) => labelOf(registrableDomain(each) ?? each)).filter((label) => label.length >= 4)));
    ours.set(ourDomains, own);
  }
  return [...ourDomains].some((each) => (registrableDomain(each) ?? each) === domain) ? null : own.hosts.get(host);
}
