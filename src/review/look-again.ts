/** The stored message through today's eyes, before it goes on by whatever way: a person's click, the command line, the end of its time. */
import type { Transaction } from '../message/envelope.ts';
import type { Assessment } from '../pipeline.ts';
import { originalBytes, type Keeper } from '../quarantine/release.ts';
import { transactionOf } from '../stations/offline.ts';
import type { HeldRow } from '../storage/store.ts';
import { isDangerous } from './access.ts';
import { authorsOf } from './teaching.ts';

export interface LookedAgain {
  /** By what was found when it came, or by what is found now. */
  readonly dangerous: boolean;
  /** Address keys of From. */
  readonly authors: readonly string[];
}

/** null when it is gone. Rejects with StoreError or the error of the file system. */
export async function lookAgain(row: HeldRow, keeper: Keeper, assess: (transaction: Transaction) => Promise<Assessment>): Promise<LookedAgain | null> {
  if (row.state !== 'held' && row.state !== 'releasing') return null;
  const bytes = await originalBytes(keeper, row);
  if (bytes === null) return null;
  const { message, score } = await assess(transactionOf({ bytes, to: [row.recipientRaw], from: row.senderRaw }, keeper.clock));
  return { dangerous: score.kind === 'dangerous' || isDangerous(row), authors: authorsOf(message.from) };
}
