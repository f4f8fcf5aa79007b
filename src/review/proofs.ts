/** Whether it is proven who wrote what is held: it stands in the facts of the decision. */
import { readRecorded } from '../audit/recorded.ts';
import type { ShownRow } from '../storage/review-book.ts';
import type { DecisionLog } from '../storage/store.ts';

/** `unknown`: it could not be checked, or is not known any more. */
export type Proof = 'pass' | 'fail' | 'none' | 'unknown';
export type Proofs = (row: ShownRow) => Proof;

/** Rejects with StoreError. */
export async function proofsOf(rows: readonly ShownRow[], decisions: Pick<DecisionLog, 'factsOf'>): Promise<Proofs> {
  const facts = await decisions.factsOf(rows.map(({ decisionId }) => decisionId));
  const proofs = new Map([...facts].map(([id, text]) => [id, readRecorded(text)?.authentication?.author?.state ?? 'unknown']));
  return ({ decisionId }) => proofs.get(decisionId) ?? 'unknown';
}
