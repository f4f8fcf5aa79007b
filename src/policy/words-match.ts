/**
 * PURE. Looks for many words and phrases in a message at once. Words match with any ending from the beginning of a
 * word on, folded; exact words as written (policy language, item 5). Cost: one look at each word of the message,
 * however many entries there are (a table by the first two characters, behind a bit map that turns most words away).
 */
import { BORDER, classOf, fold, plain, type MessageView, type View } from './text-view.ts';

/** Words of a phrase shorter than this take no ending, but for the last: "in order" is not "indoor orders". */
const ENDINGS_FROM_CHARS = 4;
const BITS = 1 << 16;

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
  readonly #byHead = new Map<number, Pattern<E>[]>();
  readonly #bits = new Uint8Array(BITS >> 3);
  /** Entries without any letter or digit (an emoji, "!!!"): looked for anywhere. */
  readonly #anywhere: { entry: E; text: string }[] = [];
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
    const head = headOf(pattern.words[0] as string, 0);
    const short = (pattern.words[0] as string).length === 1 ? head & 0xffff : head;
    const same = this.#byHead.get(short);
    if (same === undefined) this.#byHead.set(short, [pattern]);
    else same.push(pattern);
    const bit = bitOf(short);
    this.#bits[bit >> 3] = (this.#bits[bit >> 3] as number) | (1 << (bit & 7));
  }

  find(view: View, found: Set<E>): void {
    const { text, starts, count } = view;
    for (let i = 0; i < count; i++) {
      const at = starts[i] as number;
      const head = headOf(text, at);
      if (this.#has(head)) this.#try(head, view, at, found);
      if (this.#has(head & 0xffff)) this.#try(head & 0xffff, view, at, found);
    }
    for (const { entry, text: sought } of this.#anywhere) if (!found.has(entry) && text.includes(sought)) found.add(entry);
  }

  #has(key: number): boolean {
    const bit = bitOf(key);
    return ((this.#bits[bit >> 3] as number) & (1 << (bit & 7))) !== 0;
  }

  #try(key: number, view: View, at: number, found: Set<E>): void {
    for (const pattern of this.#byHead.get(key) ?? []) {
      if (!found.has(pattern.entry) && standsAt(pattern, view.text, at)) found.add(pattern.entry);
    }
  }
}

/** First two characters as one number; the first alone in the low half. */
function headOf(text: string, at: number): number {
  return text.charCodeAt(at) | ((text.charCodeAt(at + 1) || 0) << 16);
}

function bitOf(key: number): number {
  return (Math.imul(key, 0x9e3779b1) >>> 16) & (BITS - 1);
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
