/**
 * What a filter before us found. Anybody can write such fields, so they count only where the operator names the filter as trusted,
 * and only against a message: a forged "clean" buys nothing.
 */
import type { Message } from '../message/message.ts';
import { field } from './family.ts';
import { probe, type Probe } from './probe.ts';

/** Names for the configuration, and how each says "unwanted". */
const FILTERS: Readonly<Record<string, (value: (key: string) => string) => boolean>> = {
  spamassassin: (value) => /^\s*yes\b/i.test(value('x-spam-flag')) || /^\s*yes\b/i.test(value('x-spam-status')),
  rspamd: (value) => /^\s*(?:yes|true)\b/i.test(value('x-spam')) || /^\s*(?:reject|add header|rewrite subject)\b/i.test(value('x-rspamd-action')),
  // Spam confidence level: 5 and 6 spam, 9 certain; SFV:SPM a verdict of spam.
  microsoft: (value) => Number(value('x-ms-exchange-organization-scl') || '-1') >= 5 || /\bSFV:(?:SPM|SKB)\b|\bSCL:[5-9]\b/.test(value('x-forefront-antispam-report')),
  bogofilter: (value) => /^\s*(?:spam|yes)\b/i.test(value('x-bogosity')),
};

export const FILTER_NAMES: readonly string[] = Object.keys(FILTERS);

/** @param trusted names of FILTERS; others are ignored */
export function trustedFiltersProbe(trusted: readonly string[]): Probe {
  const asked = trusted.flatMap((name) => (FILTERS[name] === undefined ? [] : [[name, FILTERS[name]] as const]));
  return probe(
    'trusted-filters',
    { 'other-filter-unwanted': 'A filter before us, which the operator trusts, called the message unwanted; the value is its name.' },
    ({ message }) => {
      if (asked.length === 0) return { answers: null };
      return { answers: { 'other-filter-unwanted': asked.find(([, says]) => says(valueIn(message)))?.[0] ?? null } };
    },
  );
}

const valueIn = (message: Message) => (key: string): string => field(message, key)?.value ?? '';
