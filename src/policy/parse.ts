/** PURE. Text of a page → the page, or every problem in it with its place (policy language). */
import type { CompanyDefaults, Diagnostic, Page, Place } from './model.ts';
import { courtesyOf } from './courtesy.ts';
import { itemsOf, present, readChoice, readLineOfText, readLines, take, type Lines } from './fields.ts';
import { CHOICES, LANGUAGES, valueMeantBy } from './keywords.ts';
import { readAddress, readRecipients } from './patterns.ts';
import { readEntries } from './read-lists.ts';
import { readExamples, readForAWhile, readQuarantine, readRejection, requireLine } from './read-parts.ts';
import { Report } from './report.ts';
import { compareWithSchema } from './schema-check.ts';
import { Source, type Span } from './source.ts';
import { plainWord } from './suggest.ts';
import { readTimeZone } from './times.ts';
import type { MapTree, Tree } from './tree.ts';
import { readAction, readIntent, readLanguage, readName } from './values.ts';
import { readTree } from './yaml-source.ts';

export interface ParsedPage {
  /** Null when there is at least one error. */
  readonly page: Page | null;
  readonly diagnostics: readonly Diagnostic[];
  /** What could be read although there are errors, for comparing pages with each other; null: not even a name. Not for deciding. */
  readonly draft: Page | null;
  /** Language of the page's diagnostics: its own if readable, else the company's. */
  readonly language: string;
}

/**
 * Reads one page. Never throws; quick for any input.
 * @param text as decoded by decodePolicyText
 * @param file name as people know it, e.g. `policies/sales.yaml`
 */
export function parsePage(text: string, file: string, defaults: CompanyDefaults): ParsedPage {
  const report = new Report(new Source(text, file));
  const tree = readTree(report);
  const draft = tree === null ? null : readPage(tree, report, defaults);
  if (tree !== null) compareWithSchema(tree, report);
  const diagnostics = report.finish();
  return Object.freeze({ page: report.hasErrors ? null : draft, diagnostics, draft, language: draft?.language ?? languageIn(text) ?? defaults.language });
}

