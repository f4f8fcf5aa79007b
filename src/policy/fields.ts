/** PURE. Readers of plain shapes: maps with known lines, texts, choices, lists of one or many. `undefined` means: reported, or nothing there. */
import { policyFiles } from '../message/limits.ts';
import { CURLY } from './diagnose-yaml.ts';
import { KEYS, LANGUAGES, lineMeantBy, valueMeantBy, type Section } from './keywords.ts';
import type { Report } from './report.ts';
import { plainWord, suggest } from './suggest.ts';
import type { Entry, MapTree, TextTree, Tree } from './tree.ts';

/** The lines of a map by name; unknown, repeated and empty ones are reported and left out. */
export type Lines = ReadonlyMap<string, Entry>;

const LINES_HINTS: Partial<Record<Section, string>> = { quarantine: 'quarantine-lines', rejection: 'rejection-lines', digest: 'digest-lines' };

export function readLines(tree: Tree, section: Section, line: string, report: Report): Lines | undefined {
  if (tree.kind !== 'map') {
    const dashes = tree.kind === 'list' && tree.items.some((item) => item.kind === 'map');
    report.error('lines-expected', tree, { key: line }, dashes ? 'no-dashes' : (LINES_HINTS[section] ?? 'lines-expected'));
    return undefined;
  }
  const known: readonly string[] = KEYS[section];
  const lines = new Map<string, Entry>();
  const meant: [string, Entry][] = [];
  const seen = new Map<string, Entry>();
  for (const entry of tree.entries) {
    const earlier = seen.get(entry.key);
    seen.set(entry.key, entry);
    if (NO_DASH.test(entry.key)) report.error('not-a-dash', entry.keySpan, { text: entry.key, suggestion: entry.key.replace(NO_DASH, '- ') }, 'write');
    else if (earlier !== undefined) {
      const block = earlier.value.kind === 'map' || earlier.value.kind === 'list';
      report.error('duplicate-key', entry.keySpan, { key: entry.key, line: report.source.lineAt(earlier.keySpan.start) }, section === 'always-welcome' ? 'two-entries' : block ? 'duplicate-block' : 'duplicate-key');
    } else if (!known.includes(entry.key)) {
      const near = unknownLine(entry, tree, section, known, report);
      if (near !== null && entry.value.kind !== 'empty') meant.push([near, entry]);
    }
    else if (entry.value.kind === 'empty') {
      if (!stoodBeside(entry, tree, known)) report.error('empty-value', entry.keySpan, { key: entry.key }, 'empty-value');
    }
    else lines.set(entry.key, entry);
  }
  // A misspelt line is read as the one that was meant, so that its value is looked at as well.
  for (const [line, entry] of meant) if (!seen.has(line) && !lines.has(line)) lines.set(line, entry);
  return lines;
}

/** What a word processor makes of a dash, or a dash without its space: `• sender`, `-sender`. */
const NO_DASH = /^[•·–—−▪►◦●‣⁃*-]\s*(?=\p{L})/u;

/** `quarantine:` with its lines exactly below it instead of further right: they have their own complaint. */
function stoodBeside({ key }: Entry, map: MapTree, known: readonly string[]): boolean {
  const below: readonly string[] = Object.hasOwn(KEYS, key) ? KEYS[key as Section] : [];
  return map.entries.some((entry) => below.includes(entry.key) && !known.includes(entry.key));
}

