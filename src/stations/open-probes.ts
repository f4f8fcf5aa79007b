/** The probes as the configuration wants them. */
import type { Config } from '../config.ts';
import { clamdScanner } from '../platform/clamd.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { DnsList } from '../signals/dns-list.ts';
import type { KnownSenders } from '../signals/history.ts';
import type { Probe } from '../signals/probe.ts';
import { probesOf } from '../signals/probes.ts';

/** One of each for the whole service: they remember what does not answer. */
export function openProbes(config: Pick<Config, 'clamav' | 'dnsLists' | 'trustedArcSealers'> & Partial<Pick<Config, 'trustedFilters'>>, history: KnownSenders, clock: Clock, log: Log): readonly Probe[] {
  return probesOf({
    trustedSealers: config.trustedArcSealers,
    lists: config.dnsLists.map((list) => new DnsList(list, clock, log)),
    history,
    trustedFilters: config.trustedFilters ?? [],
    scanner: config.clamav === null ? null : clamdScanner(config.clamav, { failed: (why) => log.warn({ why }, 'the virus scanner could not be asked') }),
  });
}
