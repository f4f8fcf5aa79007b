/** Who is signed in, who is about to be, and what people prefer. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { places, statement } from './statement.ts';
import type { Query } from './statement.ts';
import type { PreferenceBook, SessionRow, Sessions, SignInRow, SignIns } from './review-book.ts';

const SESSION = ['idHash', 'address', 'createdAt', 'seenAt', 'expiresAt', 'agent'] as const;
const SIGN_IN = ['id', 'address', 'codeHash', 'createdAt', 'expiresAt', 'tries', 'usedAt'] as const;

export function sessions(engine: Engine): Sessions {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('sessions').values(places(SESSION, place)));
  const find = statement((place) => sql.selectFrom('sessions').select(SESSION).where('idHash', '=', place('idHash')).where('expiresAt', '>', place('now')));
  const touch = statement((place) => sql.updateTable('sessions').set({ seenAt: place('seenAt'), expiresAt: place('expiresAt') }).where('idHash', '=', place('idHash')));
  const remove = statement((place) => sql.deleteFrom('sessions').where('idHash', '=', place('idHash')));
  const removeAll = statement((place) => sql.deleteFrom('sessions').where('address', '=', place('address')));
  const expireAll = statement((place) => sql.deleteFrom('sessions').where('expiresAt', '<=', place('now')));
  const list = statement((place) => sql.selectFrom('sessions').select(SESSION).where('address', '=', place('address')).where('expiresAt', '>', place('now')).orderBy('seenAt', 'desc').limit(50));

  function* run(query: Query<unknown>): Work<void> {
    yield* ask(query);
  }
  function* one(idHash: string, now: number): Work<SessionRow | null> {
    return (yield* ask(find.with({ idHash, now })))[0] ?? null;
  }
  function* all(address: string, now: number): Work<readonly SessionRow[]> {
    return yield* ask(list.with({ address, now }));
  }
  return {
    add: (row) => engine.write(() => run(insert.with(row)), 'soon'),
    find: (idHash, now) => engine.read(() => one(idHash, now)),
    touch: (idHash, seenAt, expiresAt) => engine.write(() => run(touch.with({ idHash, seenAt, expiresAt })), 'soon'),
    // Signing out must outlast a power loss.
    remove: (idHash) => engine.write(() => run(remove.with({ idHash })), 'durable'),
    removeAll: (address) => engine.write(() => run(removeAll.with({ address })), 'durable'),
    list: (address, now) => engine.read(() => all(address, now)),
    expire: (now) => engine.write(() => run(expireAll.with({ now })), 'soon'),
  };
}

export function signIns(engine: Engine): SignIns {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('signIns').values(places(SIGN_IN, place)));
  const find = statement((place) => sql.selectFrom('signIns').select(SIGN_IN).where('id', '=', place('id')));
  const recent = statement((place) =>
    sql.selectFrom('signIns').select((e) => [e.fn.countAll<number>().as('asked'), e.fn.coalesce(e.fn.sum<number>('tries'), e.lit(0)).as('tries')])
      .where('address', '=', place('address')).where('createdAt', '>=', place('since')));
  const tried = statement((place) => sql.updateTable('signIns').set((e) => ({ tries: e('tries', '+', 1) })).where('id', '=', place('id')).returning('tries'));
  const use = statement((place) =>
    sql.updateTable('signIns').set({ usedAt: place('at') }).where('id', '=', place('id')).where('usedAt', 'is', null).where('expiresAt', '>', place('at')).returning('id'));
  const expire = statement((place) => sql.deleteFrom('signIns').where('createdAt', '<', place('before')));

  function* run(query: Query<unknown>): Work<void> {
    yield* ask(query);
  }
  function* one(id: string): Work<SignInRow | null> {
    return (yield* ask(find.with({ id })))[0] ?? null;
  }
  function* sum(address: string, since: number): Work<{ asked: number; tries: number }> {
    return (yield* ask(recent.with({ address, since })))[0] ?? { asked: 0, tries: 0 };
  }
  function* count(id: string): Work<number> {
    return (yield* ask(tried.with({ id })))[0]?.tries ?? 0;
  }
  function* first(id: string, at: number): Work<boolean> {
    return (yield* ask(use.with({ id, at }))).length > 0;
  }
  return {
    add: (row) => engine.write(() => run(insert.with(row)), 'soon'),
    find: (id) => engine.read(() => one(id)),
    recent: (address, since) => engine.read(() => sum(address, since)),
    count: (id) => engine.write(() => count(id), 'soon'),
    use: (id, at) => engine.write(() => first(id, at), 'durable'),
    expire: (before) => engine.write(() => run(expire.with({ before })), 'soon'),
  };
}

export function preferenceBook(engine: Engine): PreferenceBook {
  const { sql } = engine;
  const find = statement((place) => sql.selectFrom('preferences').select('value').where('address', '=', place('address')));
  const put = statement((place) =>
    sql.insertInto('preferences').values(places(['address', 'value', 'at'] as const, place)).onConflict((c) => c.column('address').doUpdateSet((e) => ({ value: e.ref('excluded.value'), at: e.ref('excluded.at') }))));
  function* get(address: string): Work<string | null> {
    return (yield* ask(find.with({ address })))[0]?.value ?? null;
  }
  function* set(address: string, value: string, at: number): Work<void> {
    yield* ask(put.with({ address, value, at }));
  }
  return {
    get: (address) => engine.read(() => get(address)),
    set: (address, value, at) => engine.write(() => set(address, value, at), 'durable'),
  };
}
