/** PURE. What was observed about a message, as the facts that policies judge by. */
import { mailAddress } from '../message/envelope.ts';
import type { Message } from '../message/message.ts';
import type { Score } from '../scoring/score.ts';
import type { Authentication } from '../signals/signal.ts';
import type { MessageFacts } from './verdict.ts';

const NOTHING: readonly string[] = Object.freeze([]);

export interface Observations {
  readonly message: Message;
  readonly authentication: Authentication;
  readonly score: Score;
  readonly scoringFailed: boolean;
}

/**
 * @param ourDomains lower-case A-labels
 * @param utf8Replies whether the sender's server asked for SMTPUTF8
 */
export function messageFacts({ message, authentication, score, scoringFailed }: Observations, ourDomains: ReadonlySet<string>, utf8Replies: boolean): MessageFacts {
  const authors = message.from.map((author) => mailAddress(author.address));
  const unopened = message.unopened.length === 0 ? NOTHING : [...new Set(message.unopened.map((each) => each.reason))];
  return {
    kind: score.kind,
    score: score.score,
    proof: score.proof,
    newsletter: score.newsletter,
    authors: authors.map((author) => author.key),
    fromOurDomain: authors.some((author) => ourDomains.has(author.domain)),
    author: authentication.author,
    unopened: scoringFailed ? [...unopened, 'scoring-failed'] : unopened,
    subject: message.subject,
    text: message.text,
    language: message.language ?? languageOfScript(message.text),
    utf8Replies,
  };
}

const SAMPLE_MAX_CHARS = 2000;

/**
 * For the words that its sender may read. Of a text too short for its words to tell the language: Russian, where most of it is in those Cyrillic letters that Russian has,
 * and none that only its neighbours have. Better a guess among neighbours than English to somebody who wrote no Latin letter.
 */
export function languageOfScript(text: string): string | null {
  const sample = text.slice(0, SAMPLE_MAX_CHARS).toLowerCase();
  const russian = sample.match(/[а-яё]/gu)?.length ?? 0;
  return russian >= 8 && russian * 2 > (sample.match(/\p{L}/gu)?.length ?? 0) && !/[іїєґўђјљњћџѓќѕәіңғүұқөһ]/u.test(sample) ? 'ru' : null;
}