/** The language that a page means which cannot be read: its mistakes are told in it. */
function languageIn(text: string): string | null {
  const written = /^[ \t]*(?:language|dil|sprache|язык)[ \t]*[:=]?[ \t]*["'“„]?(\p{L}+)/imu.exec(text.slice(0, 10_000))?.[1];
  return written === undefined ? null : valueMeantBy(plainWord(written), LANGUAGES) ?? LANGUAGES.find((one) => one === written.toLowerCase()) ?? null;
}

function readPage(tree: Tree, report: Report, defaults: CompanyDefaults): Page | null {
  if (tree.kind !== 'map') {
    const joined = tree.kind === 'text' ? /^([a-z-]+)(?::|\s*=\s*)(\S[^\n]*)/.exec(report.source.text.slice(tree.start)) : null;
    if (joined === null) report.error('not-a-page', { start: tree.start, end: tree.start + 1 }, {}, tree.kind === 'list' ? 'no-dashes' : 'smallest-page');
    // Every line of such a page has the same mistake: all are named.
    else for (let number = report.source.lineAt(tree.start); number <= report.source.lineCount; number++) joinedLine(number, report);
    return null;
  }
  const lines = readLines(tree, '', 'page', report);
  if (lines === undefined) return null;
  requireLine(tree, lines, 'policy', 'sales', report);
  requireLine(tree, lines, 'owner', 'anna@example.com', report);
  requireLine(tree, lines, 'applies-to', 'sales@example.com', report);
  const language = take(lines, 'language', (value, line) => readLanguage(value, line, report));
  const name = take(lines, 'policy', (value, line) => readName(value, line, report)) ?? '';
  const page: Page = Object.freeze({
    ...present<Partial<Page>>({ ...readWords(lines, report), ...readConsequences(lines, report), language }),
    name,
    file: report.source.file,
    owner: take(lines, 'owner', (value, line) => readAddress(value, line, report)) ?? '',
    appliesTo: take(lines, 'applies-to', (value, line) => readAppliesTo(value, line, defaults, report)) ?? [],
    alwaysWelcome: take(lines, 'always-welcome', (value, line) => readEntries(value, line, report)) ?? [],
    neverWelcome: take(lines, 'never-welcome', (value, line) => readEntries(value, line, report)) ?? [],
    forAWhile: take(lines, 'for-a-while', (value, line) => readForAWhile(value, line, report)) ?? [],
    examples: take(lines, 'examples', (value, line) => readExamples(value, line, report)) ?? [],
    ...readParts(lines, language ?? defaults.language, report),
    places: placesOf(tree, report),
    text: report.source.text,
  });
  for (const never of page.neverWelcome) {
    const always = page.alwaysWelcome.find((one) => one.by === 'sender' && never.by === 'sender' && one.sender === never.sender);
    if (always !== undefined && never.by === 'sender') report.warning('welcome-and-not', spanOf(never.place, report), { text: never.sender, line: always.place.line });
  }
  const rejection = lines.get('rejection');
  if (page.rejection !== undefined && rejection?.value.kind === 'map') courtesyOf(page.rejection, rejection.value, report);
  const welcome = lines.get('always-welcome');
  if (welcome !== undefined && page.alwaysWelcome.length > 0) report.note('always-welcome-is-checked', welcome.keySpan);
  return page;
}

function spanOf(place: Place, report: Report): Span {
  const { start } = report.source.lineSpan(place.line);
  const before = [...report.source.line(place.line)].slice(0, place.column - 1).join('').length;
  return { start: start + before, end: start + before + place.length };
}

function joinedLine(number: number, report: Report): void {
  const found = /^(\s*)([a-z-]+)(?::|\s*=\s*)(\S.*)$/.exec(report.source.line(number).trimEnd());
  if (found === null) return;
  const { start } = report.source.lineSpan(number);
  const code = found[0].includes('=') ? 'no-colon' : 'no-space-after-colon';
  report.error(code, { start: start + (found[1]?.length ?? 0), end: start + found[0].length }, { suggestion: `${found[2]}: ${found[3]}` }, 'write');
}

function readWords(lines: Lines, report: Report): { [K in keyof Page]?: Page[K] | undefined } {
  const short = (line: string, maxChars: number): string | undefined => take(lines, line, (value) => readLineOfText(value, line, report, maxChars));
  return {
    title: short('title', 200),
    timezone: take(lines, 'timezone', (value, line) => readTimeZone(value, line, report)),
    mode: take(lines, 'mode', (value, line) => readChoice(value, line, CHOICES.mode, report)),
    markWith: short('mark-with', 60),
    markUncheckedWith: short('mark-unchecked-with', 60),
    junkFolderName: short('junk-folder-name', 100),
  };
}

function readConsequences(lines: Lines, report: Report): { [K in keyof Page]?: Page[K] | undefined } {
  const action = (line: string): Page['spam'] | undefined => take(lines, line, (value) => readAction(value, line, report));
  return {
    intent: take(lines, 'intent', (value, line) => readIntent(value, line, report)),
    spam: action('spam'),
    certainSpam: action('certain-spam'),
    newsletters: action('newsletters'),
    dangerous: action('dangerous'),
    couldNotCheck: action('could-not-check'),
  };
}

function readParts(lines: Lines, language: string, report: Report): Pick<Page, 'quarantine' | 'rejection'> {
  return present<Pick<Page, 'quarantine' | 'rejection'>>({
    quarantine: take(lines, 'quarantine', (value, line) => readQuarantine(value, line, report)),
    rejection: take(lines, 'rejection', (value, line) => readRejection(value, line, language, report)),
  });
}

function readAppliesTo(tree: Tree, line: string, defaults: CompanyDefaults, report: Report): Page['appliesTo'] {
  const found: { readonly pattern: string; readonly place: Place }[] = [];
  for (const item of itemsOf(tree)) {
    const pattern = readRecipients(item, line, report);
    if (pattern === undefined) continue;
    if (found.some((one) => one.pattern === pattern)) {
      report.warning('pattern-repeated', item, { text: pattern });
      continue;
    }
    found.push(Object.freeze({ pattern, place: report.source.place(item) }));
    const domain = pattern.slice(pattern.lastIndexOf('@') + 1).replace(/^\*\./, '');
    const ours = defaults.ourDomains.length === 0 || defaults.ourDomains.some((one) => domain === one || domain.endsWith(`.${one}`));
    if (pattern !== 'everyone' && !ours) report.warning('not-our-domain', item, { text: pattern, domain }, 'not-our-domain');
  }
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
  return Object.freeze(found);
}

/** Top-level lines by name, texts for senders as `rejection.message.en`. */
function placesOf(tree: MapTree, report: Report): Readonly<Record<string, Place>> {
  const places: (readonly [string, Place])[] = tree.entries.map((entry) => [entry.key, report.source.place(entry.keySpan)]);
  const rejection = tree.entries.find((entry) => entry.key === 'rejection')?.value;
  for (const entry of rejection?.kind === 'map' ? rejection.entries : []) {
    if (entry.value.kind !== 'map') places.push([`rejection.${entry.key}`, report.source.place(entry.value)]);
    else for (const { key, value } of entry.value.entries) places.push([`rejection.${entry.key}.${key.trim().toLowerCase()}`, report.source.place(value)]);
  }
  return Object.freeze(Object.fromEntries(places));
}
