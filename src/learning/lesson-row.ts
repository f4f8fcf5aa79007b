/** A message as a lesson: its features and its score without anything learnt here. No text is kept. */
import { toCrlf, walk } from '../message/walk.ts';
import type { Clock } from '../platform/clock.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { baseLogit } from '../scoring/content-scorer.ts';
import { FEATURES_VERSION, featuresOf } from '../scoring/features/extract.ts';
import type { Model } from '../scoring/model.ts';
import { gather } from '../signals/gather.ts';
import { transactionOf } from '../stations/offline.ts';
import type { LessonRow } from '../storage/lesson-book.ts';

export interface LessonParts {
  readonly model: Model;
  readonly ourDomains: ReadonlySet<string>;
  readonly clock: Clock;
}

export interface Taught {
  readonly feedbackId: string;
  readonly at: number;
  readonly recipient: string;
  /** The message as received; null: it is gone, and the lesson is empty, so that nobody looks again. */
  readonly raw: Buffer | null;
}

/** Whatever stands in the message: it has features, and is a lesson. Never rejects. */
export async function lessonRow({ feedbackId, at, recipient, raw }: Taught, { model, ourDomains, clock }: LessonParts): Promise<LessonRow> {
  const about = { feedbackId, at, version: FEATURES_VERSION };
  if (raw === null) return { ...about, logit: 0, slots: '', ends: '[]' };
  const { envelope, bytes } = transactionOf({ bytes: toCrlf(raw), to: [recipient] }, clock);
  const message = walk(bytes);
  const { signals } = await gather({ envelope, message, bytes, ourDomains }, offlineResolver, 1);
  const features = featuresOf(message, signals);
  return {
    ...about, logit: baseLogit(model, features, signals, message.language), ends: JSON.stringify(features.ends),
    slots: Buffer.from(features.slots.buffer, features.slots.byteOffset, features.slots.byteLength).toString('base64'),
  };
}
