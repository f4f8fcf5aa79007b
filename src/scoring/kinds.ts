/** PURE. What sort of mail it looks like: danger (danger.ts) and bulk, by rules that need no calibration. */
import { dangerOf } from './danger.ts';
import type { Kind, Score, ScoreInput } from './score.ts';

/** What a signal says of the sort of mail, one bit each. */
const BULK = 1, CONVERSATION = 2, DECEIT = 4, GTUBE = 8, KNOWN = 16;
const SAYS: ReadonlyMap<string, number> = new Map([
  ...['list-unsubscribe', 'list-unsubscribe-click', 'feedback-id', 'precedence-bulk', 'list-id'].map((name) => [name, BULK] as const),
  ...['list-post', 'answers'].map((name) => [name, CONVERSATION] as const),
  // Deceit that no honest newsletter commits; links that lead through a counter are not among it.
  ...['name-brand', 'address-brand', 'link-brand', 'link-mixed-letters', 'name-other-address', 'name-our-domain', 'name-mixed-letters', 'author-imitates-brand', 'author-imitates-ours', 'link-imitates-brand', 'link-imitates-ours'].map((name) => [name, DECEIT] as const),
  ['gtube', GTUBE],
  // Only there for authors who are vouched for.
  ['known-correspondent', KNOWN],
]);

/**
 * Kind and proof. Bulk mail (sent to many, and not a conversation on a mailing list) whose author stands for it (an aligned
 * signature) or is somebody we write to, and deceives nobody, is a newsletter whatever its content scores; without either an
 * unsubscribe link buys nothing.
 */
export function judgeKind(input: ScoreInput, looksLikeSpam: boolean): Pick<Score, 'kind' | 'proof' | 'newsletter'> {
  let said = 0;
  for (const { name, state } of input.signals) if (state === 'present') said |= SAYS.get(name) ?? 0;
  const danger = dangerOf(input);
  const isGtube = (said & GTUBE) !== 0, isBulk = (said & (BULK | CONVERSATION)) === BULK;
  const newsletter = isBulk && (input.authentication.dkimAligned || (said & KNOWN) !== 0) && (said & (DECEIT | GTUBE)) === 0;
  const isSpam = isGtube || looksLikeSpam;
  const kind: Kind = danger !== null ? 'dangerous' : newsletter ? 'newsletter' : isSpam ? 'spam' : isBulk ? 'newsletter' : 'wanted';
  return { kind, proof: danger ?? (isGtube ? 'gtube' : null), newsletter };
}
