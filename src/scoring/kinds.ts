/** PURE. What sort of mail it looks like: danger (danger.ts) and bulk, by rules that need no calibration. */
import { dangerOf } from './danger.ts';
import type { Kind, Score, ScoreInput } from './score.ts';

export { dangerOf };

const BULK = ['list-unsubscribe', 'list-unsubscribe-click', 'feedback-id', 'precedence-bulk', 'list-id'];

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

/** Deceit that no honest newsletter commits; links that lead through a counter are not among it. */
const NEWSLETTER_DECEIT = new Set(['name-brand', 'address-brand', 'link-brand', 'link-mixed-letters', 'name-other-address', 'name-our-domain', 'name-mixed-letters', 'author-imitates-brand', 'author-imitates-ours', 'link-imitates-brand', 'link-imitates-ours']);

/**
 * Kind and proof. Bulk mail whose author stands for it (an aligned signature) and deceives nobody is a newsletter whatever its
 * content scores; without a signature an unsubscribe link buys nothing.
 */
export function judgeKind(input: ScoreInput, looksLikeSpam: boolean): Pick<Score, 'kind' | 'proof' | 'newsletter'> {
  const { signals, authentication } = input;
  const isGtube = signals.some(({ name, state }) => name === 'gtube' && state === 'present');
  const danger = dangerOf(input);
  const bulk = isBulk(input);
  const deceives = signals.some(({ name, state }) => state === 'present' && NEWSLETTER_DECEIT.has(name));
  const newsletter = bulk && authentication.dkimAligned && !deceives && !isGtube;
  const isSpam = isGtube || looksLikeSpam;
  const kind: Kind = danger !== null ? 'dangerous' : newsletter ? 'newsletter' : isSpam ? 'spam' : bulk ? 'newsletter' : 'wanted';
  return { kind, proof: danger ?? (isGtube ? 'gtube' : null), newsletter };
}
