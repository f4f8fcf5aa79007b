/** What digests have to tell, have told, and what may therefore expire. */
import { sql as raw } from 'kysely';
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { insertNotice } from './notices.ts';
import type { QueuedNotice } from './notices.ts';
import { once, statement } from './statement.ts';
import type { HeldRow, HeldState } from './store.ts';
import { HELD_COLUMNS } from './held.ts';
import type { Reason } from '../policy/verdict.ts';

/** Held mail of one mailbox under one policy that no digest has named. */
export interface Waiting {
  /** Its key: that of an address without `+anything`. */
  readonly mailbox: string;
  readonly policy: string;
  readonly oldestAt: number;
  readonly newestAt: number;
}

/** What one digest is about: mail of one mailbox under some policies, or all mail under them (`mailbox: null`). */
export interface Selection {
  readonly mailbox: string | null;
  readonly policies: readonly string[];
}

export interface DigestRow extends HeldRow {
  /** JSON of the decision's facts; null: not kept any more. */
  readonly facts: string | null;
}

/** Reasons of which digests give the number only: nobody would let these through. */
export const COUNTED_REASONS: Readonly<Record<'certain' | 'dangerous', readonly Reason[]>> = Object.freeze({
  certain: Object.freeze<Reason[]>(['certain-spam', 'never-welcome']),
  dangerous: Object.freeze<Reason[]>(['dangerous', 'dangerous-postmaster']),
});

export interface Unnamed {
  /** Those to be listed, lowest score first. */
  readonly rows: readonly DigestRow[];
  /** Of the certain ones, those that may be a mistake all the same: a welcome sender, somebody known. */
  readonly doubtful: readonly DigestRow[];
  /** All that could be listed, without the doubtful ones. */
  readonly listable: number;
  /** All of them, the doubtful ones too. */
  readonly certain: number;
  readonly dangerous: number;
}

export interface DigestEntry {
  readonly digestId: string;
  /** Whose times decide: see `addressee` in digest_marks. */
  readonly addressee: string;
  /** When it was due. */
  readonly slot: number;
  readonly at: number;
  readonly selection: Selection;
  /** Ids of the rows that it lists, and the numbers that it gives of those that it does not. */
  readonly listed: readonly string[];
  readonly certain: number;
  readonly dangerous: number;
  readonly notices: readonly QueuedNotice[];
}

export interface DigestBook {
  /** In the order of mailbox and policy, beginning behind `after`. */
  waiting(after: Pick<Waiting, 'mailbox' | 'policy'> | null, limit: number): Promise<readonly Waiting[]>;
  unnamed(selection: Selection, limit: number): Promise<Unnamed>;
  /** When the last digest of this addressee was due; null: there was none. */
  lastSlot(addressee: string): Promise<number | null>;
  /**
   * Queues the notices, notes the slot and names the rows, all or nothing, durable.
   * `already`: this slot has had its digest; `changed`: what it would tell is not so any more. Nothing is written then.
   */
  enter(entry: DigestEntry): Promise<'queued' | 'already' | 'changed'>;
  /** The first policy behind this name under which named mail is held. */
  nextPolicy(after: string): Promise<string | null>;
  /** Named before `namedBefore`, held before `heldBefore`, oldest first, behind `after`. */
  expiring(policy: string, heldBefore: number, namedBefore: number, after: Pick<HeldRow, 'at' | 'id'> | null, limit: number): Promise<readonly HeldRow[]>;
}

/** What stands in a verdict or in the facts of a decision (JSON) when certain spam may be a mistake; whoever reads the rows looks closer. */
const DOUBTS: readonly string[] = ['"softened-by-welcome"', '"welcome-not-authenticated"', '"welcome-not-checkable"'];
const KNOWN: readonly string[] = ['"knownRelation":true', '"known-correspondent":"', '"answers-ours":"'];

