/** PURE. Message and signals to hashed features. */
import type { Message } from '../../message/message.ts';
import type { Signal } from '../../signals/signal.ts';
import { askingOf } from './asking.ts';
import { FeatureBuilder, SEEDS, type Features } from './builder.ts';
import { fold } from './fold.ts';
import { combine } from './hash.ts';
import { isLearnt } from './learnt-signals.ts';
import { FUNCTION_WORDS, isFunctionWord } from './function-words.ts';
import { linkFeatures, ownLinks, pathFeatures } from './links.ts';
import { countOf, topicsInText, topicsInWords } from './offers.ts';
import { authorShape, bin, textShape } from './shape.ts';
import { bareSubject, bareText } from './strip.ts';
import { tokenAt, tokensOf, type Tokens } from './tokens.ts';

/** Changed whenever the same message would get other features: a model is only good for its own version. */
export const FEATURES_VERSION = 6;

/** What a message is about stands at its beginning: three times as much of it told no more apart, and cost three times as much. */
const TEXT_CHARS_MAX = 8_000;
const TOKENS_MAX = 1_400;
const SUBJECT_TOKENS_MAX = 60;
/** Tokens at the beginning whose words count more, and those whose pairs count at all. */
const OPENING_TOKENS = 100;
const PAIRED_TOKENS = 150;
const PIECE_CHARS = 4;
const PIECES_OF_CHARS_MAX = 200;

/** Never throws; work is bounded by the limits above, whatever the message. */
export function featuresOf(message: Message, signals: readonly Signal[]): Features {
  const add = new FeatureBuilder();
  const bare = bareText(message.text.slice(0, TEXT_CHARS_MAX));
  const folded = fold(bare);
  for (const signal of signals) if (signal.state === 'present' && isLearnt(signal.name)) signalFeature(add, signal.name, signal.value);
  const links = ownLinks(message, bare);
  textShape(add, message, bare, folded, links);
  authorShape(add, message);
  // All that is read unit by unit, before the subject is folded in the same place.
  let topics = topicsInText(folded);
  const tokens = tokensOf(folded.text, TOKENS_MAX, SEEDS.word, folded.looked.units);
  topics |= topicsInWords(tokens);
  wordFeatures(add, tokens);
  const foldedSubject = fold(bareSubject(message.subject));
  const subject = tokensOf(foldedSubject.text, SUBJECT_TOKENS_MAX, SEEDS.subject, foldedSubject.looked.units);
  topics |= topicsInWords(subject);
  subjectFeatures(add, subject);
  add.block('link');
  linkFeatures(add, links);
  add.block('path');
  pathFeatures(add, links);
  return add.done(askingOf(message, signals, countOf(topics)));
}

function signalFeature(add: FeatureBuilder, name: string, value: unknown): void {
  add.add(name);
  if (typeof value === 'number' && value > 1) add.add(name, bin(value, 6));
}

function wordFeatures(add: FeatureBuilder, tokens: Tokens): void {
  const { count, hashes } = tokens;
  add.tokens(tokens);
  add.block('opening');
  for (let i = 0; i < count; i++) {
    if (i === OPENING_TOKENS) add.block('word');
    const hash = hashes[i] as number;
    if (!isFunctionWord(hash)) add.addHash(hash, 2 * i);
  }
  add.block('pair');
  for (let i = 0; i + 1 < Math.min(count, PAIRED_TOKENS); i++) add.addHash(combine((hashes[i] as number) ^ SEEDS.pair, hashes[i + 1] as number), 2 * i + 1);
}

/** Words, pairs of them, and pieces, so that a word counts in any of its forms. Numbers have no pieces: which one it is says nothing. */
function subjectFeatures(add: FeatureBuilder, tokens: Tokens): void {
  const words: string[] = [], hashes: number[] = [];
  for (let i = 0; i < tokens.count; i++) {
    const word = tokenAt(tokens, i);
    if (FUNCTION_WORDS.has(word)) continue;
    words.push(word);
    hashes.push(tokens.hashes[i] as number);
  }
  add.block('subject');
  for (let i = 0; i < words.length; i++) {
    add.addHashed(hashes[i] as number, words[i] as string);
    add.addHashed(hashes[i] as number, words[i] as string, words[i + 1] ?? '-end');
  }
  add.block('piece');
  const text = ` ${words.join(' ').slice(0, PIECES_OF_CHARS_MAX)} `;
  let number = text.indexOf('#');
  for (let i = 0; i + PIECE_CHARS <= text.length; i++) {
    if (number >= 0 && number < i) number = text.indexOf('#', i);
    if (number < 0 || number >= i + PIECE_CHARS) add.add(text.slice(i, i + PIECE_CHARS));
  }
}
