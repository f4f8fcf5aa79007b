/**
 * PURE. What is dangerous: rules that need no calibration, because no policy can lift them. Each asks for what wanted mail does
 * not do; docs/danger.md has the reasons, and what stands on the other side of each line.
 */
import type { SignalValue } from '../signals/signal.ts';
import type { ScoreInput } from './score.ts';

/** Why, by name: kept in the decision log. */
export type Danger = 'eicar' | 'virus' | 'executable' | 'macro' | 'exploit' | 'smuggling' | 'forged-own-domain' | 'phishing';

/** A message borrows somebody's name … */
const DECEIT = ['name-brand', 'address-brand', 'link-brand', 'link-mixed-letters', 'name-our-domain', 'name-mixed-letters'];
/** … or looks as if; newsletters that count clicks do, too, and have forms to search. */
const SEEMING_DECEIT = ['link-text-differs', 'name-other-address'];
/** … and asks for what only that somebody may ask. */
const CREDENTIALS = ['html-password', 'attachment-page-form'];
const PASSWORDS = ['html-password', 'file-page-password'];
/** What frightens people into signing in. */
const LURES = ['lure-mailbox', 'lure-account', 'lure-parcel'];
/** A domain made to be taken for another: nobody does that by mistake. */
const IMITATIONS = ['author-imitates-brand', 'author-imitates-ours', 'link-imitates-brand', 'link-imitates-ours'];
/** Endings and sorts of programs for the desks that most people sit at. Those of servers travel in archives between developers. */
// Not `com` by its name alone: files are named after sites.
const DESK_PROGRAMS = new Set<SignalValue>(['pe', 'msi', 'msp', 'hta', 'help', 'exe', 'scr', 'pif', 'cpl', 'chm', 'gadget', 'appx', 'msix', 'appinstaller', 'xll', 'wll', 'settingcontent-ms', 'library-ms', 'search-ms', 'diagcab']);
const LAUNCHES = /cmd|powershell|wscript|mshta|rundll|\.(?:exe|scr|bat|vbs|js|hta|lnk)\b/i;

interface Facts {
  has(name: string): boolean;
  value(name: string): SignalValue | undefined;
  /** The author is vouched for and somebody here has written to this address. */
  readonly isKnown: boolean;
  /** The author is not vouched for, and that is certain. */
  readonly isUnproven: boolean;
  /** Our own domain disowns this use of it. */
  readonly isDisowned: boolean;
}

interface Rule {
  readonly danger: Danger;
  readonly holds: (facts: Facts) => boolean;
}

const any = (names: readonly string[], { has }: Facts): boolean => names.some(has);

const RULES: readonly Rule[] = [
  { danger: 'eicar', holds: ({ has }) => has('eicar') },
  { danger: 'virus', holds: ({ has }) => has('virus') },
  // By name or by content, at the top or in whatever wraps it.
  { danger: 'executable', holds: ({ has }) => has('attachment-executable') || has('file-program') || has('file-program-disguised') || has('file-script-alone') },
  { danger: 'executable', holds: ({ value }) => DESK_PROGRAMS.has(value('file-program-packed') ?? '') },
  { danger: 'executable', holds: ({ has }) => has('file-disk-image') && (has('file-program-packed') || has('file-script-packed') || has('file-shortcut-packed')) },
  { danger: 'executable', holds: ({ value }) => value('file-note-embeds') === 'script' },
  // Macros alone are everyday business; those that start programs by themselves are not, unless a known partner sends them.
  { danger: 'macro', holds: ({ has, value, isKnown }) => has('file-macro-autorun') && value('file-macro-acts') === 'starts' && !isKnown },
  { danger: 'macro', holds: ({ value, isKnown }) => value('file-macro-sheet') === 'auto-open' && !isKnown },
  { danger: 'exploit', holds: ({ has, value }) => has('file-office-equation') && value('file-rtf-object') === 'at-once' },
  { danger: 'exploit', holds: ({ value }) => value('file-office-template') === 'runs' || LAUNCHES.test(String(value('file-pdf-launch') ?? '')) },
  { danger: 'smuggling', holds: ({ has }) => has('file-page-smuggles') },
  { danger: 'forged-own-domain', holds: ({ has, isDisowned }) => isDisowned && has('from-our-domain') && !has('arc-trusted') },
  { danger: 'phishing', holds: (facts) => facts.isUnproven && any(DECEIT, facts) && (any(CREDENTIALS, facts) || (facts.has('html-form') && any(LURES, facts))) },
  { danger: 'phishing', holds: (facts) => facts.isUnproven && any(SEEMING_DECEIT, facts) && any(PASSWORDS, facts) },
  // A page that asks for a password in a company's name and sends it elsewhere: whoever signs the mail, that is no sign-in.
  { danger: 'phishing', holds: ({ has, isKnown }) => has('file-page-brand') && (has('file-page-form-elsewhere') || has('file-page-sends')) && !isKnown },
  // The name of a company, not one link to it, and the story of a locked account.
  { danger: 'phishing', holds: (facts) => facts.has('brand-without-link') && any(LURES, facts) && !facts.isKnown },
  { danger: 'phishing', holds: (facts) => any(IMITATIONS, facts) && (any(LURES, facts) || facts.has('link-asks') || any(CREDENTIALS, facts)) && !facts.isKnown },
  // Our own mail desk does not write from elsewhere that a mailbox is full.
  { danger: 'phishing', holds: ({ has, isKnown }) => has('speaks-as-ours') && has('lure-mailbox') && has('link-asks') && !isKnown },
];

/** Each rule asks for one of these at least: a message with none of them needs no closer look. */
const NEEDED: ReadonlySet<string> = new Set([
  'eicar', 'virus', 'attachment-executable', 'file-program', 'file-program-disguised', 'file-script-alone', 'file-program-packed', 'file-disk-image', 'file-note-embeds', 'file-macro-autorun', 'file-macro-sheet',
  'file-office-equation', 'file-office-template', 'file-pdf-launch', 'file-page-smuggles', 'from-our-domain', ...DECEIT, ...PASSWORDS, 'file-page-brand', 'brand-without-link', ...IMITATIONS, 'speaks-as-ours',
]);

/** The proof that a message is dangerous, by name, or null. */
export function dangerOf({ signals, authentication }: ScoreInput): Danger | null {
  if (!signals.some(({ state, name }) => state === 'present' && NEEDED.has(name))) return null;
  const values = new Map<string, SignalValue>();
  for (const signal of signals) if (signal.state === 'present') values.set(signal.name, signal.value);
  const { author } = authentication;
  const facts: Facts = {
    has: (name) => values.has(name),
    value: (name) => values.get(name),
    isKnown: author.state === 'pass' && values.has('known-correspondent'),
    isUnproven: author.state === 'fail' || author.state === 'none',
    // A domain that only watches (p=none) says nothing yet: its own mail through lists fails too.
    isDisowned: author.state === 'fail' && author.policy !== 'none',
  };
  return RULES.find(({ holds }) => holds(facts))?.danger ?? null;
}
