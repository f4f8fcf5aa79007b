/**
 * Learning in this installation: what people said of held mail becomes lessons (features without text), lessons become a small
 * model on top, and what was delivered without complaint becomes evidence for thresholds. All of it is remembered in the store
 * and fitted anew, so that taking back a click takes back what it taught.
 */
import { fitLessons } from './fit.ts';
import { lessonRow } from './lesson-row.ts';
import { learning } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { NOTHING_LEARNT, type Learnt } from '../scoring/content-scorer.ts';
import { FEATURES_VERSION } from '../scoring/features/extract.ts';
import type { Lesson } from '../scoring/local.ts';
import type { Model } from '../scoring/model.ts';
import type { LessonRow } from '../storage/lesson-book.ts';
import type { FeedbackRow } from '../storage/review-book.ts';
import type { HeldRow, Store } from '../storage/store.ts';

export interface LearnerParts {
  readonly store: { readonly lessons: Store['lessons']; readonly review: { readonly feedback: Pick<Store['review']['feedback'], 'list'> }; readonly held: Pick<Store['held'], 'find'> };
  /** The held message as received; null: it is gone. */
  readonly bytesOf: (row: HeldRow) => Promise<Buffer | null>;
  readonly model: Model;
  readonly ourDomains: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Learner {
  /** What was learnt up to now; for the scorer. */
  current(): Learnt;
  /** Looks for new clicks and learns from them. Never rejects: what goes wrong is in the log. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** Begins to learn, and goes on at intervals until it is stopped. */
export function startLearner(parts: LearnerParts): Learner {
  let learnt: Learnt = NOTHING_LEARNT;
  let stamp = '';
  let running: Promise<void> | null = null;

  async function once(): Promise<void> {
    try {
      const feedback = await latestFeedback(parts);
      const lessons = await lessonsOf(feedback, parts);
      const wanted = await evidenceOf(parts, lessons);
      const now = `${lessons.map(({ id }) => id).join()} ${wanted.length}`;
      if (now === stamp) return;
      const { company, people } = await fitLessons(lessons);
      learnt = { local: company, people, evidence: { wanted } };
      stamp = now;
      parts.log.info({ lessons: lessons.length, people: people.size, evidence: wanted.length }, 'learnt');
    } catch (error) {
      parts.log.warn({ err: error }, 'nothing could be learnt just now');
    }
  }
  const refresh = (): Promise<void> => (running ??= once().finally(() => (running = null)));
  const timer = setInterval(() => void refresh(), learning.refreshMs).unref();
  void refresh();
  return {
    current: () => learnt,
    refresh,
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** The newest clicks that were not taken back; of several on one message by one person the last counts. */
async function latestFeedback({ store }: LearnerParts): Promise<readonly FeedbackRow[]> {
  const last = new Map<string, FeedbackRow>();
  for (let after = ''; ; ) {
    const page = await store.review.feedback.list(after, learning.pageRows);
    for (const row of page) last.set(`${row.heldId} ${row.recipient}`, row);
    after = page.at(-1)?.id ?? '';
    if (page.length < learning.pageRows) break;
  }
  return [...last.values()].sort((a, b) => a.at - b.at).slice(-learning.lessonsMax);
}

async function lessonsOf(feedback: readonly FeedbackRow[], parts: LearnerParts): Promise<readonly Lesson[]> {
  const { lessons } = parts.store;
  const known = new Map((await lessons.list(learning.lessonsMax)).map((row) => [row.feedbackId, row] as const));
  let added = 0;
  for (const row of feedback) {
    if (known.get(row.id)?.version === FEATURES_VERSION) continue;
    const lesson = await heldLesson(row, parts);
    known.set(row.id, lesson);
    await lessons.add(lesson);
    added++;
  }
  if (added > 0) await lessons.keep(learning.lessonsMax);
  return feedback.flatMap((row) => {
    const lesson = known.get(row.id);
    if (lesson === undefined || lesson.slots === '' || lesson.version !== FEATURES_VERSION) return [];
    const bytes = Buffer.from(lesson.slots, 'base64');
    return [{
      id: row.id, user: row.recipient === '' ? null : row.recipient, wanted: row.label === 'wanted', logit: lesson.logit,
      slots: new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), ends: JSON.parse(lesson.ends) as number[],
    }];
  });
}

/** Features of the held message; empty when it is not there any more. */
async function heldLesson(feedback: FeedbackRow, parts: LearnerParts): Promise<LessonRow> {
  const held = await parts.store.held.find(feedback.heldId);
  return await lessonRow({ feedbackId: feedback.id, at: feedback.at, recipient: feedback.recipient, raw: held === null ? null : await parts.bytesOf(held) }, parts);
}

/** Log-odds of wanted mail here: delivered and not complained of for a while, and what people let through. Ascending. */
async function evidenceOf({ store, clock }: LearnerParts, lessons: readonly Lesson[]): Promise<readonly number[]> {
  const now = clock.now();
  const scores = await store.lessons.deliveredScores(now - learning.evidenceMaxAgeMs, now - learning.complaintsWithinMs, learning.evidenceMax);
  const delivered = scores.map((score) => Math.log(Math.max(score, 1e-12) / Math.max(1 - score, 1e-12)));
  return [...delivered, ...lessons.filter(({ wanted }) => wanted).map(({ logit }) => logit)].sort((a, b) => a - b);
}
