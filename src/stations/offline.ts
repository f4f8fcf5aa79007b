/** The same stations without the network and without a sender: for the command line and for the policies' examples. */
import type { Config } from '../config.ts';
import { mailAddress, type Client, type Transaction } from '../message/envelope.ts';
import { toCrlf } from '../message/walk.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { silentLog } from '../platform/log.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { messageFacts } from '../policy/facts.ts';
import { createExampleRunner, type RunExample } from '../policy-examples.ts';
import type { Scorer } from '../scoring/score.ts';
import { assess } from './assess.ts';

export interface Letter {
  readonly bytes: Buffer;
  readonly to: readonly string[];
  readonly from?: string;
  readonly ip?: string;
  readonly helo?: string;
}

/** A letter as if it had just come in. */
export function transactionOf(letter: Letter, clock: Clock): Transaction {
  const now = clock.now();
  const client: Client = { ip: letter.ip ?? null, unknownReason: letter.ip === undefined ? 'not-given' : null, name: null, helo: letter.helo ?? '' };
  return {
    bytes: toCrlf(letter.bytes),
    envelope: {
      id: newId(now), receivedAt: now, door: 'command', direction: 'in', client, tls: null, user: null, sender: mailAddress(letter.from ?? ''), parameters: [],
      recipients: letter.to.map((address) => ({ address: mailAddress(address), parameters: [] })),
    },
  };
}

/** Runs the examples of policies, see policy-examples.ts. */
export function offlineExamples(config: Pick<Config, 'ourDomains'>, scorer: Scorer, clock: Clock): RunExample {
  const ourDomains = new Set(config.ourDomains);
  const parts = { resolver: offlineResolver, scorer, ourDomains, log: silentLog, timed: () => undefined };
  return createExampleRunner({
    calibration: scorer,
    now: () => clock.now(),
    ourDomain: config.ourDomains[0] ?? 'example.com',
    assess: async (bytes) => messageFacts(await assess(transactionOf({ bytes, to: [] }, clock), parts), ourDomains, false),
  });
}
