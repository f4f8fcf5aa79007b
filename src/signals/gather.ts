/** All signals of a message. Never throws: what could not be observed is unknown, with the reason. */
import type { Resolver } from '../platform/resolver.ts';
import { authenticate } from './authentication.ts';
import { families } from './catalogue.ts';
import { unknown } from './signal.ts';
import type { Authentication, Signal, SignalFamily, SignalInput } from './signal.ts';

export interface Gathered {
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
}

/** @param deadlineMs time for all DNS questions of this message together (limits.ts, `dns.deadlineMs`) */
export async function gather(input: SignalInput, resolver: Resolver, deadlineMs: number): Promise<Gathered> {
  // The questions go out first; the families look at the message while the answers travel.
  const authentication = authenticate(input, resolver, deadlineMs);
  const observed = families.flatMap((family) => observe(family, input));
  const authenticated = await authentication;
  return { signals: [...authenticated.signals, ...observed], authentication: authenticated };
}

/** A family that fails on some message we did not foresee costs its own signals, not the mail. */
function observe(family: SignalFamily, input: SignalInput): readonly Signal[] {
  try {
    return family.gather(input);
  } catch (error) {
    const reason = `failed: ${String((error as { message?: unknown } | null)?.message ?? error).slice(0, 100)}`;
    return family.describes.map(({ name }) => unknown(name, reason));
  }
}
