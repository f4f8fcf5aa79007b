/** PURE. What holds where no page says otherwise, and what each intent implies: the tables of the policy language. */
import type { Intent, IntentName } from './model.ts';
import type { Action } from './verdict.ts';

/** The consequences that follow from an intent unless a line replaces them. */
export interface Consequences {
  readonly spam: Action;
  readonly certainSpam: Action;
  readonly newsletters: Action;
  readonly dangerous: 'quarantine' | 'reject';
  readonly couldNotCheck: Action;
}

/** Largest share of wanted mail that may be stopped, by intent. */
export const BOUNDS: Readonly<Record<IntentName, number>> = Object.freeze({
  'never-miss-a-customer': 1 / 10_000,
  'balanced': 1 / 1_000,
  'keep-the-inbox-clean': 1 / 100,
});

/** `certain-spam` is measured against a bound this many times stricter than that of `spam`. */
export const CERTAIN_STRICTER = 10;

const CONSEQUENCES: Readonly<Record<IntentName, Consequences>> = Object.freeze({
  'never-miss-a-customer': { spam: 'quarantine', certainSpam: 'quarantine', newsletters: 'deliver', dangerous: 'quarantine', couldNotCheck: 'mark' },
  'balanced': { spam: 'quarantine', certainSpam: 'reject', newsletters: 'deliver', dangerous: 'quarantine', couldNotCheck: 'mark' },
  'keep-the-inbox-clean': { spam: 'reject', certainSpam: 'reject', newsletters: 'quarantine', dangerous: 'reject', couldNotCheck: 'mark' },
});

export const BALANCED: Intent = Object.freeze({ name: 'balanced', bound: BOUNDS.balanced });

/** What an intent implies; a bound of one's own goes with the rest of `balanced`. */
export function consequencesOf(intent: Intent): Consequences {
  return CONSEQUENCES[intent.name === 'own-bound' ? 'balanced' : intent.name];
}

/** Lines that no intent implies. Language and time zone come from the company's configuration. */
export const DEFAULTS = Object.freeze({
  mode: 'enforce' as const,
  markWith: '[Suspected spam]',
  markUncheckedWith: '[Not checked]',
  junkFolderName: 'Junk',
  folder: 'Suspected spam',
  keepForDays: 30,
  afterThat: 'delete' as const,
  recipientsMay: 'let-through' as const,
  digestTo: 'recipients' as const,
  digestAt: Object.freeze(['08:30']) as readonly string[],
  digestDays: Object.freeze([1, 2, 3, 4, 5]) as readonly number[],
});

/** Name of the page that holds where no page says `everyone`. */
export const BUILT_IN = 'built-in';
