/** PURE. A message's subject and visible text, made ready for looking up words: folded once, however many pages ask. */
import { withFewMarks } from '../message/names.ts';

/** At most so many characters of a word's beginning choose the table that is looked into. */
export const HEAD_CHARS = 6;
const HEADS = HEAD_CHARS - 1;

/** Text, and the places where words begin once somebody asks for them. */
export interface View {
  readonly text: string;
  readonly words: Words;
}

export interface Words {
  /** Index of each word's first character, ascending; only the first `count` are set. */
  readonly starts: Int32Array;
  /** For each word, `headHash` of two to HEAD_CHARS characters from its beginning, past its end as well. */
  readonly heads: Int32Array;
  readonly count: number;
}

/** Between subject and text: no phrase reaches across it. */
export const BORDER = '\u0000';

const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
const SPECIAL: Readonly<Record<string, string>> = { 'ı': 'i', 'ß': 'ss', 'ς': 'σ', 'ł': 'l', 'ø': 'o', 'đ': 'd', 'æ': 'ae', 'œ': 'oe', '’': "'", '‘': "'", '“': '"', '”': '"' };
const SPECIALS = /[ıßςłøđæœ’‘“”]/g;
// й is a letter of its own, not an accented и, also with marks below it, which come before the breve once it is taken apart; other
// accents of Latin, Greek and Cyrillic go. Vowel signs elsewhere stay.
const ACCENTS = /[\u0300-\u0305\u0307-\u036f]|(?<!и[\u0316-\u0319\u031b-\u033c\u0347-\u0349\u034d\u034e\u0353-\u0356\u0359\u035a]*)\u0306/g;

/** Every character beyond ASCII takes more than one byte; counting bytes is the quickest way to see one. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Case, accents, ё and ı/i folded, so that "SİPARİŞ", "Sipariş" and "siparis" are one. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return foldByTable(text) ?? foldWhole(text);
}

/** The rule itself; exported so that the quick way can be held against it. */
export function foldWhole(text: string): string {
  return withFewMarks(text.replace(INVISIBLE, '')).normalize('NFKD').toLowerCase().replace(ACCENTS, '').replace(SPECIALS, (letter) => SPECIAL[letter] ?? letter).normalize('NFC');
}

