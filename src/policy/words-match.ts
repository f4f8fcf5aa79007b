/**
 * PURE. Looks for many words and phrases in a message at once. Words match with any ending from the beginning of a
 * word on, folded; exact words as written (policy language, item 5). Cost: one look at each word of the message,
 * however many entries there are (tables by the first one to six characters, behind a bit map that turns most words
 * away).
 */
import { BORDER, classOf, fold, plain, type MessageView, type View } from './text-view.ts';

/** Words of a phrase shorter than this take no ending, but for the last: "in order" is not "indoor orders". */
const ENDINGS_FROM_CHARS = 4;
/** Characters of a first word that choose its table. */
const HEAD_CHARS = 6;
/** Bits of the map for each entry: one word in fifty passes by mistake. */
const BITS_PER_ENTRY = 64;

interface Pattern<E> {
  readonly entry: E;
  /** Symbols that must stand right before the first word, e.g. `#`; '' mostly. */
  readonly lead: string;
  /** Words and what stands between them, in turn: word, gap, word, … , closing symbols. */
  readonly words: readonly string[];
  /** gaps[i] follows words[i]; white space only means any gap; the last may be ''. */
  readonly gaps: readonly string[];
  readonly exact: boolean;
}

export interface WordIndex<E> {
  /** Entries with a word in this message, each once, in the order of the page. */
  find(view: MessageView): readonly E[];
}

/** One entry of a page: its words, and whether they match as written only. */
export interface WordsOf<E> {
  readonly entry: E;
  readonly exact: boolean;
  readonly words: readonly string[];
}

