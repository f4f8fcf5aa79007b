/**
 * A held message is looked at again before it goes on, whoever lets it: a person's click, the command line, the end of its time.
 * By the model and the virus signatures of that day, without asking the network about its sender.
 */
import type { Config } from '../config.ts';
import type { Transaction } from '../message/envelope.ts';
import { loadScorer } from '../model-file.ts';
import type { Assessment } from '../pipeline.ts';
import { clamdScanner } from '../platform/clamd.ts';
import type { Log } from '../platform/log.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { isDangerous } from '../quarantine/lifecycle.ts';
import { originalBytes, type Quarantine } from '../quarantine/release.ts';
import { probesOf } from '../signals/probes.ts';
import { assess as assessMessage } from '../stations/assess.ts';
import { transactionOf } from '../stations/offline.ts';
import type { HeldRow } from '../storage/store.ts';
import { authorsOf } from './teaching.ts';

export interface LookedAgain {
  /** By what was found when it came, or by what is found now. */
  readonly dangerous: boolean;
  /** Address keys of From. */
  readonly authors: readonly string[];
}

/** How a message is assessed when it is looked at again. */
export type AssessAgain = (transaction: Transaction) => Promise<Assessment>;

/** The model is read once. */
export function assessingAgain(config: Pick<Config, 'clamav' | 'modelFile' | 'ourDomains'>, log: Log): AssessAgain {
  const scanner = config.clamav === null ? null : clamdScanner(config.clamav, { failed: (why) => log.warn({ why }, 'the virus scanner could not be asked') });
  const parts = {
    resolver: offlineResolver, scorer: loadScorer(config.modelFile), ourDomains: new Set(config.ourDomains), log, timed: () => undefined,
    probes: probesOf({ trustedSealers: [], lists: [], history: null, scanner }),
  };
  return (transaction) => assessMessage(transaction, parts);
}

/** null when it is gone. Rejects with StoreError or the error of the file system. */
export async function lookAgain(row: HeldRow, quarantine: Quarantine, assess: AssessAgain): Promise<LookedAgain | null> {
  if (row.state !== 'held' && row.state !== 'releasing') return null;
  const bytes = await originalBytes(quarantine, row);
  if (bytes === null) return null;
  const { message, score } = await assess(transactionOf({ bytes, to: [row.recipientRaw], from: row.senderRaw }, quarantine.clock));
  return { dangerous: score.kind === 'dangerous' || isDangerous(row), authors: authorsOf(message.from) };
}
