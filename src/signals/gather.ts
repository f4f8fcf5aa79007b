/** All signals of a message. Never throws: what could not be observed is unknown, with the reason. */
import type { Unopened } from '../message/message.ts';
import type { Resolver } from '../platform/resolver.ts';
import { authenticate } from './authentication.ts';
import { families } from './catalogue.ts';
import { inspectedOf } from './inspected.ts';
import { Lookups } from './lookups.ts';
import type { Probe, ProbeContext, Probed } from './probe.ts';
import { NO_PROBES } from './probes.ts';
import { unknown } from './signal.ts';
import type { Authentication, Signal, SignalDescription, SignalFamily, SignalInput } from './signal.ts';

export interface Gathered {
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
  /** What could not be opened, beside what the walker said. */
  readonly unopened: readonly Unopened[];
}

/**
 * @param deadlineMs time for all DNS questions of this message together (limits.ts, `dns.deadlineMs`); twice that for scanner and database
 * @param probes what is asked elsewhere, as main.ts puts it together
 */
export async function gather(input: SignalInput, resolver: Resolver, deadlineMs: number, probes: readonly Probe[] = NO_PROBES): Promise<Gathered> {
  // The questions go out first; the families look at the message while the answers travel.
  const authentication = authenticate(input, resolver, deadlineMs);
  const lookups = new Lookups(resolver, deadlineMs);
  const asked = askAll(probes, input, { lookups, authentication }, deadlineMs * 2);
  const observed = families.flatMap((family) => observe(family, input));
  const [authenticated, probed] = await Promise.all([authentication, asked]);
  lookups.close();
  return {
    signals: [...authenticated.signals, ...observed, ...probed.flatMap(({ signals }) => signals)],
    authentication: { ...authenticated, lookups: { ...lookups.record(), ...authenticated.lookups } },
    unopened: [...unopenedIn(input), ...probed.flatMap(({ unopened = [] }) => unopened)],
  };
}

/** A family that fails on some message we did not foresee costs its own signals, not the mail. */
function observe(family: SignalFamily, input: SignalInput): readonly Signal[] {
  try {
    return family.gather(input);
  } catch (error) {
    return failed(family.describes, error);
  }
}

function failed(describes: readonly SignalDescription[], error: unknown): readonly Signal[] {
  const reason = `failed: ${String((error as { message?: unknown } | null)?.message ?? error).slice(0, 100)}`;
  return describes.map(({ name }) => unknown(name, reason));
}

function unopenedIn({ message, bytes }: SignalInput): readonly Unopened[] {
  try {
    return inspectedOf(message, bytes).unopened;
  } catch {
    // Whoever looks into files says `failed` in the signals; that nobody could look in must reach the policies.
    return [{ reason: 'damaged', path: '' }];
  }
}

async function askAll(probes: readonly Probe[], input: SignalInput, context: ProbeContext, deadlineMs: number): Promise<readonly Probed[]> {
  const { promise: expired, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), deadlineMs);
  const asked = await Promise.all(probes.map(async (probe) => (await Promise.race([askOne(probe, input, context), expired])) ?? late(probe)));
  clearTimeout(timer);
  return asked;
}

async function askOne(probe: Probe, input: SignalInput, context: ProbeContext): Promise<Probed> {
  try {
    return await probe.gather(input, context);
  } catch (error) {
    return { signals: failed(probe.describes, error) };
  }
}

const late = ({ describes }: Probe): Probed => ({ signals: describes.map(({ name }) => unknown(name, 'timeout')) });