/** Reports it, and gives the line that was meant, if any. */
function unknownLine(entry: Entry, map: MapTree, section: Section, known: readonly string[], report: Report): string | null {
  const { key, keySpan } = entry;
  const values = { key };
  const refuse = (code: string, more: Readonly<Record<string, string>>, hint: string | null): null => {
    report.error(code, keySpan, { ...values, ...more }, hint);
    return null;
  };
  if (report.isFull) return refuse('unknown-key', {}, null);
  // Copied from a web page: spaces that are none, which nobody can see.
  if (/[\u00a0\u2007\u200b-\u200d\u202f\u2060\ufeff]/.test(key)) return refuse('control-character', { key: key.replace(/[\u00a0\u2007\u200b-\u200d\u202f\u2060\ufeff]/g, '').trim() }, 'retype');
  if (key === '') return refuse('key-not-a-word', {}, 'quote-it');
  if (map.flow && entry.value.kind === 'empty') return refuse('comma-cut', { text: key }, 'quote-comma');
  if (key === '<<') return refuse('unknown-key', {}, 'no-merge');
  const bare = key.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const word = plainWord(bare === '' ? key : bare);
  const near = known.find((one) => one === word) ?? lineMeantBy(word, known) ?? suggest(word, known);
  if (near !== null) {
    report.error('unknown-key', keySpan, { ...values, suggestion: near }, 'did-you-mean');
    return near;
  }
  const elsewhere = (Object.keys(KEYS) as Section[]).find((one) => one !== section && (KEYS[one] as readonly string[]).includes(word));
  if ((section === 'rejection' || section === '') && (/^[a-z]{2}$/.test(word) || valueMeantBy(word, LANGUAGES) !== null)) return refuse('unknown-key', { parent: 'message' }, 'belongs-under');
  if (elsewhere === '') return refuse('unknown-key', {}, 'belongs-at-the-margin');
  if (elsewhere !== undefined) return refuse('unknown-key', { parent: elsewhere }, 'belongs-under');
  return refuse('unknown-key', { options: known.join(', ') }, 'known-lines');
}

/** Lines that hold whatever the writer likes; square brackets there are mostly meant as brackets. */
const FREE_TEXT: ReadonlySet<string> = new Set(['title', 'mark-with', 'mark-unchecked-with', 'junk-folder-name', 'folder', 'because', 'contact', 'message', 'name', 'subject', 'text', 'html']);

/** A text as it stands in the file. A list or map that YAML saw in it is named as what happened. */
export function readText(tree: Tree, line: string, report: Report): string | undefined {
  if (tree.kind === 'list' && !FREE_TEXT.has(line) && !/^[a-z]{2}$/.test(line)) return void report.error('one-value', tree, { key: line }, 'one-value');
  if (tree.kind === 'list' && tree.flow) return void report.error('list-for-text', tree, { key: line, text: written(tree, report) }, 'quote-exact');
  if (tree.kind === 'map' && isSentence(tree, report)) return void report.error('colon-in-text', { start: tree.entries[0]?.keySpan.start ?? tree.start, end: tree.end }, {}, 'quote-colon');
  if (tree.kind === 'list' && tree.items.some((item) => item.kind === 'map')) return void report.error('text-expected', tree, { key: line }, 'no-dashes');
  if (tree.kind === 'map' || tree.kind === 'list') return void report.error('text-expected', tree, { key: line }, 'one-text');
  if (tree.kind === 'empty') return void report.error('empty-value', tree, { key: line }, 'empty-value');
  return checkedText(tree, line, report);
}

/** `[Re: order]` and `- Re: order`: YAML sees a name and a value where a colon stands in a sentence. */
function isSentence({ entries, start }: MapTree, report: Report): boolean {
  const [only] = entries;
  return entries.length === 1 && only !== undefined && only.value.kind === 'text' && report.source.text[start] !== '{' && report.source.lineAt(only.keySpan.start) === report.source.lineAt(only.value.start);
}

function checkedText(tree: TextTree, line: string, report: Report): string | undefined {
  const text = tree.text.trim();
  if (text === '') return void report.error('empty-value', tree, { key: line }, 'empty-value');
  if (tree.plain && CURLY.test(text[0] ?? '') && CURLY.test(text.at(-1) ?? '')) {
    return void report.error('curly-quotes', tree, { text }, 'straight-quotes');
  }
  if (text.length > policyFiles.textMaxChars) return void report.error('text-too-long', tree, { key: line, limit: policyFiles.textMaxChars });
  // Such characters end up in headers, replies and folder names, where a line break would be an attack.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u2028\u2029\ufffe\uffff\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) {
    return void report.error('control-character', tree, { key: line }, 'retype');
  }
  if (tree.plain && /\n\s*-\s/.test(report.source.text.slice(tree.start, tree.end))) {
    return void report.error('text-and-list', tree, { key: line }, 'all-in-list');
  }
  if (tree.plain) cutByComment(tree, report);
  return text;
}

