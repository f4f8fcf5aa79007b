/** What becomes of a DKIM signature, and its row in Authentication-Results (RFC 8601 section 2.7.1): in mailauth's words. */
import { KEY_ERROR_COMMENTS } from 'mailauth/lib/tools.js';
import type { DnsFailure } from '../platform/resolver.ts';
import type { Signature } from './dkim-signature.ts';

export interface Verdict {
  readonly result: 'pass' | 'fail' | 'neutral' | 'policy' | 'temperror';
  /** Words for people, without parentheses; '' for none. */
  readonly comment: string;
  /** Which rule of ours it breaks; '' for none. */
  readonly rule: string;
  readonly failure: DnsFailure | null;
}

const verdict = (result: Verdict['result'], comment: string, rule = ''): Verdict => Object.freeze({ result, comment, rule, failure: null });

/** By what was found. */
export const RESULTS = Object.freeze({
  pass: verdict('pass', ''),
  changedBody: verdict('fail', 'body hash did not verify'),
  badSignature: verdict('fail', 'bad signature'),
  expired: verdict('neutral', 'expired'),
  noKey: verdict('neutral', 'no key'),
  otherKeyType: verdict('neutral', 'inappropriate key algorithm'),
  otherDomain: verdict('neutral', 'domain mismatch'),
  weakAlgorithm: verdict('policy', 'weak algorithm', 'weak-algorithm'),
  weakKey: verdict('policy', '', 'weak-key'),
  noAnswer: verdict('temperror', ''),
});

/** @param reason a few plain words */
export const invalid = (reason: string): Verdict => ({ result: 'neutral', comment: reason, rule: '', failure: null });

/** What is wrong with a key record, by the code of mailauth's error. */
export const KEY_COMMENTS: ReadonlyMap<string, string> = KEY_ERROR_COMMENTS;

/** As mailauth's formatAuthHeaderRow writes it; names and identity are plain here, only a piece of base64 may need quotes. */
export function dkimRow({ domain, identity, selector, keyType, hashAlgorithm, value }: Signature, { result, comment, rule }: Verdict): string {
  const sample = value.slice(0, 8);
  return `dkim=${result}${comment === '' ? '' : ` (${comment})`}${rule === '' ? '' : ` policy.dkim-rules=${rule}`} header.d=${domain} header.i=${identity} header.s=${selector} header.a=${keyType}-${hashAlgorithm} header.b=${/[/=]/.test(sample) ? `"${sample}"` : sample}`;
}
