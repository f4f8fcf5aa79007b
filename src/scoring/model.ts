/**
 * PURE. A model as values, and as bytes: eight letters, the length of the header, the header in JSON, and one signed byte for
 * each slot. Words do not occur in it: a slot is a hash, and many words share one.
 */
import { FEATURES_VERSION } from './features/extract.ts';
import { SLOTS } from './features/hash.ts';
import type { Asks } from './by-hand.ts';
import type { Tail } from './tail.ts';

const MAGIC = 'USHERMDL';
const HEADER_MAX_BYTES = 4 * 1024 * 1024;
const STEPS = 127;

/** How many wanted and unwanted messages, of which kind. */
export interface SourceCount {
  readonly source: string;
  readonly wanted: number;
  readonly unwanted: number;
  readonly html: number;
}

/**
 * What is true of nearly every message, in log-odds: means over the training mail, wanted and unwanted weighing the same. They move
 * no score: what is told of a message is how it differs from them, and where every message begins holds them.
 */
export interface Usual {
  /** What a fact of form or of links usually says, whichever of its values it has; by name. */
  readonly facts: Readonly<Record<string, number>>;
  /** What all features of one sort (`form`, `words`, …) say together. */
  readonly sorts: Readonly<Record<string, number>>;
}

/** What the cross-fitted scores of one group say: shares of wanted and of unwanted mail at or above each threshold. */
export interface Measured {
  readonly group: string;
  readonly wanted: number;
  readonly unwanted: number;
  /** [threshold as log-odds, share of wanted, share of unwanted] */
  readonly above: readonly (readonly [number, number, number])[];
}

export interface ModelHeader {
  readonly name: string;
  readonly features: number;
  readonly seed: number;
  /** Log-odds of a message without any feature. */
  readonly bias: number;
  /** Left out by models of earlier days: everything is told as it counts then. */
  readonly usual?: Usual;
  /** Largest weight: what the byte 127 stands for. */
  readonly largest: number;
  /** Whether the training mail was somebody else's: then it proves nothing about a bound. */
  readonly evidence: 'public' | 'own';
  readonly tail: Tail;
  /** Taken off where words are of a language that was not learnt, in log-odds. */
  readonly caution: number;
  /** What it counts that a message asks for nothing or little, in log-odds. */
  readonly asks: Asks;
  /** How little the training mail said about letters between people, 1 to 0: see training/letters.ts. */
  readonly lettersUnknown: number;
  readonly sources: readonly SourceCount[];
  /** Languages whose words were learnt. */
  readonly languages: readonly string[];
  readonly learntSlots: number;
  readonly calibration: Calibration;
  readonly bySource: readonly Measured[];
  readonly byLanguage: readonly Measured[];
}

/** How cross-fitted log-odds became likelihoods, and what each promise was worth on sources that were left out. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
  readonly expectedError: number;
  /** For each bound: what the sources that were left out got, without and with the margin. */
  readonly drift: readonly { readonly bound: number; readonly source: string; readonly plain: number; readonly withMargin: number; readonly wanted: number }[];
}

export interface Model {
  readonly header: ModelHeader;
  readonly bytes: Int8Array;
}

/** Fine steps for small weights, coarse ones for large: the byte's square, with its sign. */
export function quantise(weights: Float32Array): { readonly bytes: Int8Array; readonly largest: number } {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
  return { largest, bytes: Int8Array.from(weights, (weight) => Math.sign(weight) * Math.round(STEPS * Math.sqrt(Math.abs(weight) / largest))) };
}

/** Weight of each value of a byte, from -128 on. */
export function weightTable(largest: number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, i) => (Math.sign(i - 128) * largest * (i - 128) ** 2) / STEPS ** 2);
}

export function encodeModel({ header, bytes }: Model): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), length, text, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
}

/** @returns the model, or in one sentence why these bytes are none that can be used */
export function decodeModel(data: Buffer): Model | string {
  if (data.length < 12 || data.toString('latin1', 0, 8) !== MAGIC) return 'it is not a scoring model';
  const length = data.readUInt32LE(8);
  if (length > HEADER_MAX_BYTES || data.length !== 12 + length + SLOTS) return 'it is cut off or damaged';
  let header: ModelHeader | null;
  try {
    header = JSON.parse(data.toString('utf8', 12, 12 + length)) as ModelHeader | null;
  } catch {
    return 'its heading cannot be read';
  }
  if (header === null || typeof header !== 'object') return 'its heading cannot be read';
  if (header.features !== FEATURES_VERSION) return `it was made for version ${header.features} of the features, and this is version ${FEATURES_VERSION}: train it again`;
  const { bias, largest, tail, asks, name, languages } = header;
  if (typeof name !== 'string' || !Array.isArray(languages)) return 'its heading is not complete';
  if (![bias, largest, tail?.from, tail?.share, tail?.scale, tail?.margin, header.caution, asks?.nothing, asks?.little, asks?.own, ...amountsOf(header.usual)].every(Number.isFinite)) return 'its heading is not complete';
  return { header, bytes: new Int8Array(data.buffer.slice(data.byteOffset + 12 + length, data.byteOffset + data.length)) };
}

/** No mean of log-odds is larger. Larger ones would take the small contributions with them when they are taken off again. */
const USUAL_MAX = 100;

/** NaN for what is none. */
function amountsOf(usual: Usual | undefined): readonly unknown[] {
  if (usual === undefined) return [];
  const amounts = [usual?.facts, usual?.sorts].flatMap((of): readonly unknown[] => (of === null || typeof of !== 'object' ? [Number.NaN] : Object.values(of)));
  return amounts.map((amount) => (Math.abs(amount as number) <= USUAL_MAX ? amount : Number.NaN));
}
