/** Asking one probe, and reading what it says. */
import { Lookups } from '../../src/signals/lookups.ts';
import type { Probe } from '../../src/signals/probe.ts';
import type { Authentication, Authenticity, SignalInput } from '../../src/signals/signal.ts';
import { zoneResolver } from './dns-zone.ts';
import { presentOf } from './signal-mail.ts';

export const authenticated = (author: Authenticity): Promise<Authentication> => Promise.resolve({ author, dkimAligned: false, results: '', signals: [], lookups: {} });

/** Present signals, name to value; `{unknown: reason}` when all are. */
export async function answersOf(probe: Probe, input: SignalInput, lookups: Lookups = new Lookups(zoneResolver({}), 1000), author: Authenticity = { state: 'none' }): Promise<Readonly<Record<string, unknown>>> {
  const { signals } = await probe.gather(input, { lookups, authentication: authenticated(author) });
  lookups.close();
  const reasons = new Set(signals.map((signal) => (signal.state === 'unknown' ? signal.reason : null)));
  if (reasons.size === 1 && !reasons.has(null)) return { unknown: [...reasons][0] };
  return presentOf(signals);
}
