/** PURE. A verdict as sentences: what was done, by whose policy, why, whose line it was, and what would have changed it. */
import type { Words } from '../words/words.ts';
import { BUILT_IN, consequencesOf } from './defaults.ts';
import { stanceAt, type ResolvedPage, type Setting, type Stance } from './resolved.ts';
import type { Action, MessageFacts, Reason, Verdict } from './verdict.ts';

/** What the sentences need of the message; a stored decision has it. */
export type ExplainedFacts = Pick<MessageFacts, 'unopened' | 'author' | 'authors'> & {
  /** null: it could not be scored. */
  readonly score: number | null;
  readonly proof?: string | null;
};

/** Where only this is still known of a decision; whether the author was proven, nobody kept. @param authors with commas between them */
export const keptFacts = (score: number | null, authors: string): ExplainedFacts => (
  { score, unopened: score === null ? ['scoring-failed'] : [], author: { state: 'unknown', reason: 'not-kept' }, authors: authors === '' ? [] : authors.split(',') });

export interface Explained {
  readonly verdict: Verdict;
  /** Null for mail that was not examined. */
  readonly facts: ExplainedFacts | null;
  /** The page that decided, if it still exists; null otherwise. */
  readonly page: ResolvedPage | null;
  /** When it was decided: milliseconds since 1970. */
  readonly at: number;
}

type Values = Record<string, string | number>;

const LINE: Partial<Readonly<Record<Reason, readonly [field: Exclude<keyof Stance, 'forAWhile' | 'intent'>, line: string]>>> = {
  'dangerous': ['dangerous', 'dangerous'],
  'dangerous-postmaster': ['dangerous', 'dangerous'],
  'never-welcome': ['certainSpam', 'certain-spam'],
  'certain-spam': ['certainSpam', 'certain-spam'],
  'spam': ['spam', 'spam'],
  'newsletter': ['newsletters', 'newsletters'],
  'could-not-check': ['couldNotCheck', 'could-not-check'],
};

/** @returns sentences in this order: what and why, what changed the outcome, whose line, what would have delivered it */
export function explain(explained: Explained, language: string, words: Words): readonly string[] {
  const { verdict } = explained;
  const values = valuesOf(explained, language, words);
  const say = (key: string): string => words(language, `decision.${key}`, values);
  // What is proven has no score that it could have stayed below.
  const reason = verdict.reason === 'certain-spam' && (explained.facts?.proof ?? null) !== null ? 'proven-spam' : verdict.reason;
  const sentences = [words(language, `decision.did.${verdict.action}`, { ...values, because: say(`because.${reason}`) })];
  if (verdict.match?.because != null) sentences.push(say('entry-because'));
  if (verdict.wouldHave !== null && verdict.wouldHave !== verdict.action) sentences.push(say('would-have'));
  for (const qualifier of verdict.qualifiers) sentences.push(say(`qualifier.${qualifier}`));
  const origin = originOf(explained);
  if (origin !== null) sentences.push(words(language, `decision.origin.${origin.setting.origin}`, { ...values, line: origin.line, value: origin.setting.value }));
  if ((verdict.wouldHave ?? verdict.action) !== 'deliver') sentences.push(say(`unless.${reason}`));
  return sentences;
}

/** Why an example came out as it did, in one paragraph. */
export function explainExample(verdict: Verdict, facts: MessageFacts, page: ResolvedPage, language: string, words: Words, at: number = 0): string {
  return explain({ verdict, facts, page, at }, language, words).join(' ');
}

/** Reasons in words; one that is new, or of an older record, as it is. */
function unopened(reason: string, language: string, words: Words): string {
  const key = `decision.unopened.${reason}`;
  const said = words(language, key);
  return said === key ? reason : said;
}

function valuesOf({ verdict, facts, page }: Explained, language: string, words: Words): Values {
  const { match, bound } = verdict;
  return {
    title: page?.title ?? verdict.policy,
    owner: ownerOf(verdict, page),
    // No sentence that names it is said of what was not scored.
    score: facts === null || facts.score === null ? Number.NaN : rounded(facts.score),
    spam: rounded(verdict.spamThreshold),
    certain: rounded(verdict.certainThreshold),
    bound: words(language, 'decision.bound', { n: Math.round(1 / (bound ?? 1)) }),
    certainBound: words(language, 'decision.bound', { n: Math.round(10 / (bound ?? 1)) }),
    author: facts?.authors.join(', ') || words(language, 'decision.no-author'),
    reason: facts?.author.state === 'unknown' ? facts.author.reason : 'none',
    unopened: facts?.unopened.map((reason) => unopened(reason, language, words)).join(', ') || 'none',
    entry: match?.entry ?? '',
    entryBecause: match?.because ?? '',
    entryPage: match?.page ?? '',
    would: words(language, `decision.action.${verdict.wouldHave ?? verdict.action}`),
    folder: verdict.folder ?? '',
    mailbox: verdict.junkFolder ?? '',
    mark: verdict.markWith ?? '',
  };
}

/** The sentences choose by `none` (the built-in policy has nobody to answer for it) and `gone` (the page was deleted since). */
function ownerOf(verdict: Verdict, page: ResolvedPage | null): string {
  if (page !== null && page.owner !== '') return page.owner;
  return page === null && verdict.policy !== BUILT_IN ? 'gone' : 'none';
}

/** Five digits at most, never rounded up to a certainty that nobody has. */
function rounded(score: number): number {
  return Math.floor(score * 100_000) / 100_000;
}

/** Whose line decided; null where no line did, or the page no longer says what was done. */
function originOf({ verdict, page, at }: Explained): { readonly line: string; readonly setting: Setting<string> } | null {
  const found = LINE[verdict.reason];
  if (found === undefined || page === null) return null;
  const stance = stanceAt(page, at);
  const setting: Setting<Action> = stance[found[0]];
  const { intent } = stance;
  if (setting.origin !== 'intent') return { line: found[1], setting };
  const implied = consequencesOf(intent.value)[found[0]];
  if (implied !== setting.value) return null;
  return { line: intent.value.name === 'own-bound' ? 'ownBound' : intent.value.name, setting };
}
