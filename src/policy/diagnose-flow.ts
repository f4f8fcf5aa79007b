/** PURE. What a person did between braces or brackets on one line that YAML cannot read. */
import type { Values } from './report.ts';

/** Offsets within the value that was looked at. */
export interface FlowFinding {
  readonly code: string;
  readonly hint: string;
  readonly values: Values;
  readonly start: number;
  readonly end: number;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Commas between pieces of one pair of brackets; anything else begins a new one. */
  readonly afterComma: boolean;
  readonly inBraces: boolean;
}

/** @param value begins with `{` or `[`; null: nothing that is known */
export function diagnoseFlow(value: string): FlowFinding | null {
  if (!/^[{[]/.test(value)) return null;
  const pieces: Piece[] = [];
  const open: string[] = [];
  let start = 0;
  let afterComma = false;
  /** Nothing but white space since the piece or its value began: a quote here opens a text. */
  let begins = true;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] as string;
    if (begins && /["']/.test(character)) {
      const behind = closing(value, at);
      if (behind < 0) return { code: 'unclosed-quote', hint: 'close-quote', values: {}, start: at, end: value.length };
      const next = /^\s*(.?)/.exec(value.slice(behind + 1, behind + 200))?.[1] ?? '';
      if (/["']/.test(next)) return { code: 'text-after-quote', hint: 'comma-between', values: {}, start: at, end: value.length };
      at = behind;
      begins = false;
    } else if (character === '#' && /[\s,[{]/.test(value[at - 1] ?? ' ')) {
      const end = at + (/^[^,\]}]*/.exec(value.slice(at))?.[0].trimEnd().length ?? 1);
      return { code: 'hash-in-list', hint: 'quote-exact', values: { text: value.slice(at, end) }, start: at, end };
    } else if (/[[\]{},]/.test(character)) {
      if (value.slice(start, at).trim() !== '') pieces.push({ start, end: at, afterComma, inBraces: open.at(-1) === '{' });
      if (/[[{]/.test(character)) open.push(character);
      else if (character !== ',') open.pop();
      afterComma = character === ',';
      start = at + 1;
      begins = true;
    } else if (!/\s/.test(character)) begins = false;
    else if (value[at - 1] === ':') begins = true;
  }
  return colonIn(value, pieces);
}

/** A second colon in one piece; what follows without a name of its own belongs to the sentence. */
function colonIn(value: string, pieces: readonly Piece[]): FlowFinding | null {
  for (const [index, piece] of pieces.entries()) {
    const text = value.slice(piece.start, piece.end);
    const name = piece.inBraces ? (/^\s*[^:"']*:\s+/.exec(text)?.[0].length ?? 0) : /^\s*/.exec(text)?.[0].length ?? 0;
    const sentence = text.slice(name);
    if (!/^[^"'].*?:\s/.test(sentence) || (!piece.inBraces && !/:\s.*:\s/.test(sentence))) continue;
    let { end } = piece;
    for (const next of pieces.slice(index + 1)) {
      if (!next.afterComma || /^\s*["']|:(\s|$)/.test(value.slice(next.start, next.end))) break;
      end = next.end;
    }
    return { code: 'colon-in-text', hint: 'quote-colon', values: {}, start: piece.start + name, end: piece.start + value.slice(piece.start, end).trimEnd().length };
  }
  return null;
}

/** Where the quotation that begins here ends; -1: nowhere. */
function closing(value: string, from: number): number {
  const found = (value[from] === '"' ? /"(?:[^"\\]|\\.)*"/y : /'(?:[^']|'')*'/y);
  found.lastIndex = from;
  return found.test(value) ? found.lastIndex - 1 : -1;
}