/** Written out in SQL, so that the database sees that its partial indexes apply. */
const HELD = raw.lit<HeldState>('held');

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
        .where('state', '=', HELD).where('namedAt', 'is', null)
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
      sql.selectFrom('held').select('policy').where('state', '=', HELD).where('namedAt', 'is not', null).where('policy', '>', place('after')).orderBy('policy').limit(1)),
    expiring: statement((place) =>
      sql.selectFrom('held').select(HELD_COLUMNS).where('state', '=', HELD).where('namedAt', 'is not', null).where('policy', '=', place('policy'))
        .where('at', '<', place('heldBefore')).where('namedAt', '<', place('namedBefore'))
        .where((e) => e(e.refTuple('at', 'id'), '>', e.tuple(place('at'), place('id')))).orderBy('at').orderBy('id').limit(place('limit'))),
  };
}

/** Queries whose shape depends on what a digest is about. */
function unnamedIn({ sql }: Engine) {
  const all: readonly string[] = [...COUNTED_REASONS.certain, ...COUNTED_REASONS.dangerous];
  const candidates = ({ mailbox, policies }: Selection) => {
    const query = sql.selectFrom('held').where('held.state', '=', HELD).where('held.namedAt', 'is', null).where('held.policy', 'in', policies);
    return mailbox === null ? query : query.where('held.mailbox', '=', mailbox);
  };
  function* count(selection: Selection): Work<Pick<Unnamed, 'listable' | 'certain' | 'dangerous'>> {
    const groups = yield* ask(once(candidates(selection).select((e) => ['held.reason', e.fn.countAll<number>().as('number')]).groupBy('held.reason')));
    const sum = (belongs: (reason: string) => boolean): number => groups.reduce((total, each) => total + (belongs(each.reason) ? each.number : 0), 0);
    const among = (reasons: readonly string[]): number => sum((reason) => reasons.includes(reason));
    return { listable: sum((reason) => !all.includes(reason)), certain: among(COUNTED_REASONS.certain), dangerous: among(COUNTED_REASONS.dangerous) };
  }
  function* find(selection: Selection, limit: number): Work<Unnamed> {
    const numbers = yield* count(selection);
    const columns = HELD_COLUMNS.map((name) => `held.${name}` as const);
    const withFacts = candidates(selection).leftJoin('decisions', 'decisions.id', 'held.decisionId').select([...columns, 'decisions.facts']).orderBy('held.score').orderBy('held.id').limit(limit);
    const rows = yield* ask(once(withFacts.where('held.reason', 'not in', all)));
    if (numbers.certain === 0) return { ...numbers, rows, doubtful: [] };
    const doubtful = yield* ask(once(withFacts.where('held.reason', 'in', COUNTED_REASONS.certain)
      .where((e) => e.or([...DOUBTS.map((text) => e('held.verdict', 'like', `%${text}%`)), ...KNOWN.map((text) => e('decisions.facts', 'like', `%${text}%`))]))));
    return { ...numbers, rows, doubtful };
  }
  /** In the transaction that names them: the rows still wait, and their numbers are still the same. */
  function* isAsTold({ selection, listed, certain, dangerous }: DigestEntry): Work<boolean> {
    const numbers = yield* count(selection);
    const found = listed.length === 0 ? [] : yield* ask(once(candidates(selection).select(['held.id', 'held.reason']).where('held.id', 'in', listed)));
    const listedCertain = found.filter(({ reason }) => (COUNTED_REASONS.certain as readonly string[]).includes(reason)).length;
    return found.length === listed.length && numbers.certain === certain + listedCertain && numbers.dangerous === dangerous;
  }
  function* nameCounted({ mailbox, policies }: Selection, namedAt: number, namedBy: string): Work<void> {
    const query = sql.updateTable('held').set({ namedAt, namedBy }).where('state', '=', HELD).where('namedAt', 'is', null).where('policy', 'in', policies).where('reason', 'in', all);
    yield* ask(once(mailbox === null ? query : query.where('mailbox', '=', mailbox)));
  }
  return { find, isAsTold, nameCounted };
}
