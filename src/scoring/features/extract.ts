/** PURE. Message and signals to hashed features. */
import type { Message } from '../../message/message.ts';
import type { Signal } from '../../signals/signal.ts';
import { FeatureBuilder, type Features } from './builder.ts';
import { fold } from './fold.ts';
import { combine, hashText } from './hash.ts';
import { isLearnt } from './learnt-signals.ts';
import { linkFeatures, ownLinks } from './links.ts';
import { authorShape, bin, textShape } from './shape.ts';
import { bareSubject, bareText } from './strip.ts';
import { tokensOf } from './tokens.ts';
import { topicFeatures } from './topics.ts';

/** Changed whenever the same message would get other features: a model is only good for its own version. */
export const FEATURES_VERSION = 3;

const TEXT_CHARS_MAX = 24_000;
const TOKENS_MAX = 3_000;
const SUBJECT_TOKENS_MAX = 60;

/** Never throws; work is bounded by the limits above, whatever the message. */
export function featuresOf(message: Message, signals: readonly Signal[]): Features {
  const add = new FeatureBuilder();
  const raw = message.text.slice(0, TEXT_CHARS_MAX);
  const bare = bareText(raw);
  const folded = fold(bare);
  for (const signal of signals) if (signal.state === 'present' && isLearnt(signal.name)) signalFeature(add, signal.name, signal.value);
  const links = ownLinks(message, bare);
  textShape(add, message, bare, folded, links);
  authorShape(add, message);
  const tokens = tokensOf(folded.text, TOKENS_MAX);
  add.tokens(tokens);
  add.block('word');
  const hashes = new Int32Array(tokens.length);
  for (let i = 0; i < tokens.length; i++) {
    hashes[i] = hashText(tokens[i] as string, add.seed);
    add.addHash(hashes[i] as number, 2 * i);
  }
  add.block('pair');
  for (let i = 0; i + 1 < tokens.length; i++) add.addHash(combine((hashes[i] as number) ^ add.seed, hashes[i + 1] as number), 2 * i + 1);
  const subject = tokensOf(fold(bareSubject(message.subject)).text, SUBJECT_TOKENS_MAX);
  subjectFeatures(add, subject);
  add.block('link');
  linkFeatures(add, links);
  add.block('topic');
  topicFeatures(add, [...tokens, ...subject], folded.text);
  return add.done();
}

function signalFeature(add: FeatureBuilder, name: string, value: unknown): void {
  add.add(name);
  if (typeof value === 'number' && value > 1) add.add(`${name} ${bin(value, 6)}`);
}

function subjectFeatures(add: FeatureBuilder, tokens: readonly string[]): void {
  add.block('subject');
  add.add(`-length ${Math.min(12, tokens.length)}`);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    add.add(token);
    add.add(`${token} ${tokens[i + 1] ?? '-end'}`);
  }
}
