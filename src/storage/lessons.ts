/** Lessons: the features of messages that people judged, and how delivered mail had scored. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { LessonBook, LessonRow } from './lesson-book.ts';
import { places, statement } from './statement.ts';

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
