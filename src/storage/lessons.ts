/** Lessons: the features of messages that people judged, and how delivered mail had scored. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { places, statement } from './statement.ts';

export interface LessonRow {
  readonly feedbackId: string;
  readonly at: number;
  /** Version of the features. */
  readonly version: number;
  /** Log-odds of the message without anything learnt here; null-like 0 slots: the message was gone. */
  readonly logit: number;
  /** Slots as 32-bit little-endian numbers in base64; '' when the message was not there any more. */
  readonly slots: string;
  /** JSON: where each block of features ends. */
  readonly ends: string;
}

export interface LessonBook {
  /** Does nothing for a lesson that stands already; one made with other features is replaced, or it would be made anew each time. */
  add(row: LessonRow): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly LessonRow[]>;
  /** Forgets all but the newest. */
  keep(count: number): Promise<void>;
  /** Scores of incoming messages that were delivered between these times and that nobody called unwanted since; newest first. */
  deliveredScores(from: number, before: number, limit: number): Promise<readonly number[]>;
}

const COLUMNS = ['feedbackId', 'at', 'version', 'logit', 'slots', 'ends'] as const;

export function lessonBook(engine: Engine): LessonBook {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('lessons').values(places(COLUMNS, place))
    .onConflict((c) => c.column('feedbackId').doUpdateSet((e) => ({ at: e.ref('excluded.at'), version: e.ref('excluded.version'), logit: e.ref('excluded.logit'), slots: e.ref('excluded.slots'), ends: e.ref('excluded.ends') })).where((e) => e('lessons.version', '<>', e.ref('excluded.version')))));
  const newest = statement((place) => sql.selectFrom('lessons').select(COLUMNS).orderBy('at', 'desc').orderBy('feedbackId').limit(place('limit')));
  const forget = statement((place) => sql.deleteFrom('lessons').where('feedbackId', 'not in', sql.selectFrom('lessons').select('feedbackId').orderBy('at', 'desc').orderBy('feedbackId').limit(place('count'))));
  const delivered = statement((place) =>
    sql.selectFrom('decisions').select('score').where('at', '>=', place('from')).where('at', '<', place('before')).where('direction', '=', 'in').where('score', 'is not', null)
      .where((e) => e.exists(e.selectFrom('decisionRecipients').select('place').whereRef('decisionRecipients.decisionId', '=', 'decisions.id').where('action', 'in', ['deliver', 'mark'])))
      .where((e) => e.not(e.exists(e.selectFrom('feedback').select('id').whereRef('feedback.decisionId', '=', 'decisions.id').where('label', '=', 'unwanted').where('undoneAt', 'is', null))))
      .orderBy('at', 'desc').limit(place('limit')));

  function* add(row: LessonRow): Work<void> {
    yield* ask(insert.with(row));
  }
  function* list(limit: number): Work<readonly LessonRow[]> {
    return yield* ask(newest.with({ limit }));
  }
  function* keep(count: number): Work<void> {
    yield* ask(forget.with({ count }));
  }
  function* scores(from: number, before: number, limit: number): Work<readonly number[]> {
    return (yield* ask(delivered.with({ from, before, limit }))).flatMap(({ score }) => (score === null ? [] : [score]));
  }
  return {
    add: (row) => engine.write(() => add(row), 'soon'),
    list: (limit) => engine.read(() => list(limit)),
    keep: (count) => engine.write(() => keep(count), 'soon'),
    deliveredScores: (from, before, limit) => engine.read(() => scores(from, before, limit)),
  };
}