// What a character is folded to, found out when it is first seen: its code, or one of these.
const UNKNOWN = 0;
const GONE = -1;
const SEVERAL = -2;
const BREVE = -3;
/** What comes out depends on the neighbours: vowel signs, jamo. */
const IN_CONTEXT = -4;
const table = new Int32Array(0x10000);
/** Characters that become several, and those beyond the basic plane. */
const several = new Map<number, string>();
const SEVERAL_MAX = 5000;
const DEPENDS = /[\p{M}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;
const SHORT_I = 'й'.charCodeAt(0);
const I = 'и'.charCodeAt(0);

/** Room that is used again for each text up to this length. */
const ROOM_CHARS = 1 << 15;
const UNITS = new Uint16Array(ROOM_CHARS);
const UNIT_BYTES = Buffer.from(UNITS.buffer);
const BYTES = Buffer.alloc(ROOM_CHARS);
const WIDE = new Uint16Array(ROOM_CHARS);

function learn(code: number): number {
  const character = String.fromCharCode(code);
  const folded = foldWhole(character);
  let found = folded.length === 1 ? folded.charCodeAt(0) : folded === '' ? GONE : SEVERAL;
  if (code === 0x306) found = BREVE;
  else if (folded !== '' && DEPENDS.test(character + folded)) found = IN_CONTEXT;
  else if (found === SEVERAL) several.set(code, folded);
  table[code] = found;
  return found;
}

/** One look at a table for each character; null where a character must be seen among its neighbours. */
function foldByTable(text: string): string | null {
  const { length } = text;
  const fits = length <= ROOM_CHARS;
  const units = fits ? UNITS : new Uint16Array(length);
  // Copied out at once: asking a string for one character after the other takes three times as long.
  (fits ? UNIT_BYTES : Buffer.from(units.buffer)).write(text, 0, 'utf16le');
  return foldNarrow(units, length) ?? foldWide(text, units);
}

/** Most texts: what comes out of them has no character beyond U+00FF, and then takes half the memory; null for the others. */
function foldNarrow(units: Uint16Array, length: number): string | null {
  const out = length <= ROOM_CHARS ? BYTES : Buffer.allocUnsafe(length);
  let written = 0;
  for (let i = 0; i < length; i++) {
    const code = units[i] as number;
    let to = table[code] as number;
    if (to === UNKNOWN && code !== 0 && (code & 0xf800) !== 0xd800) to = learn(code);
    if (to > 0 && to < 0x100) out[written++] = to;
    else if (code === 0) out[written++] = 0; // BORDER
    else if (to !== GONE) return null;
  }
  return out.toString('latin1', 0, written);
}

/** @param units of the text; more may follow */
function foldWide(text: string, units: Uint16Array): string | null {
  const end = text.length;
  let out = end + 64 <= ROOM_CHARS ? WIDE : new Uint16Array(end + 64);
  let length = 0;
  for (let i = 0; i < end; i++) {
    const code = units[i] as number;
    let to = table[code] as number;
    if (to === UNKNOWN) to = code === 0 || (code & 0xf800) === 0xd800 ? SEVERAL : learn(code);
    if (to > 0) out[length++] = to;
    else if (to === BREVE) {
      if (length > 0 && out[length - 1] === I) {
        if (((units[i - 1] as number) | 0x20) !== I) return null;
        out[length - 1] = SHORT_I;
      }
    } else if (to === IN_CONTEXT) return null;
    else if (to === SEVERAL) {
      const folded = code === 0 ? BORDER : (several.get(code) ?? beyond(text.codePointAt(i) as number));
      if (folded === null) return null;
      if (code >= 0xd800 && code < 0xdc00) i++;
      if (length + folded.length + end - i > out.length) out = grown(out, length + folded.length + end - i + 64);
      for (let at = 0; at < folded.length; at++) out[length++] = folded.charCodeAt(at);
    }
  }
  return Buffer.from(out.buffer, 0, length * 2).toString('utf16le');
}

function grown(old: Uint16Array<ArrayBuffer>, most: number): Uint16Array<ArrayBuffer> {
  const out = new Uint16Array(most + (most >> 3));
  out.set(old.subarray(0, Math.min(old.length, out.length)));
  return out;
}

/** A character beyond the basic plane; half of one is for the slow way. */
function beyond(codePoint: number): string | null {
  if (codePoint < 0x10000) return null;
  const known = several.get(codePoint);
  if (known !== undefined) return known;
  const folded = foldWhole(String.fromCodePoint(codePoint));
  if (DEPENDS.test(String.fromCodePoint(codePoint) + folded)) return null;
  if (several.size < SEVERAL_MAX) several.set(codePoint, folded);
  return folded;
}

/** As written: only invisible characters go, since they would hide a word from the search and not from the reader. */
export function plain(text: string): string {
  return isAscii(text) ? text : withFewMarks(text.replace(INVISIBLE, '')).normalize('NFC');
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

/** Hash of a word's beginning, one character further. */
export function headHash(head: number, code: number): number {
  return Math.imul(head, 0x01000193) ^ code;
}

/** Whether a word begins, by the classes of the character before (times 4) and of this one. */
const BEGINS = Uint8Array.of(0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0);

/** Whether a word begins there. */
export function beginsAt(text: string, at: number): boolean {
  return BEGINS[(at === 0 ? 0 : classOf(text.charCodeAt(at - 1))) * 4 + classOf(text.charCodeAt(at))] === 1;
}

/** A class: an object with a getter of its own is made anew, slowly, for each message. */
class LazyView implements View {
  readonly text: string;
  #words: Words | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get words(): Words {
    return (this.#words ??= wordsOf(this.text));
  }
}

function viewOf(text: string): View {
  return new LazyView(text);
}

/** Room to write into before it is known how many words there are. */
let room = new Int32Array(1 << 16);

/** Finds where words begin, and how; each character of an unspaced script begins one. */
function wordsOf(text: string): Words {
  if (!classified) classify();
  const classes = CLASS;
  const begins = BEGINS;
  const { length } = text;
  if (room.length <= length) room = new Int32Array(length * 2);
  const into = room;
  let count = 0;
  let before = 0;
  // Without branches: where words begin cannot be foreseen, and guessing wrong costs more than the work itself.
  for (let i = 0; i < length; i++) {
    const now = classes[text.charCodeAt(i)] as number;
    into[count] = i;
    count += begins[before * 4 + now] as number;
    before = now;
  }
  const starts = into.slice(0, count);
  return { starts, heads: headsOf(text, starts), count };
}

function headsOf(text: string, starts: Int32Array): Int32Array {
  const heads = new Int32Array(starts.length * HEADS);
  const last = text.length - HEAD_CHARS;
  for (let word = 0, to = 0; word < starts.length; word++, to += HEADS) {
    const i = starts[word] as number;
    // Past the end of the text stands nothing, and nothing is looked for there.
    const code = i <= last ? text : `${text.slice(i)}\0\0\0\0\0\0`;
    const at = i <= last ? i : 0;
    const two = headHash(headHash(0, code.charCodeAt(at)), code.charCodeAt(at + 1));
    const three = headHash(two, code.charCodeAt(at + 2));
    const four = headHash(three, code.charCodeAt(at + 3));
    const five = headHash(four, code.charCodeAt(at + 4));
    heads[to] = two;
    heads[to + 1] = three;
    heads[to + 2] = four;
    heads[to + 3] = five;
    heads[to + 4] = headHash(five, code.charCodeAt(at + 5));
  }
  return heads;
}

/** What every page shares of one message: made on first use, kept as long as the facts are. */
export class MessageView {
  readonly #raw: string;
  #folded: View | null = null;
  #exact: View | null = null;
  /** As short-lived as the message; the askers live on. */
  readonly #found = new Map<object, unknown>();

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
