/** PURE. The parts of a page that have lines of their own: quarantine, rejection, for-a-while, examples. */
import type { DigestTimes, Example, ForAWhile, QuarantineLines, RejectionLines } from './model.ts';
import { itemsOf, present, readChoice, readLineOfText, readLines, readText, readTexts, take, type Lines } from './fields.ts';
import { CHOICES, valueMeantBy } from './keywords.ts';
import { readAddress } from './patterns.ts';
import type { Report } from './report.ts';
import { plainWord } from './suggest.ts';
import { readDate, readDaysOfWeek, readTimes } from './times.ts';
import type { Tree } from './tree.ts';
import { ACTIONS, type Action } from './verdict.ts';
import { isLanguage, readAction, readDays, readIntent, readPath } from './values.ts';

const NAME_MAX_CHARS = 100;

export function readQuarantine(tree: Tree, line: string, report: Report): QuarantineLines | undefined {
  const lines = readLines(tree, 'quarantine', line, report);
  if (lines === undefined) return undefined;
  return present<QuarantineLines>({
    folder: take(lines, 'folder', (value, name) => readLineOfText(value, name, report, NAME_MAX_CHARS)),
    keepForDays: take(lines, 'keep-for', (value, name) => readDays(value, name, report)),
    afterThat: take(lines, 'after-that', (value, name) => readChoice(value, name, CHOICES['after-that'], report)),
    recipientsMay: take(lines, 'recipients-may', (value, name) => readChoice(value, name, CHOICES['recipients-may'], report)),
    approver: take(lines, 'approver', (value, name) => readAddress(value, name, report)),
    digest: take(lines, 'digest', (value, name) => readDigest(value, name, report)),
  });
}

function readDigest(tree: Tree, line: string, report: Report): Partial<DigestTimes> | undefined {
  const lines = readLines(tree, 'digest', line, report);
  if (lines === undefined) return undefined;
  return present<Partial<DigestTimes>>({
    to: take(lines, 'to', (value) => readDigestTo(value, report)),
    at: take(lines, 'at', (value, name) => readTimes(value, name, report)),
    days: take(lines, 'days', (value, name) => readDaysOfWeek(value, name, report)),
  });
}

function readDigestTo(tree: Tree, report: Report): DigestTimes['to'] | undefined {
  const only = tree.kind === 'list' && tree.items.length === 1 ? (tree.items[0] ?? tree) : tree;
  if (only.kind === 'text' && !only.text.includes('@')) return readChoice(only, 'to', ['recipients', 'owner'] as const, report);
  const addresses = itemsOf(tree).map((item) => readAddress(item, 'to', report)).filter((one) => one !== undefined);
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: 'to' }, 'empty-value');
  return addresses.length === 0 ? undefined : Object.freeze(addresses);
}

/** @param language of the page: a message without a language is in it */
export function readRejection(tree: Tree, line: string, language: string, report: Report): RejectionLines | undefined {
  const lines = readLines(tree, 'rejection', line, report);
  if (lines === undefined) return undefined;
  return present<RejectionLines>({
    message: take(lines, 'message', (value, name) => readMessage(value, name, language, report)),
    contact: take(lines, 'contact', (value, name) => readLineOfText(value, name, report, 200)),
    neverSay: take(lines, 'never-say', (value, name) => readTexts(value, name, report)),
  });
}

