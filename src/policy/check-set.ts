/** PURE. What can only be seen when all pages lie side by side. */
import { brokenPromises, canTravel, namesContact } from './courtesy.ts';
import { BALANCED, consequencesOf } from './defaults.ts';
import type { CompanyDefaults, Diagnostic, Page, Place } from './model.ts';
import type { Values } from './report.ts';
import type { Action } from './verdict.ts';

/** How hard an action is on the sender of a wanted letter. `ask-to-retry` ends in quarantine at worst. */
const HARSHNESS: Readonly<Record<Action, number>> = { deliver: 0, mark: 1, 'junk-folder': 2, 'ask-to-retry': 3, quarantine: 3, reject: 4 };
const LINES = [['spam', 'spam'], ['certainSpam', 'certain-spam'], ['newsletters', 'newsletters'], ['dangerous', 'dangerous'], ['couldNotCheck', 'could-not-check']] as const;

/**
 * Problems of a set of pages: names and patterns claimed twice, lines harsher than the intent or at odds with each other, hours without a time zone, a promise of the
 * company's page broken on another, words for senders that lack something on the company's page too. Problems of a single page are parsePage's; those are not repeated here.
 * @param pages `page` or `draft` of parsePage
 */
export function checkSet(pages: readonly Page[], defaults: CompanyDefaults): readonly Diagnostic[] {
  const company = pages.find((page) => page.appliesTo.some((one) => one.pattern === 'everyone'));
  const found = [
    ...claimedTwice(pages, 'name-taken', (page) => (page.name === '' ? [] : [{ text: page.name, place: placeOf(page, 'policy') }])),
    ...claimedTwice(pages, 'pattern-claimed', (page) => page.appliesTo.map((one) => ({ text: one.pattern, place: one.place }))),
    ...pages.flatMap((page) => harsherLines(page, company)),
    ...pages.flatMap((page) => crossedLines(page, company)),
    ...pages.flatMap((page) => hoursWithoutZone(page, company, defaults)),
    ...pages.flatMap((page) => wordsWithoutReader(page, company, defaults)),
    ...(company === undefined ? [] : pages.filter((page) => page !== company).flatMap((page) => promisesOfCompany(page, company))),
  ];
  return Object.freeze(found.sort((a, b) => compare(a.place, b.place)));
}

interface Claim { readonly text: string; readonly place: Place }

function claimedTwice(pages: readonly Page[], code: string, claimsOf: (page: Page) => readonly Claim[]): readonly Diagnostic[] {
  const claims = new Map<string, { readonly page: Page; readonly place: Place }[]>();
  for (const page of pages) {
    for (const { text, place } of claimsOf(page)) {
      const before = claims.get(text);
      if (before === undefined) claims.set(text, [{ page, place }]);
      else before.push({ page, place });
    }
  }
  const found: Diagnostic[] = [];
  for (const [text, all] of claims) {
    for (const { page, place } of all.length < 2 ? [] : all) {
      const other = all.find((one) => one.place !== place) ?? all[0];
      if (other === undefined) continue;
      found.push(problem('error', code, page, place, { text, page: page.name, other: other.page.name, where: `${other.place.file}:${other.place.line}` }, code));
    }
  }
  return found;
}

function harsherLines(page: Page, company: Page | undefined): readonly Diagnostic[] {
  const intent = page.intent ?? company?.intent ?? BALANCED;
  const implied = consequencesOf(intent);
  const found: Diagnostic[] = [];
  for (const [field, line] of LINES) {
    const written = page[field];
    if (written === undefined || HARSHNESS[written] <= HARSHNESS[implied[field]]) continue;
    const name = intent.name === 'own-bound' ? 'wanted-mail-stopped' : intent.name;
    found.push(problem('warning', 'harsher-than-intent', page, placeOf(page, line), { key: line, text: written, intent: name, implied: implied[field] }, null));
  }
  return found;
}

