/** PURE. A message's subject and visible text, made ready for looking up words: folded once, however many pages ask. */

/** Text with the places where words begin. */
export interface View {
  readonly text: string;
  /** Index of each word's first character, ascending; only the first `count` are set. */
  readonly starts: Int32Array;
  readonly count: number;
}

/** Between subject and text: no phrase reaches across it. */
export const BORDER = '\u0000';

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SPECIAL: Readonly<Record<string, string>> = { 'ı': 'i', 'ß': 'ss', 'ς': 'σ', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'æ': 'ae', 'œ': 'oe', '’': "'", '‘': "'", '“': '"', '”': '"' };
const SPECIALS = /[ıßςłøđæœ’‘“”]/g;
// й is a letter of its own, not an accented и; other accents of Latin, Greek and Cyrillic go. Vowel signs elsewhere stay.
const ACCENTS = /(?<!и)[\u0300-\u036f]|(?<=и)[\u0300-\u0305\u0307-\u036f]/g;
const NOT_ASCII = /[^\u0000-\u007f]/;

/** Case, accents, ё and ı/i folded, so that "SİPARİŞ", "Sipariş" and "siparis" are one. */
export function fold(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return text.replace(INVISIBLE, '').normalize('NFKD').toLowerCase().replace(ACCENTS, '').replace(SPECIALS, (letter) => SPECIAL[letter] ?? letter).normalize('NFC');
}

/** As written: only invisible characters go, since they would hide a word from the search and not from the reader. */
export function plain(text: string): string {
  return NOT_ASCII.test(text) ? text.replace(INVISIBLE, '').normalize('NFC') : text;
}

/** 0 no letter or digit, 1 letter or digit, 2 letter of a script that writes words without spaces. */
const CLASS = new Uint8Array(0x10000);
let classified = false;

function classify(): void {
  const word = /[\p{L}\p{N}\p{M}]/u;
  const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    // Halves of surrogate pairs: ideographs and pictures, which need no space before them.
    if (code >= 0xd800 && code < 0xe000) CLASS[code] = 2;
    else if (unspaced.test(character)) CLASS[code] = 2;
    else if (word.test(character)) CLASS[code] = 1;
  }
  classified = true;
}

export function classOf(code: number): number {
  if (!classified) classify();
  return CLASS[code] ?? 0;
}

/** Finds where words begin; each character of an unspaced script begins one. */
export function viewOf(text: string): View {
  if (!classified) classify();
  const table = CLASS;
  const starts = new Int32Array(text.length);
  let count = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const now = table[text.charCodeAt(i)] as number;
    if (now !== 0 && (before === 0 || now === 2)) starts[count++] = i;
    before = now;
  }
  return { text, starts: starts.slice(0, count), count };
}

/** What every page shares of one message: made on first use, kept as long as the facts are. */
export class MessageView {
  readonly #raw: string;
  #folded: View | null = null;
  #exact: View | null = null;
  readonly #found = new WeakMap<object, unknown>();

  constructor(subject: string, text: string) {
    this.#raw = `${subject}\n${BORDER}\n${text.replaceAll(BORDER, ' ')}`;
  }

  get folded(): View {
    this.#folded ??= viewOf(fold(this.#raw));
    return this.#folded;
  }

  get exact(): View {
    this.#exact ??= viewOf(plain(this.#raw));
    return this.#exact;
  }

  /** What `look` finds for this asker, remembered: the company's words are looked for once, not once a recipient. */
  once<T>(asker: object, look: () => T): T {
    if (!this.#found.has(asker)) this.#found.set(asker, look());
    return this.#found.get(asker) as T;
  }
}

const views = new WeakMap<object, MessageView>();

/** The view that belongs to these facts; a memory without effect on any answer. */
export function messageView(facts: { readonly subject: string; readonly text: string }): MessageView {
  let view = views.get(facts);
  if (view === undefined) {
    view = new MessageView(facts.subject, facts.text);
    views.set(facts, view);
  }
  return view;
}