function readMessage(tree: Tree, line: string, language: string, report: Report): Readonly<Record<string, string>> | undefined {
  if (tree.kind !== 'map') {
    const text = readText(tree, line, report);
    return text === undefined ? undefined : Object.freeze({ [language]: text });
  }
  const message: Record<string, string> = {};
  const seen = new Map<string, number>();
  for (const { key, keySpan, value } of tree.entries) {
    const code = key.trim().toLowerCase();
    const earlier = seen.get(code);
    seen.set(code, report.source.lineAt(keySpan.start));
    if (earlier !== undefined) report.error('duplicate-key', keySpan, { key, line: earlier }, 'duplicate-key');
    else if (tree.flow && value.kind === 'empty') report.error('comma-cut', keySpan, { text: key }, 'quote-comma');
    else if (value.kind === 'empty') report.error('empty-value', keySpan, { key }, 'empty-value');
    else if (!isLanguage(code)) {
      const meant = valueMeantBy(plainWord(key), ['en', 'tr', 'ru', 'de']);
      report.error('not-a-language', keySpan, { text: key, suggestion: meant ?? 'en, tr, ru, de' }, meant === null ? 'write-like' : 'write');
    } else {
      const text = readText(value, code, report);
      if (text !== undefined) message[code] = text;
    }
  }
  if (tree.entries.length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
  return Object.keys(message).length === 0 ? undefined : Object.freeze(message);
}

export function readForAWhile(tree: Tree, line: string, report: Report): readonly ForAWhile[] {
  const blocks: { readonly block: ForAWhile; readonly tree: Tree }[] = [];
  for (const item of itemsOf(tree)) {
    const lines = readLines(item, 'for-a-while', line, report);
    const block = lines === undefined ? undefined : readBlock(item, lines, report);
    if (block !== undefined) blocks.push({ block, tree: item });
  }
  for (const [index, { block, tree: at }] of blocks.entries()) {
    const other = blocks.slice(0, index).find((one) => one.block.firstDay <= block.lastDay && block.firstDay <= one.block.lastDay);
    if (other !== undefined) report.error('overlapping', at, { name: block.name, other: other.block.name, line: other.block.place.line }, 'overlapping');
  }
  return Object.freeze(blocks.map((one) => one.block));
}

function readBlock(item: Tree, lines: Lines, report: Report): ForAWhile | undefined {
  const days = ['first-day', 'last-day'].map((day) => {
    requireLine(item, lines, day, '2027-05-03', report);
    return take(lines, day, (value, name) => readDate(value, name, report));
  });
  const start = item.kind === 'map' ? (item.entries[0]?.keySpan ?? item) : item;
  const changes = present<Pick<ForAWhile, 'intent' | 'spam' | 'certainSpam'>>({
    intent: take(lines, 'intent', (value, name) => readIntent(value, name, report)),
    spam: take(lines, 'spam', (value, name) => readAction(value, name, report)),
    certainSpam: take(lines, 'certain-spam', (value, name) => readAction(value, name, report)),
  });
  const name = take(lines, 'name', (value, key) => readLineOfText(value, key, report, NAME_MAX_CHARS));
  const written = item.kind === 'map' ? item.entries.map((entry) => entry.key) : [];
  if (!['intent', 'spam', 'certain-spam'].some((key) => written.includes(key))) report.error('for-a-while-changes-nothing', start, {}, 'for-a-while-lines');
  const [firstDay, lastDay] = days;
  if (firstDay === undefined || lastDay === undefined) return undefined;
  if (firstDay > lastDay) return void report.error('days-inverted', lines.get('last-day')?.value ?? item, { first: firstDay, last: lastDay }, 'days-inverted');
  return Object.freeze({ name: name ?? `${firstDay} – ${lastDay}`, firstDay, lastDay, ...changes, place: report.source.place(start) });
}

/** Complains about a line that must be there; one that is there but broken has its complaint already. */
export function requireLine(tree: Tree, lines: Lines, key: string, sample: string, report: Report): void {
  const written = tree.kind === 'map' ? tree.entries : [];
  if (lines.has(key) || report.isLost(key) || written.some((entry) => entry.key === key)) return;
  const at = written[0]?.keySpan ?? tree;
  report.error('missing-line', at, { key, suggestion: `${key}: ${sample}` }, 'add-line');
}

export function readExamples(tree: Tree, line: string, report: Report): readonly Example[] {
  const examples: Example[] = [];
  for (const item of itemsOf(tree)) {
    const lines = readLines(item, 'examples', line, report);
    const example = lines === undefined ? undefined : readExample(item, lines, report);
    if (example !== undefined) examples.push(example);
  }
  return Object.freeze(examples);
}

function readExample(item: Tree, lines: Lines, report: Report): Example | undefined {
  const start = item.kind === 'map' ? (item.entries[0]?.keySpan ?? item) : item;
  requireLine(item, lines, 'name', '"An order from somebody new"', report);
  requireLine(item, lines, 'expect', 'deliver', report);
  const written = item.kind === 'map' ? item.entries.map((entry) => entry.key) : [];
  if (!written.includes('mail') && !written.includes('file')) report.error('example-without-mail', start, {}, 'example-mail');
  const file = lines.get('file');
  if (lines.has('mail') && file !== undefined) report.error('example-with-two', file.keySpan, {}, 'example-mail');
  const name = take(lines, 'name', (value, key) => readLineOfText(value, key, report, 200));
  const expect = take(lines, 'expect', (value) => readExpected(value, report));
  const mail = take(lines, 'mail', (value, key) => readMail(value, key, report));
  const path = take(lines, 'file', (value, key) => readPath(value, key, report));
  if (name === undefined || expect === undefined || (mail === undefined && path === undefined)) return undefined;
  return Object.freeze({ name, mail: mail ?? null, file: path ?? null, expect, place: report.source.place(start) });
}

function readExpected(tree: Tree, report: Report): readonly Action[] | undefined {
  const expected = itemsOf(tree).map((item) => readChoice(item, 'expect', ACTIONS, report, 'not-an-action')).filter((one) => one !== undefined);
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: 'expect' }, 'empty-value');
  return expected.length === 0 ? undefined : Object.freeze([...new Set(expected)]);
}

function readMail(tree: Tree, line: string, report: Report): Example['mail'] | undefined {
  const lines = readLines(tree, 'mail', line, report);
  if (lines === undefined) return undefined;
  const text = (key: string): string | undefined => take(lines, key, (value, name) => readText(value, name, report));
  return present<NonNullable<Example['mail']>>({ from: text('from'), to: text('to'), subject: text('subject'), text: text('text'), html: text('html') });
}
