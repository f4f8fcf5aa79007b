/**
 * PURE. Looks for many words and phrases in a message at once. Words match with any ending from the beginning of a
 * word on, folded; exact words as written (policy language, item 5). Cost: one look at each word of the message,
 * however many entries there are (tables by the first characters, behind a bit map that turns most words away);
 * where they are few, each is looked for by itself, which is quicker than finding the words of the message.
 */
import { BORDER, beginsAt, classOf, fold, HEAD_CHARS, headHash, plain, type MessageView, type View } from './text-view.ts';

/** Words of a phrase shorter than this take no ending, but for the last: "in order" is not "indoor orders". */
const ENDINGS_FROM_CHARS = 4;
/** Up to here each is looked for by itself. */
const FEW = 8;
/** Bits of the map for each entry: one word in fifty passes by mistake. */
const BITS_PER_ENTRY = 64;

interface Pattern<E> {
  readonly entry: E;
  /** As the page writes it. */
  readonly written: string;
  /** Symbols that must stand right before the first word, e.g. `#`; '' mostly. */
  readonly lead: string;
  /** Words and what stands between them, in turn: word, gap, word, … , closing symbols. */
  readonly words: readonly string[];
  /** gaps[i] follows words[i]; white space only means any gap; the last may be ''. */
  readonly gaps: readonly string[];
  readonly exact: boolean;
  /** The first word's last letter, and where it stands in it. */
  readonly lastAt: number;
  readonly lastCode: number;
}

/** An entry that matches, and its word that did, as the page writes it. */
export interface WordMatch<E> {
  readonly entry: E;
  readonly word: string;
}

export interface WordIndex<E> {
  /** Entries with a word in this message, each once, in the order of the page. */
  find(view: MessageView): readonly WordMatch<E>[];
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
  const search = (view: MessageView): readonly WordMatch<E>[] => {
    const found = new Map<E, string>();
    if (folded.size > 0) folded.find(view.folded, found);
    if (exact.size > 0) exact.find(view.exact, found);
    return [...found].map(([entry, word]) => ({ entry, word })).sort((a, b) => (order.get(a.entry) ?? 0) - (order.get(b.entry) ?? 0));
  };
  const index: WordIndex<E> = { find: (view) => view.once(index, () => search(view)) };
  return index;
}

class Table<E> {
  /** By length of the head less one; sparse. */
  readonly #byHead: (Map<number, Pattern<E>[]> | undefined)[] = [];
  /** Entries without any letter or digit (an emoji, "!!!"): looked for anywhere. */
  readonly #anywhere: { entry: E; written: string; text: string }[] = [];
  readonly #heads: number[] = [];
  /** The first few. */
  readonly #few: Pattern<E>[] = [];
  #bits: Uint8Array | null = null;
  size = 0;

  add(entry: E, written: string, exact: boolean): void {
    const text = (exact ? plain(written) : fold(written)).replace(/\s+/g, ' ').trim();
    if (text === '') return;
    this.size++;
    const pattern = patternOf(entry, written, text, exact);
    if (pattern === null) {
      this.#anywhere.push({ entry, written, text });
      return;
    }
    if (this.#few.length <= FEW) this.#few.push(pattern);
    const first = pattern.words[0] as string;
    const chars = Math.min(first.length, HEAD_CHARS);
    let head = 0;
    for (let i = 0; i < chars; i++) head = headHash(head, first.charCodeAt(i));
    const table = (this.#byHead[chars - 1] ??= new Map<number, Pattern<E>[]>());
    const same = table.get(head);
    if (same === undefined) table.set(head, [pattern]);
    else same.push(pattern);
    this.#heads.push(head);
  }

  find(view: View, found: Map<E, string>): void {
    const { text } = view;
    if (this.#few.length > FEW) this.#findByHeads(view, found);
    else for (const pattern of this.#few) if (!found.has(pattern.entry) && standsAnywhere(pattern, text)) found.set(pattern.entry, pattern.written);
    for (const { entry, written, text: sought } of this.#anywhere) if (!found.has(entry) && text.includes(sought)) found.set(entry, written);
  }

  #findByHeads({ text, words: { starts, heads, count } }: View, found: Map<E, string>): void {
    const bits = (this.#bits ??= bitMap(this.#heads));
    const mask = bits.length * 8 - 1;
    for (let more = 0; more < this.#byHead.length; more++) {
      const table = this.#byHead[more];
      if (table === undefined) continue;
      for (let i = 0, at = more - 1; i < count; i++, at += HEAD_CHARS - 1) {
        const head = more === 0 ? headHash(0, text.charCodeAt(starts[i] as number)) : (heads[at] as number);
        const bit = mixed(head) & mask;
        if (((bits[bit >> 3] as number) & (1 << (bit & 7))) !== 0) tryAll(table.get(head), text, starts[i] as number, found);
      }
    }
  }
}

function standsAnywhere<E>(pattern: Pattern<E>, text: string): boolean {
  const first = pattern.words[0] as string;
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) if (beginsAt(text, at) && standsAt(pattern, text, at)) return true;
  return false;
}

function tryAll<E>(patterns: readonly Pattern<E>[] | undefined, text: string, at: number, found: Map<E, string>): void {
  if (patterns === undefined) return;
  for (const pattern of patterns) {
    // The last letter of the first word tells most apart from what only begins like it.
    if (text.charCodeAt(at + pattern.lastAt) !== pattern.lastCode) continue;
    if (!found.has(pattern.entry) && standsAt(pattern, text, at)) found.set(pattern.entry, pattern.written);
  }
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

function mixed(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> 8;
}

/** Takes a written phrase apart; null when it has no letter or digit. */
function patternOf<E>(entry: E, written: string, text: string, exact: boolean): Pattern<E> | null {
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
  const [first] = words;
  if (first === undefined) return null;
  return { entry, written, lead, words, gaps, exact, lastAt: first.length - 1, lastCode: first.charCodeAt(first.length - 1) };
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
