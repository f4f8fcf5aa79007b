/** PURE. Features of form that hold in any language: how much of what there is, never which. */
import type { Link, Message } from '../../message/message.ts';
import type { FeatureBuilder } from './builder.ts';
import type { Folded } from './fold.ts';
import { lettersIn } from '../../signals/html.ts';
import { unitsOf } from './units.ts';

/** Number to its power of two: 0, 1, 2-3, 4-7, … up to 2^max. */
export const bin = (value: number, max = 12): number => (value <= 0 ? 0 : Math.min(max, 32 - Math.clz32(value)));
/** Share to tenths; next to nothing, which is not nothing, apart. */
const tenth = (share: number): string => (share === 0 ? '0' : share < 0.02 ? 'few' : String(Math.min(9, Math.floor(share * 10))));

/** What is counted; beyond ASCII, everything is a small letter. */
const SIGNS = [/[a-z]/, /[A-Z]/, /[0-9]/, /!/, /\$/, /[\0-\x20]/] as const;
/** Five bits of an integer for each of them: so many characters are counted by additions alone. */
const SIGN_BITS = 5, COUNTED_MAX = (1 << SIGN_BITS) - 1;
const oneOf = Int32Array.from({ length: 128 }, (_, unit) => SIGNS.reduce((ones, sign, i) => (sign.test(String.fromCharCode(unit)) ? ones | (1 << (SIGN_BITS * i)) : ones), 0));

/** How many of each of SIGNS. */
function countSigns(units: Uint16Array, length: number): readonly number[] {
  const counts = SIGNS.map(() => 0);
  for (let i = 0; i < length;) {
    const end = Math.min(length, i + COUNTED_MAX);
    let sum = 0;
    for (; i < end; i++) {
      const unit = units[i] as number;
      sum += unit > 127 ? 1 : (oneOf[unit] as number);
    }
    for (let sign = 0; sign < SIGNS.length; sign++) counts[sign] = (counts[sign] as number) + ((sum >>> (SIGN_BITS * sign)) & COUNTED_MAX);
  }
  return counts;
}

export function textShape(add: FeatureBuilder, message: Message, text: string, folded: Folded, links: readonly Link[]): void {
  const sample = text.slice(0, 8000);
  const [small = 0, capitals = 0, digits = 0, exclamations = 0, money = 0, spaces = 0] = countSigns(unitsOf(sample), sample.length);
  const letters = small + capitals;
  const visible = sample.length - spaces;
  add.add('text-length', bin(text.length, 14));
  if (visible > 20) {
    add.add('capitals', tenth(capitals / Math.max(1, letters)));
    add.add('digits', tenth(digits / visible));
    add.add('signs', tenth((visible - letters - digits) / visible));
  }
  add.add('exclamations', bin(exclamations, 5));
  add.add('dollars', bin(money, 4));
  for (const [name, count] of [['mixed-words', folded.mixed], ['spaced-words', folded.spaced]] as const) if (count > 0) add.add(name, bin(count, 3));
  htmlShape(add, message, visible, links);
  partsShape(add, message);
}

function htmlShape(add: FeatureBuilder, message: Message, visible: number, own: readonly Link[]): void {
  const links = own.length;
  add.add('links', bin(links, 7));
  if (links > 0) add.add('text-per-link', bin(visible / links, 10));
  const facts = message.html;
  if (facts === null) return;
  const images = facts.remoteImages + facts.inlineImages;
  add.add('html');
  add.add('html-images', bin(facts.remoteImages, 6));
  add.add('html-inline-images', bin(facts.inlineImages, 3));
  add.add('html-links', bin(links, 6));
  if (images > 0) add.add('html-text-per-image', bin(visible / images, 10));
  add.add('html-text', bin(visible, 12));
  const alternative = message.alternativeText.length;
  if (alternative === 0) add.add('html-alone');
  else add.add('html-alternative', bin((8 * alternative) / Math.max(1, facts.visibleText.length), 6));
  const hidden = lettersIn(facts.hiddenText);
  if (hidden > 0) add.add('html-hidden', bin((8 * hidden) / Math.max(1, facts.visibleText.length), 6));
  let linked = 0, longest = 0;
  for (const { text, where } of own) {
    if (where !== 'html') continue;
    linked += text.length;
    longest = Math.max(longest, text.length);
  }
  add.add('html-linked-text', tenth(Math.min(1, linked / Math.max(1, visible))));
  add.add('html-longest-link', bin(longest, 8));
}

function partsShape(add: FeatureBuilder, message: Message): void {
  const types = new Set<string>();
  let files = 0;
  for (const { type, children, disposition, filename } of message.parts) {
    if (children.length > 0 || type.startsWith('multipart/')) continue;
    if (disposition !== 'attachment' && filename === null && type.startsWith('text/')) continue;
    files++;
    types.add(type.startsWith('image/') ? 'image' : type.startsWith('text/') ? 'text' : type.startsWith('application/') ? application(type) : type.slice(0, type.indexOf('/')));
  }
  add.add('files', bin(files, 4));
  for (const type of types) add.add('file', type);
}

function application(type: string): string {
  if (/pdf/.test(type)) return 'pdf';
  if (/zip|rar|7z|gzip|compress|tar/.test(type)) return 'archive';
  if (/word|excel|powerpoint|office|opendocument/.test(type)) return 'office';
  return /pgp|pkcs/.test(type) ? 'signature' : 'other';
}

const wordsOf = (name: string): readonly string[] => (/^[\0-\x7f]*$/.test(name) ? name.match(/[a-z]{2,}/g) : name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').match(/\p{L}{2,}/gu)) ?? [];

/** The author's name against the address. Neither name nor address is a feature. */
export function authorShape(add: FeatureBuilder, message: Message): void {
  const author = message.from[0];
  if (author === undefined) return add.add('author', 'none');
  const name = author.name.trim().slice(0, 200), address = author.address.toLowerCase().slice(0, 320);
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(0, at)), domain = address.slice(at + 1);
  const words = wordsOf(name.toLowerCase());
  add.add('author-words', Math.min(5, words.length));
  if (words.length > 0) add.add('author-in-address', words.some((word) => word.length > 2 && local.includes(word)) ? 'local' : words.some((word) => word.length > 3 && domain.includes(word)) ? 'domain' : local.length > 1 && words.some((word) => local.includes(word.slice(0, 4))) ? 'part' : 'none');
  add.add('author-local-length', bin(local.length, 6));
  const digits = local.replace(/\D+/g, '').length;
  add.add('author-local-digits', digits === 0 ? 0 : digits <= 2 ? 1 : digits <= 4 ? 2 : 3);
  const labels = domain.split('.');
  add.add('author-domain-labels', Math.min(5, labels.length));
  add.add('author-domain-length', bin(domain.length, 6));
  if (/\d/.test(domain)) add.add('author-domain-digits');
  if (domain.includes('-')) add.add('author-domain-hyphen');
}
