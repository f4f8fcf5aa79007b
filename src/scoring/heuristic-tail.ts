/**
 * PURE. How often wanted mail reached a score, as counted when the weights were set.
 *
 * Provenance: 6,570 wanted messages of the SpamAssassin public corpus (2002-03) and of public mailing-list archives
 * (2019-25), scored without DNS. These are developers' letters: what they say about a company's mail is an estimate, and is
 * called one wherever it is shown. Nothing here proves a bound.
 */
export const TAIL_MESSAGES = 6570;

/** Score (0..1), and the share (0..1) of wanted messages at or above it; ascending by score. */
export const TAIL: readonly (readonly [score: number, share: number])[] = [
  [0.15, 0.14079], [0.2, 0.04901], [0.3, 0.02131], [0.4, 0.01431], [0.5, 0.00868], [0.6, 0.00411], [0.7, 0.00183], [0.8, 0.00076], [0.9, 0.00030],
];
