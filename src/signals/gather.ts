/** All signals of a message. Never throws: what could not be observed is unknown, with the reason. */
import type { Unopened } from '../message/message.ts';
import { startDeadline } from '../platform/deadlines.ts';
import type { Resolver } from '../platform/resolver.ts';
import { authenticate } from './authentication.ts';
import { families } from './catalogue.ts';
import { inspectedOf } from './inspected.ts';
import { Lookups } from './lookups.ts';
import { isPending } from './probe.ts';
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
  const observed = families.map((family) => observe(family, input));
  const authenticated = await authentication;
  const probed = isPending(asked) ? await asked : asked;
  lookups.close();
  const signals = authenticated.signals.concat(...observed), unopened = unopenedIn(input).slice();
  for (const each of probed) {
    for (const signal of each.signals) signals.push(signal);
    if (each.unopened !== undefined) for (const one of each.unopened) unopened.push(one);
  }
  return { signals, authentication: lookups.isUnused ? authenticated : { ...authenticated, lookups: Object.assign(lookups.record(), authenticated.lookups) }, unopened };
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

/** Where all answer at once, as most do, no time has to be kept. */
function askAll(probes: readonly Probe[], input: SignalInput, context: ProbeContext, deadlineMs: number): readonly Probed[] | Promise<readonly Probed[]> {
  const asked: Probed[] = [];
  const pending: { readonly at: number; readonly answer: Promise<Probed> }[] = [];
  for (let at = 0; at < probes.length; at++) {
    const answer = askOne(probes[at] as Probe, input, context);
    if (isPending(answer)) pending.push({ at, answer });
    else asked[at] = answer;
  }
  return pending.length === 0 ? asked : inTime(probes, asked, pending, deadlineMs);
}

async function inTime(probes: readonly Probe[], asked: Probed[], pending: readonly { readonly at: number; readonly answer: Promise<Probed> }[], deadlineMs: number): Promise<readonly Probed[]> {
  const { promise: expired, resolve } = Promise.withResolvers<null>();
  const callOff = startDeadline(deadlineMs, () => resolve(null));
  for (const { at, answer } of pending) asked[at] = (await Promise.race([answer, expired])) ?? late(probes[at] as Probe);
  callOff();
  return asked;
}

function askOne(probe: Probe, input: SignalInput, context: ProbeContext): Probed | Promise<Probed> {
  try {
    const asked = probe.gather(input, context);
    return isPending(asked) ? asked.catch((error: unknown) => ({ signals: failed(probe.describes, error) })) : asked;
  } catch (error) {
    return { signals: failed(probe.describes, error) };
  }
}

const late = ({ describes }: Probe): Probed => ({ signals: describes.map(({ name }) => unknown(name, 'timeout')) });
