/** PURE. Makes a recorded decision again, from its record alone (invariant 9). */
import { readRecorded } from './recorded.ts';
import { settle } from '../policy/combine.ts';
import { decide } from '../policy/decide.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { Calibration, Verdict } from '../policy/verdict.ts';
import type { DecisionRow } from '../storage/store.ts';

export interface Difference {
  readonly recipient: string;
  readonly recorded: Verdict;
  readonly now: Verdict;
}

export type Replay =
  /** `sameRevision`: false when the policies are others now; then a difference says what they changed, not that something is wrong. */
  | { readonly state: 'replayed'; readonly sameRevision: boolean; readonly verdicts: readonly Verdict[]; readonly differences: readonly Difference[] }
  | { readonly state: 'not-replayable'; readonly why: 'not-decided' | 'unknown-form' | 'recipient-facts-missing' };

const COMPARED = ['action', 'policy', 'reason', 'wouldHave', 'folder', 'junkFolder', 'markWith', 'words'] as const;

/** @param calibration of the model named in the row: with another one the outcome may differ */
export function replay(row: DecisionRow, set: PolicySet, calibration: Calibration): Replay {
  if (row.facts === '{}') return { state: 'not-replayable', why: 'not-decided' };
  const recorded = readRecorded(row.facts);
  if (recorded === null) return { state: 'not-replayable', why: 'unknown-form' };
  if (recorded.recipients === null || recorded.recipients.length !== row.recipients.length) return { state: 'not-replayable', why: 'recipient-facts-missing' };
  const facts = { ...recorded.message, text: recorded.words.join('\n') };
  const verdicts = settle(recorded.recipients.map((recipient) => decide(set, facts, recipient, calibration, recorded.decidedAt)), recorded.perRecipient);
  const differences = row.recipients.flatMap(({ recipient, verdict }, i) => {
    const before = JSON.parse(verdict) as Verdict;
    const now = verdicts[i];
    return now === undefined || isSame(before, now) ? [] : [{ recipient, recorded: before, now }];
  });
  return { state: 'replayed', sameRevision: row.revision === set.revision, verdicts, differences };
}

function isSame(a: Verdict, b: Verdict): boolean {
  return COMPARED.every((key) => a[key] === b[key]) && a.qualifiers.join() === b.qualifiers.join();
}