/** @param groups in the order in which matches are to be given */
export function compileWords<E>(groups: readonly WordsOf<E>[]): WordIndex<E> | null {
  const order = new Map<E, number>(groups.map((group, i) => [group.entry, i]));
  const folded = new Table<E>();
  const exact = new Table<E>();
  for (const group of groups) for (const word of group.words) (group.exact ? exact : folded).add(group.entry, word, group.exact);
  if (folded.size + exact.size === 0) return null;
  const search = (view: MessageView): readonly E[] => {
    const found = new Set<E>();
    if (folded.size > 0) folded.find(view.folded, found);
    if (exact.size > 0) exact.find(view.exact, found);
    return [...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  };
  const index: WordIndex<E> = { find: (view) => view.once(index, () => search(view)) };
  return index;
}

/** The word of this entry that is in the message, as the page writes it; for the explanation, so it may be slow. */
export function wordFound(words: readonly string[], exact: boolean, view: MessageView): string | null {
  return words.find((word) => compileWords([{ entry: word, exact, words: [word] }])?.find(view).length === 1) ?? null;
}

class Table<E> {
  /** By length of the head less one; sparse. */
  readonly #byHead: (Map<number, Pattern<E>[]> | undefined)[] = [];
  /** Entries without any letter or digit (an emoji, "!!!"): looked for anywhere. */
  readonly #anywhere: { entry: E; text: string }[] = [];
  readonly #heads: number[] = [];
  #bits: Uint8Array | null = null;
  size = 0;

  add(entry: E, written: string, exact: boolean): void {
    const text = (exact ? plain(written) : fold(written)).replace(/\s+/g, ' ').trim();
    if (text === '') return;
    this.size++;
    const pattern = patternOf(entry, text, exact);
    if (pattern === null) {
      this.#anywhere.push({ entry, text });
      return;
    }
    const first = pattern.words[0] as string;
    const chars = Math.min(first.length, HEAD_CHARS);
    let head = 0;
    for (let i = 0; i < chars; i++) head = next(head, first.charCodeAt(i));
    const table = (this.#byHead[chars - 1] ??= new Map<number, Pattern<E>[]>());
    const same = table.get(head);
    if (same === undefined) table.set(head, [pattern]);
    else same.push(pattern);
    this.#heads.push(head);
  }

  find(view: View, found: Set<E>): void {
    const { text, starts, count } = view;
    const tables = this.#byHead;
    const bits = (this.#bits ??= bitMap(this.#heads));
    const mask = bits.length * 8 - 1;
    const longest = tables.length;
    for (let i = 0; i < count; i++) {
      const at = starts[i] as number;
      const most = Math.min(longest, text.length - at);
      let head = 0;
      for (let chars = 0; chars < most; chars++) {
        head = next(head, text.charCodeAt(at + chars));
        const table = tables[chars];
        if (table === undefined) continue;
        const bit = mixed(head) & mask;
        if (((bits[bit >> 3] as number) & (1 << (bit & 7))) !== 0) tryAll(table.get(head), text, at, found);
      }
    }
    for (const { entry, text: sought } of this.#anywhere) if (!found.has(entry) && text.includes(sought)) found.add(entry);
  }
}

function tryAll<E>(patterns: readonly Pattern<E>[] | undefined, text: string, at: number, found: Set<E>): void {
  for (const pattern of patterns ?? []) if (!found.has(pattern.entry) && standsAt(pattern, text, at)) found.add(pattern.entry);
}

/** As small as the page needs it: thousands of pages have one each. */
function bitMap(heads: readonly number[]): Uint8Array {
  const bits = new Uint8Array(Math.max(8, 2 ** Math.ceil(Math.log2(Math.max(1, heads.length) * BITS_PER_ENTRY))) / 8);
  for (const head of heads) {
    const bit = mixed(head) & (bits.length * 8 - 1);
    bits[bit >> 3] = (bits[bit >> 3] as number) | (1 << (bit & 7));
  }
  return bits;
}

/** Hash of a word's beginning, one character further. */
function next(head: number, code: number): number {
  return (Math.imul(head, 0x01000193) ^ code) | 0;
}

function mixed(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> 8;
}

/** Takes a written phrase apart; null when it has no letter or digit. */
function patternOf<E>(entry: E, text: string, exact: boolean): Pattern<E> | null {
  const words: string[] = [];
  const gaps: string[] = [];
  let lead = '';
  for (const piece of text.match(/[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu) ?? []) {
    const isWord = classOf(piece.charCodeAt(0)) !== 0;
    if (isWord) words.push(piece);
    else if (words.length === 0) lead = piece.trim();
    else gaps.push(piece);
  }
  while (gaps.length < words.length) gaps.push('');
  return words.length === 0 ? null : { entry, lead, words, gaps, exact };
}

function standsAt<E>(pattern: Pattern<E>, text: string, start: number): boolean {
  if (pattern.lead !== '' && !text.endsWith(pattern.lead, start) && !text.slice(0, start).trimEnd().endsWith(pattern.lead)) return false;
  let at = start;
  for (let i = 0; i < pattern.words.length; i++) {
    const word = pattern.words[i] as string;
    const gap = pattern.gaps[i] as string;
    const last = i === pattern.words.length - 1;
    if (!text.startsWith(word, at)) return false;
    at += word.length;
    if (last && gap === '') return !pattern.exact || !continues(word, text, at);
    if (gap.trim() === '') {
      if (!pattern.exact && word.length >= ENDINGS_FROM_CHARS) at = wordEnd(text, at);
      if (continues(word, text, at)) return false;
    }
    at = behindGap(gap, text, at, pattern.exact);
    if (at < 0) return false;
  }
  return true;
}

/** Whether the word goes on here: scripts without spaces have no such thing. */
function continues(word: string, text: string, at: number): boolean {
  return classOf(word.charCodeAt(word.length - 1)) === 1 && classOf(text.charCodeAt(at)) === 1;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (classOf(text.charCodeAt(at)) === 1) at++;
  return at;
}

/** Where the next word begins, or -1. Symbols in a phrase must be there; white space may be any, and punctuation in folded text. */
function behindGap(gap: string, text: string, from: number, exact: boolean): number {
  const symbols = gap.replace(/\s+/g, '');
  let at = from;
  let matched = 0;
  for (; at < text.length; at++) {
    const character = text[at] as string;
    if (character === BORDER || classOf(text.charCodeAt(at)) !== 0) break;
    if (matched < symbols.length && character === symbols[matched]) matched++;
    else if (/\s/.test(character)) { if (matched < symbols.length && !gap.includes(' ')) return -1; }
    else if (exact || symbols !== '') break;
  }
  if (matched < symbols.length) return -1;
  return at === from ? -1 : at;
}