/** Lines that undo each other: what is surely spam treated more kindly than what may be, an intent whose junk goes to the inbox. */
function crossedLines(page: Page, company: Page | undefined): readonly Diagnostic[] {
  const implied = consequencesOf(page.intent ?? company?.intent ?? BALANCED);
  const spam = page.spam ?? (page.intent === undefined ? company?.spam : undefined) ?? implied.spam;
  const certain = page.certainSpam;
  const isCrossed = certain !== undefined && HARSHNESS[certain] < HARSHNESS[spam];
  const found = isCrossed ? [problem('warning', 'certain-spam-milder', page, placeOf(page, 'certain-spam'), { text: certain, other: spam, suggestion: `certain-spam: ${spam}` }, 'write')] : [];
  if (page.intent?.name !== 'keep-the-inbox-clean' || page.spam !== 'deliver') return found;
  return [problem('warning', 'intent-undone', page, placeOf(page, 'spam'), { key: 'spam', text: 'deliver', intent: page.intent.name }, 'line-or-intent'), ...found];
}

/** Whoever writes "08:30" means the clock on their wall. */
function hoursWithoutZone(page: Page, company: Page | undefined, defaults: CompanyDefaults): readonly Diagnostic[] {
  if (page.quarantine?.digest?.at === undefined || (page.timezone ?? company?.timezone) !== undefined || defaults.timezone !== 'UTC') return [];
  return [problem('note', 'hours-in-utc', page, placeOf(page, 'quarantine'), {}, null)];
}

/** `never-say` of the company's page binds every page. */
function promisesOfCompany(page: Page, company: Page): readonly Diagnostic[] {
  const promises = company.rejection?.neverSay ?? [];
  const texts = [...Object.values(page.rejection?.message ?? {}), page.rejection?.contact ?? ''];
  const broken = new Set(texts.flatMap((text) => brokenPromises(text, promises)));
  return [...broken].map((word) => problem('error', 'never-say-of-company', page, placeOf(page, 'rejection'), { text: word, other: company.name }, 'never-say'));
}

/** Words that some readers cannot receive, cannot read, or cannot answer; what the company's page says helps out. */
function wordsWithoutReader(page: Page, company: Page | undefined, defaults: CompanyDefaults): readonly Diagnostic[] {
  const own = page.rejection?.message ?? {};
  const all = { ...company?.rejection?.message, ...own };
  const contact = page.rejection?.contact ?? company?.rejection?.contact;
  const warn = (code: string, line: string, values: Values, hint: string | null): Diagnostic => problem('warning', code, page, placeOf(page, line), values, hint);
  const found: Diagnostic[] = [];
  const foreign = Object.keys(own).find((code) => code !== 'en' && !canTravel(own[code] ?? ''));
  if (foreign !== undefined && all['en'] === undefined) found.push(warn('words-cannot-travel', lineOf(page, foreign), {}, 'words-add-english'));
  if (page.rejection?.contact !== undefined && !canTravel(page.rejection.contact)) found.push(warn('contact-cannot-travel', 'rejection.contact', { text: page.rejection.contact }, null));
  for (const [code, text] of contact === undefined ? Object.entries(own) : []) {
    if (!namesContact(text)) found.push(warn('words-no-contact', lineOf(page, code), {}, 'words-no-contact'));
  }
  const language = page.language ?? company?.language ?? defaults.language;
  const says = page.rejection?.message !== undefined ? 'rejection' : page.language === undefined ? null : 'language';
  if (says !== null && Object.keys(all).length > 0 && all[language] === undefined) found.push(warn('words-not-in-language', says, { language }, null));
  return found;
}

function lineOf(page: Page, language: string): string {
  return [`rejection.message.${language}`, 'rejection.message'].find((line) => line in page.places) ?? 'rejection';
}

function placeOf(page: Page, line: string): Place {
  return page.places[line] ?? { file: page.file, line: 1, column: 1, length: 1 };
}

function problem(severity: Diagnostic['severity'], code: string, page: Page, place: Place, values: Values, hint: string | null): Diagnostic {
  const excerpt = page.text === undefined ? null : (page.text.split('\n', place.line)[place.line - 1] ?? '').replace(/\r$/, '').slice(0, 300);
  return Object.freeze({ severity, code, place, excerpt, values, hint });
}

function compare(a: Place, b: Place): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}
