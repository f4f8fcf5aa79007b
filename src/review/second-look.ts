/** A held message looked at again before it goes on: by today's model and today's virus signatures, without asking the network about its sender. */
import type { Config } from '../config.ts';
import { loadScorer } from '../model-file.ts';
import { clamdScanner } from '../platform/clamd.ts';
import type { Log } from '../platform/log.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { probesOf } from '../signals/probes.ts';
import { assess } from '../stations/assess.ts';
import type { ReviewParts } from './parts.ts';

/** The model is read once. */
export function secondLook(config: Pick<Config, 'clamav' | 'modelFile' | 'ourDomains'>, log: Log): ReviewParts['assess'] {
  const scanner = config.clamav === null ? null : clamdScanner(config.clamav, { failed: (why) => log.warn({ why }, 'the virus scanner could not be asked') });
  const parts = {
    resolver: offlineResolver, scorer: loadScorer(config.modelFile), ourDomains: new Set(config.ourDomains), log, timed: () => undefined,
    probes: probesOf({ trustedSealers: [], lists: [], history: null, scanner }),
  };
  return (transaction) => assess(transaction, parts);
}
