/** The list of probes, put together with what they ask. */
import { arcProbe } from './arc.ts';
import { dnsListsProbe } from './dns-lists.ts';
import type { DnsList } from './dns-list.ts';
import { fcrdns } from './fcrdns.ts';
import { historyProbe } from './history.ts';
import type { KnownSenders } from './history.ts';
import type { Probe } from './probe.ts';
import { scannerProbe } from './scanner.ts';
import { trustedFiltersProbe } from './trusted-filters.ts';
import type { Scanner } from '../platform/clamd.ts';

export interface ProbeParts {
  readonly trustedSealers: readonly string[];
  readonly lists: readonly DnsList[];
  readonly history: KnownSenders | null;
  readonly scanner: Scanner | null;
  /** Names of filters before us whose verdicts count. */
  readonly trustedFilters?: readonly string[];
}

export const probesOf = ({ trustedSealers, lists, history, scanner, trustedFilters = [] }: ProbeParts): readonly Probe[] =>
  Object.freeze([arcProbe(trustedSealers), fcrdns, dnsListsProbe(lists), historyProbe(history), scannerProbe(scanner), trustedFiltersProbe(trustedFilters)]);

/** As on the command line: nothing is configured, and nobody remembers. */
export const NO_PROBES: readonly Probe[] = probesOf({ trustedSealers: [], lists: [], history: null, scanner: null });
