/** A new held row gets its mailbox and its words. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { scopesOf } from './held-scope.ts';
import { statement } from './statement.ts';
import type { HeldRow } from './store.ts';

/** Used by held.ts: a row and its words are one transaction. @returns (row, folded text) */
export function indexHeld(engine: Engine) {
  const setMailbox = statement((place) => engine.sql.updateTable('held').set({ mailbox: place('mailbox') }).where('id', '=', place('id')));
  const insert = statement((place) => engine.sql.insertInto('heldSearch').values({ text: place('text'), scope: place('scope'), id: place('id') }));
  return function* (row: HeldRow, text: string): Work<void> {
    const { mailbox, words } = scopesOf(row.recipient, row.policy, row.at);
    yield* ask(setMailbox.with({ mailbox, id: row.id }));
    yield* ask(insert.with({ text, scope: words, id: row.id }));
  };
}