/** `title: Order #4711` ends before the number sign; a comment is written with a space behind it. */
function cutByComment(tree: TextTree, report: Report): void {
  const behind = /^[ \t]+(#[^\s#][^\n]*)/.exec(report.source.text.slice(tree.end, tree.end + 200));
  if (behind !== null && behind[1] !== undefined) {
    const start = tree.end + behind[0].length - behind[1].length;
    report.warning('cut-by-hash', { start, end: start + behind[1].trimEnd().length }, { text: tree.text }, 'quote-it');
  }
}

/** One line of text: for names, marks and folders. */
export function readLineOfText(tree: Tree, line: string, report: Report, maxChars: number): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  if (/[\r\n\t]/.test(text)) return void report.error('one-line', tree, { key: line }, 'one-line');
  if ([...text].length > maxChars) return void report.error('text-too-long', tree, { key: line, limit: maxChars });
  return text;
}

/** One of the words that may stand here. Capitals, spaces and underscores for hyphens are understood. */
export function readChoice<T extends string>(tree: Tree, line: string, choices: readonly T[], report: Report, code: string = 'not-a-choice'): T | undefined {
  if (tree.kind === 'list' && tree.items.length === 1 && tree.items[0] !== undefined) return readChoice(tree.items[0], line, choices, report, code);
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const word = plainWord(text);
  const found = choices.find((choice) => choice === word);
  if (found !== undefined) return found;
  const several = text.split(/\s*(?:,|\/|\bor\b)\s*/).map(plainWord);
  if (line === 'expect' && several.length > 1 && several.every((one) => choices.includes(one as T))) {
    return void report.error(code, tree, { text, key: line, suggestion: `[${several.join(', ')}]` }, 'write');
  }
  const near = report.isFull ? null : suggest(text, choices) ?? valueMeantBy(word, choices);
  const values = { text, key: line, options: choices.join(', ') };
  if (near === null) return void report.error(code, tree, values, 'one-of');
  return void report.error(code, tree, { ...values, suggestion: near }, 'did-you-mean');
}

/** Where a list is due, one thing alone is understood as a list of one. */
export function itemsOf(tree: Tree): readonly Tree[] {
  return tree.kind === 'list' ? tree.items : [tree];
}

/** Texts in a list; warns where a comma without a space behind it may have cut one in two: `[5,000 pieces]`. */
export function readTexts(tree: Tree, line: string, report: Report): readonly string[] | undefined {
  const texts: string[] = [];
  let before: TextTree | null = null;
  for (const item of itemsOf(tree)) {
    if (tree.kind === 'list' && tree.flow && item.kind === 'text') {
      if (before !== null && before.plain && item.plain && item.start === before.end + 1) {
        report.warning('comma-in-list', { start: before.start, end: item.end }, { first: before.text, second: item.text }, 'quote-comma');
      }
      before = item;
    }
    const text = readText(item, line, report);
    if (text === undefined) continue;
    texts.push(text);
    if (tree.kind === 'text' && tree.plain && /[,;]|\n/.test(written(tree, report))) {
      report.warning('one-phrase', tree, { text, suggestion: `[${written(tree, report).split(/[,;\n]/).filter((one) => one.trim() !== '').map((one) => `"${one.trim()}"`).join(', ')}]` }, 'write');
    }
  }
  return texts.length === 0 ? undefined : texts;
}

/** The characters that stand in the file. */
function written(tree: Tree, report: Report): string {
  return report.source.text.slice(tree.start, tree.end).trimEnd();
}

/** Applies a reader to a line if the page has it. */
export function take<T>(lines: Lines, line: string, read: (tree: Tree, line: string) => T | undefined): T | undefined {
  const entry = lines.get(line);
  return entry === undefined ? undefined : read(entry.value, line);
}

/** Leaves out what is undefined, so that a page holds only what it writes. */
export function present<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.freeze(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))) as T;
}
