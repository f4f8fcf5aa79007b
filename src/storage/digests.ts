/** What digests have to tell, have told, and what may therefore expire. */
import { sql as raw } from 'kysely';
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { DigestBook, DigestEntry, Selection, Unnamed } from './digest-book.ts';
import { insertNotice } from './notices.ts';
import { statement, type PlaceFor } from './statement.ts';
import { HELD_COLUMNS } from './held.ts';
import type { Reason } from '../policy/verdict.ts';

/** Reasons of which digests give the number only: nobody would let these through. */
const COUNTED_REASONS: Readonly<Record<'certain' | 'dangerous', readonly Reason[]>> = Object.freeze({
  certain: Object.freeze<Reason[]>(['certain-spam', 'never-welcome', 'personal-block']),
  dangerous: Object.freeze<Reason[]>(['dangerous', 'dangerous-postmaster']),
});

const COUNTED: readonly string[] = [...COUNTED_REASONS.certain, ...COUNTED_REASONS.dangerous];

/** What stands in a verdict or in the facts of a decision (JSON) when certain spam may be a mistake; whoever reads the rows looks closer. */
const DOUBTS: readonly string[] = ['"softened-by-welcome"', '"welcome-not-authenticated"', '"welcome-not-checkable"'];
const KNOWN: readonly string[] = ['"knownRelation":true', '"known-correspondent":"', '"answers-ours":"'];

/** Word by word as in the partial indexes (migrations 002 and 004), so that the database sees that they apply. */
const IS_HELD = raw<boolean>`state || '' = 'held'`;

export function digestBook(engine: Engine): DigestBook {
  const run = statements(engine);
  const addNotice = insertNotice(engine);
  const unnamed = unnamedIn(engine);

  function* lastSlot(addressee: string): Work<number | null> {
    return (yield* ask(run.findMark.with({ addressee })))[0]?.slot ?? null;
  }
  function* enter(entry: DigestEntry): Work<'queued' | 'already' | 'changed'> {
    const { digestId, addressee, slot, at, selection, listed } = entry;
    if (!(yield* unnamed.isAsTold(entry))) return 'changed';
    if ((yield* ask(run.claim.with({ addressee, slot, at }))).length === 0) return 'already';
    for (const notice of entry.notices) yield* addNotice(notice, digestId);
    for (const id of listed) yield* ask(run.name.with({ id, at, digestId }));
    yield* unnamed.nameCounted(selection, at, digestId);
    return 'queued';
  }
  function* nextPolicy(after: string): Work<string | null> {
    return (yield* ask(run.nextPolicy.with({ after })))[0]?.policy ?? null;
  }

  return {
    waiting: (after, limit) => engine.read(() => ask(run.waiting.with({ mailbox: after?.mailbox ?? '', policy: after?.policy ?? '', limit }))),
    unnamed: (selection, limit) => engine.read(() => unnamed.find(selection, limit)),
    lastSlot: (addressee) => engine.read(() => lastSlot(addressee)),
    enter: (entry) => engine.write(() => enter(entry), 'durable'),
    nextPolicy: (after) => engine.read(() => nextPolicy(after)),
    expiring: (policy, heldBefore, namedBefore, after, limit) =>
      engine.read(() => ask(run.expiring.with({ policy, heldBefore, namedBefore, at: after?.at ?? -1, id: after?.id ?? '', limit }))),
  };
}

function statements({ sql }: Engine) {
  return {
    waiting: statement((place) =>
      sql.selectFrom('held').select((e) => ['mailbox', 'policy', e.fn.min<number>('at').as('oldestAt'), e.fn.max<number>('at').as('newestAt')])
        .where(IS_HELD).where('namedAt', 'is', null)
        .where((e) => e(e.refTuple('mailbox', 'policy'), '>', e.tuple(place('mailbox'), place('policy'))))
        .groupBy(['mailbox', 'policy']).orderBy('mailbox').orderBy('policy').limit(place('limit'))),
    findMark: statement((place) => sql.selectFrom('digestMarks').select('slot').where('addressee', '=', place('addressee'))),
    /** A mark in the future is of a clock that ran ahead: it must not keep anybody from their digests until then. */
    claim: statement((place) =>
      sql.insertInto('digestMarks').values({ addressee: place('addressee'), slot: place('slot'), at: place('at') })
        .onConflict((c) => c.column('addressee').doUpdateSet((e) => ({ slot: e.ref('excluded.slot'), at: e.ref('excluded.at') }))
          .where((e) => e.or([e('digestMarks.slot', '<', e.ref('excluded.slot')), e('digestMarks.slot', '>', e.ref('excluded.at'))])))
        .returning('addressee')),
    name: statement((place) => sql.updateTable('held').set({ namedAt: place('at'), namedBy: place('digestId') }).where('id', '=', place('id'))),
    nextPolicy: statement((place) =>
      sql.selectFrom('held').select('policy').where(IS_HELD).where('namedAt', 'is not', null).where('policy', '>', place('after')).orderBy('policy').limit(1)),
    expiring: statement((place) =>
      sql.selectFrom('held').select(HELD_COLUMNS).where(IS_HELD).where('namedAt', 'is not', null).where('policy', '=', place('policy'))
        .where('at', '<', place('heldBefore')).where('namedAt', '<', place('namedBefore'))
        .where((e) => e(e.refTuple('at', 'id'), '>', e.tuple(place('at'), place('id')))).orderBy('at').orderBy('id').limit(place('limit'))),
  };
}

