/** PURE. One answer for several recipients (architecture, "Several recipients"). */
import type { Action, Qualifier, Verdict } from './verdict.ts';

const turnsAway = (action: Action): boolean => action === 'reject' || action === 'ask-to-retry';

/**
 * Makes verdicts that one SMTP reply can carry: those who would turn the message away hold it when others accept it.
 * Where all turn it away and some would see it again, all do: a 451 loses nothing, and a 550 would decide for others.
 * @param perRecipientReplies LMTP: each keeps their own
 */
export function settle(verdicts: readonly Verdict[], perRecipientReplies: boolean): readonly Verdict[] {
  if (perRecipientReplies || verdicts.every(({ action }) => action === verdicts[0]?.action)) return verdicts;
  if (verdicts.some(({ action }) => !turnsAway(action))) {
    return verdicts.map((verdict) => (turnsAway(verdict.action) ? changed(verdict, 'quarantine', 'held-because-others-accept', null) : verdict));
  }
  const words = verdicts.find(({ action }) => action === 'ask-to-retry')?.words ?? null;
  return verdicts.map((verdict) => (verdict.action === 'reject' ? changed(verdict, 'ask-to-retry', 'retry-because-others-retry', words) : verdict));
}

function changed(verdict: Verdict, action: Action, why: Qualifier, words: string | null): Verdict {
  return { ...verdict, action, words, qualifiers: [...verdict.qualifiers, why] };
}
