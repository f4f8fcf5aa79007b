/** PURE. `always-welcome` and `never-welcome`: senders, words and list files, each with a reason and perhaps a last day. */
import type { ListEntry } from './model.ts';
import { itemsOf, readLineOfText, readLines, readText, readTexts, take, type Lines } from './fields.ts';
import { readSender } from './patterns.ts';
import type { Report } from './report.ts';
import { readDate } from './times.ts';
import type { Tree } from './tree.ts';
import { readPath } from './values.ts';

const WORD_MAX_CHARS = 200;
const BECAUSE_MAX_CHARS = 500;
const MATTERS = ['sender', 'words', 'exact-words', 'list'] as const;

/** Domains where anybody can have an address: welcoming all of one welcomes everybody. */
const PUBLIC_DOMAINS = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com aol.com proton.me protonmail.com gmx.de gmx.net web.de mail.ru yandex.ru yandex.com bk.ru inbox.ru mynet.com t-online.de'.split(' '),
);

export function readEntries(tree: Tree, line: string, report: Report): readonly ListEntry[] {
  const entries: ListEntry[] = [];
  for (const item of itemsOf(tree)) {
    if (item.kind === 'empty') report.error('empty-value', item, { key: line }, 'empty-value');
    else if (item.kind === 'map') entries.push(...readEntry(item, line, report));
    else entries.push(...readShort(item, line, report));
  }
  return Object.freeze(entries);
}

/** `- "*@bigcustomer.example"`: a sender without further words. */
function readShort(item: Tree, line: string, report: Report): readonly ListEntry[] {
  const text = item.kind === 'text' ? item.text.trim() : '';
  if (item.kind === 'text' && !/[@.]/.test(text)) {
    report.error('entry-without-matter', item, { text, suggestion: `words: ["${text}"]` }, 'words-or-sender');
    return [];
  }
  const sender = readSender(item, line, report);
  if (sender === undefined) return [];
  warnPublic(sender, item, line, report);
  return [Object.freeze({ by: 'sender', sender, because: null, lastDay: null, place: report.source.place(item) })];
}

function readEntry(item: Tree, line: string, report: Report): readonly ListEntry[] {
  const lines = readLines(item, 'always-welcome', line, report);
  if (lines === undefined) return [];
  const matters = MATTERS.filter((matter) => lines.has(matter));
  const written = item.kind === 'map' ? item.entries : [];
  // A matter that was written but is broken has its own complaint already.
  if (matters.length === 0 && !written.some((entry) => (MATTERS as readonly string[]).includes(entry.key)) && !report.isSilenced(item)) {
    const unknown = written.length > 0 && written.every((entry) => lines.has(entry.key));
    if (unknown) report.error('entry-without-matter', written[0]?.keySpan ?? item, {}, 'words-or-sender');
  }
  if (matters.length > 1) {
    const second = lines.get(matters[1] ?? '');
    report.error('entry-with-two', second?.keySpan ?? item, { first: matters[0] ?? '', second: matters[1] ?? '' }, 'two-entries');
    return [];
  }
  const column = lines.get('column');
  if (column !== undefined && matters[0] !== 'list') report.error('column-without-list', column.keySpan, {}, null);
  const common = {
    because: take(lines, 'because', (tree, name) => readLineOfText(tree, name, report, BECAUSE_MAX_CHARS)) ?? null,
    lastDay: take(lines, 'last-day', (tree, name) => readDate(tree, name, report)) ?? null,
    place: report.source.place(item.kind === 'map' ? (item.entries[0]?.keySpan ?? item) : item),
  };
  return withMatter(lines, line, report).map((matter) => Object.freeze({ ...matter, ...common }));
}

type Matter = { readonly by: 'sender'; readonly sender: string } | { readonly by: 'words' | 'exact-words'; readonly words: readonly string[] }
  | { readonly by: 'list'; readonly file: string; readonly column: string | null; readonly addresses: readonly string[] };

function withMatter(lines: Lines, line: string, report: Report): readonly Matter[] {
  const sender = lines.get('sender');
  if (sender !== undefined) return readSenders(sender.value, line, report);
  for (const by of ['words', 'exact-words'] as const) {
    const words = take(lines, by, (tree, name) => readWords(tree, name, report));
    if (words !== undefined) return [{ by, words }];
  }
  const list = lines.get('list');
  if (list === undefined) return [];
  const column = take(lines, 'column', (tree, name) => readText(tree, name, report)) ?? null;
  const files = itemsOf(list.value).map((item) => readPath(item, 'list', report)).filter((file) => file !== undefined);
  if (itemsOf(list.value).length === 0) report.error('empty-value', list.keySpan, { key: 'list' }, 'empty-value');
  return files.map((file) => ({ by: 'list', file, column, addresses: [] }));
}

/** One sender or a list of them; each becomes an entry of its own with the same reason. */
function readSenders(tree: Tree, line: string, report: Report): readonly Matter[] {
  const found: Matter[] = [];
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: 'sender' }, 'empty-value');
  for (const item of itemsOf(tree)) {
    const sender = readSender(item, 'sender', report);
    if (sender === undefined) continue;
    warnPublic(sender, item, line, report);
    found.push({ by: 'sender', sender });
  }
  return found;
}

function warnPublic(sender: string, tree: Tree, line: string, report: Report): void {
  if (sender.startsWith('*@') && PUBLIC_DOMAINS.has(sender.slice(2))) report.warning(line === 'never-welcome' ? 'public-domain-unwelcome' : 'public-domain-welcome', tree, { text: sender }, null);
}

function readWords(tree: Tree, line: string, report: Report): readonly string[] | undefined {
  const words = readTexts(tree, line, report);
  if (tree.kind === 'list' && tree.items.length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
  for (const word of words ?? []) {
    const length = [...word].length;
    if (length > WORD_MAX_CHARS) report.error('text-too-long', tree, { key: line, limit: WORD_MAX_CHARS });
    else if (line === 'words' && /^\*+[^*]|[^*]\*+$/.test(word)) report.error('word-star', tree, { text: word, suggestion: `"${word.replace(/^\*+\s*|\s*\*+$/g, '')}"` }, 'write');
    else if (!/[\p{L}\p{N}]/u.test(word)) report.error('word-without-letters', tree, { text: word });
    else if (length < 3 && line === 'words') report.warning('word-short', tree, { text: word }, 'word-short');
  }
  return words;
}
