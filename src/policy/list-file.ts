/**
 * PURE. List files as people have them: one address a line, or a table out of a CRM (comma, semicolon or tab, with or
 * without a heading). Given out in pieces, so that a hundred thousand rows do not hold up mail.
 */
import { normalPattern } from './patterns.ts';

export type ListProblem =
  | { readonly code: 'list-without-addresses' }
  /** `headings`: what the first row says, for the hint. */
  | { readonly code: 'list-column-missing'; readonly headings: string };

export interface ListAddresses {
  /** Normalised, each once. */
  readonly addresses: readonly string[];
  /** Rows with something else where the address is due; the heading does not count. */
  readonly skipped: number;
  /** One of them, as it stands in the file; '' when there is none. */
  readonly sample: string;
}

/** Rows to look at when the column with the addresses is sought. */
const LOOK_ROWS = 1000;
/** Rows in one piece of work: about two milliseconds. */
const PIECE_ROWS = 1000;

/**
 * Reads a list file in pieces; the generator yields between them and returns what it found or the problem.
 * @param column heading (case does not matter) or number from 1 of the column to take; null: the first that holds addresses
 */
export function* readList(text: string, column: string | null): Generator<void, ListAddresses | ListProblem> {
  const delimiter = delimiterOf(text);
  let which = -1;
  if (column !== null) {
    const heading = [...rows(text, delimiter, 1)][0] ?? [];
    which = heading.findIndex((cell) => plain(cell) === plain(column));
    if (which < 0 && /^[1-9]\d?$/.test(column) && Number(column) <= heading.length) which = Number(column) - 1;
    if (which < 0) return { code: 'list-column-missing', headings: heading.map((cell) => cell.trim()).join(', ') };
  } else {
    which = yield* firstColumn(text, delimiter);
    if (which < 0) return { code: 'list-without-addresses' };
  }
  const found = new Set<string>();
  let count = 0;
  let skipped = 0;
  let sample = '';
  for (const row of rows(text, delimiter, Infinity)) {
    const cell = row[which] ?? '';
    const here = addressesIn(cell);
    for (const address of here) found.add(address);
    if (here.length === 0 && count > 0 && cell.trim() !== '' && ++skipped === 1) sample = cell.trim().slice(0, 80);
    if (++count % PIECE_ROWS === 0) yield;
  }
  return found.size === 0 ? { code: 'list-without-addresses' } : { addresses: [...found], skipped, sample };
}

function* firstColumn(text: string, delimiter: string): Generator<void, number> {
  let first = -1;
  let count = 0;
  for (const row of rows(text, delimiter, Infinity)) {
    const here = row.findIndex((cell) => addressesIn(cell).length > 0);
    if (here >= 0 && (first < 0 || here < first)) first = here;
    count++;
    if (first === 0 || (first > 0 && count >= LOOK_ROWS)) return first;
    if (count % PIECE_ROWS === 0) yield;
  }
  return first;
}

/** The addresses and patterns in one cell: bare, `Name <address>`, `mailto:`, or several. */
function addressesIn(cell: string): readonly string[] {
  if (!cell.includes('@')) return [];
  const whole = normalPattern(cell.trim());
  if (whole !== null) return [whole];
  const found = piecesOf(cell);
  // "anna @ example.com", as people type it.
  return found.length > 0 ? found : piecesOf(cell.replace(/\s*@\s*/g, '@'));
}

function piecesOf(cell: string): readonly string[] {
  return cell.split(/[\s,;<>"'()]+/).flatMap((piece) => normalPattern(piece.replace(/^mailto:/i, '')) ?? []);
}

/** Tab, semicolon or comma: whichever is commonest outside quotes in the first lines. */
function delimiterOf(text: string): string {
  const head = text.slice(0, 20_000).replace(/"(?:[^"]|"")*"/g, '');
  const times = (sign: string): number => head.split(sign).length;
  const best = ['\t', ';', ','].reduce((a, b) => (times(b) > times(a) ? b : a));
  return times(best) > 1 ? best : ',';
}

/** RFC 4180, and lenient: a quote in the middle of a cell is text. Empty rows are left out. */
function* rows(text: string, delimiter: string, most: number): Generator<readonly string[]> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  // Excel's own first line, which names the delimiter.
  if (/^sep=.\r?\n/.test(text.slice(at, at + 8))) at = text.indexOf('\n') + 1;
  let given = 0;
  while (at < text.length && given < most) {
    const row: string[] = [];
    let more = true;
    while (more) {
      const cell = text[at] === '"' ? quotedCell(text, at) : null;
      const start = cell === null ? at : cell.end;
      const end = endOfCell(text, start, delimiter);
      row.push(cell === null ? text.slice(at, end) : cell.value + text.slice(start, end));
      more = text[end] === delimiter;
      at = more ? end + 1 : end;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    if (row.length === 1 && (row[0]?.trim() === '' || row[0]?.startsWith('#'))) continue;
    given++;
    yield row;
  }
}

function endOfCell(text: string, from: number, delimiter: string): number {
  const stop = delimiter.charCodeAt(0);
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === stop || code === 10 || code === 13) break;
  }
  return at;
}

/** A cell that begins with a quote; one that never ends is no quoted cell. */
function quotedCell(text: string, at: number): { readonly value: string; readonly end: number } | null {
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return null;
    if (text[quote + 1] !== '"') return { value: text.slice(at + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    from = quote + 2;
  }
}

function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/ı/g, 'i').replace(/[^\p{L}\p{N}]+/gu, '');
}
