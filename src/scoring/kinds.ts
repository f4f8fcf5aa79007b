/** PURE. What sort of mail it looks like: danger and bulk, by rules that need no calibration. */
import type { ScoreInput } from './score.ts';

/** A message borrows somebody's name … */
const DECEIT = ['name-brand', 'address-brand', 'link-brand', 'link-mixed-letters', 'link-text-differs', 'name-other-address', 'name-our-domain', 'name-mixed-letters'];
/** … and asks for what only that somebody may ask. */
const CREDENTIALS = ['html-password', 'html-form', 'attachment-page-form'];
const BULK = ['list-unsubscribe', 'list-unsubscribe-click', 'feedback-id', 'precedence-bulk', 'list-id'];

/**
 * The proof that a message is dangerous, by name, or null:
 * `eicar`; `executable` (an attachment that runs, whatever it is called); `forged-own-domain` (a From of ours which our own
 * domain disowns); `phishing` (a borrowed name, an author who is not authentic, and a form for secrets, all three).
 */
export function dangerOf({ signals, authentication }: ScoreInput): string | null {
  const names = new Set<string>();
  for (const { name, state } of signals) if (state === 'present') names.add(name);
  const has = (name: string): boolean => names.has(name);
  if (has('eicar')) return 'eicar';
  if (has('attachment-executable')) return 'executable';
  const { author } = authentication;
  // A domain that only watches (p=none) says nothing yet: its own mail through lists fails too.
  const isDisowned = author.state === 'fail' && author.policy !== 'none';
  if (isDisowned && has('from-our-domain')) return 'forged-own-domain';
  const isUnproven = author.state === 'fail' || author.state === 'none';
  return isUnproven && DECEIT.some(has) && CREDENTIALS.some(has) ? 'phishing' : null;
}

/** Sent to many, and not a conversation on a mailing list. */
export function isBulk({ signals }: ScoreInput): boolean {
  let bulk = false;
  for (const { name, state } of signals) {
    if (state !== 'present') continue;
    if (name === 'list-post' || name === 'answers') return false;
    bulk ||= BULK.includes(name);
  }
  return bulk;
}
