/** PURE. Pages to a set of policies: inheritance as in the policy language, "Which page, which line", item 2. */
import { BALANCED, BUILT_IN, consequencesOf, DEFAULTS } from './defaults.ts';
import { dayMemory } from './days.ts';
import { compileLists } from './lists.ts';
import { compileMatcher } from './match.ts';
import type { CompanyDefaults, ForAWhile, Intent, Page } from './model.ts';
import type { Interval, Origin, PolicySet, ResolvedPage, ResolvedQuarantine, ResolvedRejection, Setting, Stance } from './resolved.ts';
import type { Action } from './verdict.ts';

/** What a page may inherit from: the page for everyone, when it is another. */
type Company = Page | null;

/**
 * @param pages checked pages: no two claim the same, blocks do not overlap, lists are filled in
 * @param revision see revisionOf
 */
export function buildPolicySet(pages: readonly Page[], defaults: CompanyDefaults, revision: string): PolicySet {
  const work = buildInPieces(pages, defaults, revision);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Pages resolved in one piece of work: a few milliseconds. */
const PIECE_PAGES = 50;

/** The same in pieces, so that ten thousand pages do not hold up mail. */
export function* buildInPieces(pages: readonly Page[], defaults: CompanyDefaults, revision: string): Generator<void, PolicySet> {
  const company = pages.find(isForEveryone) ?? null;
  const tools: Tools = { defaults, days: dayMemory() };
  const resolved: ResolvedPage[] = [];
  for (const page of pages) {
    resolved.push(resolvePage(page, page === company ? null : company, tools));
    if (resolved.length % PIECE_PAGES === 0) yield;
  }
  const everyone = company === null ? resolvePage(builtInPage(), null, tools) : (resolved[pages.indexOf(company)] as ResolvedPage);
  const matcher = compileMatcher([
    ...pages.map((page, i) => ({ page: resolved[i] as ResolvedPage, patterns: page.appliesTo.map(({ pattern }) => pattern) })),
    ...(company === null ? [{ page: everyone, patterns: ['everyone'] }] : []),
  ]);
  return Object.freeze({ revision, pages: company === null ? [...resolved, everyone] : resolved, everyone, matcher });
}

interface Tools {
  readonly defaults: CompanyDefaults;
  readonly days: ReturnType<typeof dayMemory>;
}

function isForEveryone(page: Page): boolean {
  return page.appliesTo.some(({ pattern }) => pattern === 'everyone');
}

function builtInPage(): Page {
  return { name: BUILT_IN, file: '', owner: '', appliesTo: [], alwaysWelcome: [], neverWelcome: [], forAWhile: [], examples: [], places: {} };
}

/** The page's line, else the company's, else what stands in for both. */
function line<T>(own: T | undefined, companys: T | undefined, otherwise: T, origin: Origin = 'default'): Setting<T> {
  if (own !== undefined) return { value: own, origin: 'page' };
  if (companys !== undefined) return { value: companys, origin: 'company-page' };
  return { value: otherwise, origin };
}

function resolvePage(page: Page, company: Company, tools: Tools): ResolvedPage {
  const { defaults, days } = tools;
  const timezone = line(page.timezone, company?.timezone, defaults.timezone);
  const stance = stanceOf(page, company);
  return Object.freeze({
    name: page.name,
    file: page.file === '' ? null : page.file,
    title: page.title ?? page.name,
    owner: page.owner,
    isEveryone: company === null && (page.name === BUILT_IN || isForEveryone(page)),
    language: line(page.language, company?.language, defaults.language),
    timezone,
    mode: line(page.mode, company?.mode, DEFAULTS.mode),
    stance,
    forAWhile: page.forAWhile.map((block) => intervalOf(block, page, company, stance, timezone.value, days)),
    markWith: line(page.markWith, company?.markWith, DEFAULTS.markWith),
    markUncheckedWith: line(page.markUncheckedWith, company?.markUncheckedWith, DEFAULTS.markUncheckedWith),
    junkFolderName: line(page.junkFolderName, company?.junkFolderName, DEFAULTS.junkFolderName),
    quarantine: quarantineOf(page, company),
    rejection: rejectionOf(page, company),
    lists: compileLists(page, (day) => days.end(day, timezone.value)),
  });
}

function stanceOf(page: Page, company: Company): Stance {
  const intent = line(page.intent, company?.intent, BALANCED);
  // The company's spam lines go with the company's intent: a page that states its own leaves both behind.
  const lender = page.intent === undefined ? company : null;
  const implied = consequencesOf(intent.value);
  const spam = line<Action>(page.spam, lender?.spam, implied.spam, 'intent');
  return {
    forAWhile: null,
    intent,
    spam,
    certainSpam: atLeast(spam, line<Action>(page.certainSpam, lender?.certainSpam, implied.certainSpam, 'intent')),
    ...otherLines(page, company, intent.value),
  };
}

function otherLines(page: Page, company: Company, intent: Intent): Pick<Stance, 'newsletters' | 'dangerous' | 'couldNotCheck'> {
  const implied = consequencesOf(intent);
  return {
    newsletters: line<Action>(page.newsletters, company?.newsletters, implied.newsletters, 'intent'),
    dangerous: line<Action>(page.dangerous, company?.dangerous, implied.dangerous, 'intent'),
    couldNotCheck: line<Action>(page.couldNotCheck, company?.couldNotCheck, implied.couldNotCheck, 'intent'),
  };
}

/** Who writes `spam: reject` does not mean that the surest spam be kept: an implied line never undercuts a written one. */
function atLeast(spam: Setting<Action>, certainSpam: Setting<Action>): Setting<Action> {
  return spam.value === 'reject' && spam.origin !== 'intent' && certainSpam.origin === 'intent' ? spam : certainSpam;
}

function intervalOf(block: ForAWhile, page: Page, company: Company, usual: Stance, timezone: string, days: Tools['days']): Interval {
  const intent: Setting<Intent> = block.intent === undefined ? usual.intent : { value: block.intent, origin: 'for-a-while' };
  const implied = consequencesOf(intent.value);
  const during = (written: Action | undefined, otherwise: Action, before: Setting<Action>): Setting<Action> => {
    if (written !== undefined) return { value: written, origin: 'for-a-while' };
    return block.intent === undefined ? before : { value: otherwise, origin: 'intent' };
  };
  const spam = during(block.spam, implied.spam, usual.spam);
  const stance: Stance = {
    forAWhile: block.name,
    intent,
    spam,
    certainSpam: atLeast(spam, during(block.certainSpam, implied.certainSpam, usual.certainSpam)),
    ...otherLines(page, company, intent.value),
  };
  return { from: days.start(block.firstDay, timezone), until: days.end(block.lastDay, timezone), stance };
}

function quarantineOf(page: Page, company: Company): ResolvedQuarantine {
  const own = page.quarantine;
  const theirs = company?.quarantine;
  return {
    folder: line(own?.folder, theirs?.folder, DEFAULTS.folder),
    keepForDays: line(own?.keepForDays, theirs?.keepForDays, DEFAULTS.keepForDays),
    afterThat: line<'delete' | 'deliver-marked'>(own?.afterThat, theirs?.afterThat, DEFAULTS.afterThat),
    recipientsMay: line<'let-through' | 'ask' | 'look'>(own?.recipientsMay, theirs?.recipientsMay, DEFAULTS.recipientsMay),
    approver: line(own?.approver, theirs?.approver, page.owner),
    digestTo: line<'recipients' | 'owner' | readonly string[]>(own?.digest?.to, theirs?.digest?.to, DEFAULTS.digestTo),
    digestAt: line(own?.digest?.at, theirs?.digest?.at, DEFAULTS.digestAt),
    digestDays: line(own?.digest?.days, theirs?.digest?.days, DEFAULTS.digestDays),
  };
}

function rejectionOf(page: Page, company: Company): ResolvedRejection {
  const own = page.rejection;
  const theirs = company?.rejection;
  const message: Record<string, Setting<string>> = {};
  for (const [language, text] of Object.entries(theirs?.message ?? {})) message[language] = { value: text, origin: 'company-page' };
  for (const [language, text] of Object.entries(own?.message ?? {})) message[language] = { value: text, origin: 'page' };
  return {
    message,
    contact: line<string | null>(own?.contact, theirs?.contact, null),
    neverSay: line(own?.neverSay, theirs?.neverSay, []),
  };
}