/** Statements whose shape depends on what a digest is about: one mailbox or all, and how many policies. */
function shapeOf({ sql }: Engine, isOwn: boolean, policies: number) {
  const places = (place: PlaceFor) => Array.from({ length: policies }, (_, index) => place(`policy${index}`));
  const waiting = (place: PlaceFor) => {
    const query = sql.selectFrom('held').where(IS_HELD).where('held.namedAt', 'is', null).where('held.policy', 'in', places(place));
    return isOwn ? query.where('held.mailbox', '=', place('mailbox')) : query;
  };
  const withFacts = (place: PlaceFor) =>
    waiting(place).leftJoin('decisions', 'decisions.id', 'held.decisionId').select([...HELD_COLUMNS.map((name) => `held.${name}` as const), 'decisions.facts'])
      .orderBy('held.score').orderBy('held.id').limit(place('limit'));
  return {
    count: statement((place) => waiting(place).select((e) => ['held.reason', e.fn.countAll<number>().as('number')]).groupBy('held.reason')),
    rows: statement((place) => withFacts(place).where('held.reason', 'not in', COUNTED)),
    doubtful: statement((place) =>
      withFacts(place).where('held.reason', 'in', COUNTED_REASONS.certain)
        .where((e) => e.or([...DOUBTS.map((text) => e('held.verdict', 'like', `%${text}%`)), ...KNOWN.map((text) => e('decisions.facts', 'like', `%${text}%`))]))),
    reasonOf: statement((place) => waiting(place).select('held.reason').where('held.id', '=', place('id'))),
    nameCounted: statement((place) => {
      const query = sql.updateTable('held').set({ namedAt: place('at'), namedBy: place('digestId') }).where(IS_HELD).where('namedAt', 'is', null).where('policy', 'in', places(place)).where('reason', 'in', COUNTED);
      return isOwn ? query.where('mailbox', '=', place('mailbox')) : query;
    }),
  };
}

function unnamedIn(engine: Engine) {
  const shapes = new Map<string, ReturnType<typeof shapeOf>>();
  const shapeFor = ({ mailbox, policies }: Selection): ReturnType<typeof shapeOf> => {
    const key = `${mailbox === null} ${policies.length}`;
    const shape = shapes.get(key) ?? shapeOf(engine, mailbox !== null, policies.length);
    shapes.set(key, shape);
    return shape;
  };
  const valuesOf = ({ mailbox, policies }: Selection): Record<string, string | null> => ({ mailbox, ...Object.fromEntries(policies.map((policy, index) => [`policy${index}`, policy])) });

  function* count(selection: Selection): Work<Pick<Unnamed, 'listable' | 'certain' | 'dangerous'>> {
    const groups = yield* ask(shapeFor(selection).count.with(valuesOf(selection)));
    const among = (reasons: readonly string[]): number => groups.reduce((total, { reason, number }) => total + (reasons.includes(reason) ? number : 0), 0);
    const certain = among(COUNTED_REASONS.certain);
    const dangerous = among(COUNTED_REASONS.dangerous);
    return { listable: groups.reduce((total, { number }) => total + number, 0) - certain - dangerous, certain, dangerous };
  }
  function* find(selection: Selection, limit: number): Work<Unnamed> {
    const numbers = yield* count(selection);
    const shape = shapeFor(selection);
    const values = { ...valuesOf(selection), limit };
    const rows = numbers.listable === 0 ? [] : yield* ask(shape.rows.with(values));
    const doubtful = numbers.certain === 0 ? [] : yield* ask(shape.doubtful.with(values));
    return { ...numbers, rows, doubtful };
  }
  /** In the transaction that names them: the rows still wait, and their numbers are still the same. */
  function* isAsTold({ selection, listed, certain, dangerous }: DigestEntry): Work<boolean> {
    const numbers = yield* count(selection);
    let listedCertain = 0;
    for (const id of listed) {
      const [row] = yield* ask(shapeFor(selection).reasonOf.with({ ...valuesOf(selection), id }));
      if (row === undefined) return false;
      if ((COUNTED_REASONS.certain as readonly string[]).includes(row.reason)) listedCertain++;
    }
    return numbers.certain === certain + listedCertain && numbers.dangerous === dangerous;
  }
  function* nameCounted(selection: Selection, at: number, digestId: string): Work<void> {
    yield* ask(shapeFor(selection).nameCounted.with({ ...valuesOf(selection), at, digestId }));
  }
  return { find, isAsTold, nameCounted };
}
