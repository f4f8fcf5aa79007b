/** What became of a sender's mail: counts that fade, and the Message-IDs of our own mail, by their hashes. */
import { hash as digestOf } from 'node:crypto';
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { KnownKeys } from './known-keys.ts';
import { statement } from './statement.ts';
import type { SenderCounts, SenderEvent, SenderHistory } from './store.ts';
import type { WriteQueue } from './write-queue.ts';
import { history as bounds } from '../message/limits.ts';

const HALF_LIFE_MS: Readonly<Record<SenderEvent, number>> = {
  written: bounds.writtenHalfLifeMs, released: bounds.releasedHalfLifeMs, blocked: bounds.blockedHalfLifeMs, complained: bounds.complainedHalfLifeMs,
};

/** What is left of a weight after some time: half of it after one half-life. A clock that went back changes nothing. */
const faded = (event: SenderEvent, weight: number, sinceMs: number): number => weight * 2 ** (-Math.max(0, sinceMs) / HALF_LIFE_MS[event]);

/** 128 bits: nobody can find two, and nobody can read Message-IDs from the database. */
const hashOf = (messageId: string): string => digestOf('sha256', messageId.trim()).slice(0, 32);

const NOTHING: SenderCounts = Object.freeze({
  proven: Object.freeze({ written: 0, released: 0, blocked: 0, complained: 0 }), unproven: Object.freeze({ written: 0, released: 0, blocked: 0, complained: 0 }),
});
const OF_NOBODY = Promise.resolve(NOTHING);
const NOT_SENT = Promise.resolve(false);

export function senderHistory(engine: Engine, queue: WriteQueue, keys: KnownKeys): SenderHistory {
  const { sql } = engine;
  const one = statement((place) => sql.selectFrom('senderEvents').select(['weight', 'at']).where('address', '=', place('address')).where('event', '=', place('event')).where('proven', '=', place('proven')));
  const all = statement((place) => sql.selectFrom('senderEvents').select(['event', 'proven', 'weight', 'at']).where('address', '=', place('address')));
  const put = statement((place) =>
    sql.insertInto('senderEvents').values({ address: place('address'), event: place('event'), proven: place('proven'), weight: place('weight'), at: place('at') })
      .onConflict((c) => c.columns(['address', 'event', 'proven']).doUpdateSet((e) => ({ weight: e.ref('excluded.weight'), at: e.ref('excluded.at') }))));
  const putId = statement((place) => sql.insertInto('sentIds').values({ hash: place('hash'), at: place('at') }).onConflict((c) => c.column('hash').doUpdateSet((e) => ({ at: e.ref('excluded.at') }))));
  const findId = statement((place) => sql.selectFrom('sentIds').select('at').where('hash', '=', place('hash')));
  const forget = statement((place) => sql.deleteFrom('senderEvents').where('at', '<', place('before')));
  const forgetIds = statement((place) => sql.deleteFrom('sentIds').where('at', '<', place('before')));

  function* note(event: SenderEvent, addresses: readonly string[], proven: number, at: number, count: number): Work<void> {
    for (const address of addresses) {
      keys.add('senderEvents', address, '');
      const [known] = yield* ask(one.with({ address, event, proven }));
      yield* ask(put.with({ address, event, proven, weight: Math.max(0, count + (known === undefined ? 0 : faded(event, known.weight, at - known.at))), at }));
    }
  }
  function* counts(address: string, now: number): Work<SenderCounts> {
    const found = { written: 0, released: 0, blocked: 0, complained: 0 };
    const unproven = { ...found };
    for (const { event, proven, weight, at } of yield* ask(all.with({ address }))) (proven === 1 ? found : unproven)[event] = faded(event, weight, now - at);
    return { proven: found, unproven };
  }
  function* learnId(hash: string, at: number): Work<void> {
    keys.add('sentIds', hash, '');
    yield* ask(putId.with({ hash, at }));
  }
  function* knowsId(hashes: readonly string[], since: number): Work<boolean> {
    for (const hash of hashes) {
      const [row] = yield* ask(findId.with({ hash }));
      if (row !== undefined && row.at >= since) return true;
    }
    return false;
  }
  function* expire(now: number): Work<void> {
    // After ten half-lives a thousandth is left of each event.
    yield* ask(forget.with({ before: now - 10 * Math.max(...Object.values(HALF_LIFE_MS)) }));
    yield* ask(forgetIds.with({ before: now - bounds.sentIdKeepMs }));
  }

  return {
    note: (event, addresses, proven, at, count = 1) => {
      if (addresses.length > 0) queue.add(() => note(event, addresses, proven ? 1 : 0, at, count), 200 * (addresses.length + 1));
    },
    counts: (address, now) => (keys.mayStand('senderEvents', address, '') ? engine.read(() => counts(address, now)) : OF_NOBODY),
    sent: (messageId, at) => queue.add(() => learnId(hashOf(messageId), at), 200),
    wasSent: (messageIds, now) => {
      const hashes = messageIds.map(hashOf).filter((each) => keys.mayStand('sentIds', each, ''));
      return hashes.length === 0 ? NOT_SENT : engine.read(() => knowsId(hashes, now - bounds.sentIdKeepMs));
    },
    expire: (now) => engine.write(() => expire(now), 'soon'),
  };
}
