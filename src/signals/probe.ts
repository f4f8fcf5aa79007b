/** Signals that must be asked for elsewhere: the DNS, the database, a scanner. All under the message's deadline. */
import type { Unopened } from '../message/message.ts';
import type { Lookups } from './lookups.ts';
import { absent, present, unknown } from './signal.ts';
import type { Authentication, Signal, SignalDescription, SignalInput, SignalValue } from './signal.ts';

export interface ProbeContext {
  /** Cached, under the deadline, and written down for replay. */
  readonly lookups: Lookups;
  /** Who the author is can be known only when SPF, DKIM and DMARC have been checked. */
  readonly authentication: Promise<Authentication>;
}

export interface Probed {
  readonly signals: readonly Signal[];
  /** Beside what the walker could not open. */
  readonly unopened?: readonly Unopened[];
}

/** Must not reject for any message; past the deadline its signals are unknown(timeout). */
export interface Probe {
  readonly name: string;
  readonly describes: readonly SignalDescription[];
  /** At once where nobody has to be waited for. */
  gather(input: SignalInput, context: ProbeContext): Probed | Promise<Probed>;
}

/** What stands in for a signal's value when nobody could look. */
export class Unknown {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export type Answers<Name extends string> = { readonly [N in Name]: SignalValue | null | Unknown };

export interface Asked<Name extends string> {
  /** One of them for all names: null (nothing there), or why nobody could look. */
  readonly answers: Answers<Name> | Unknown | null;
  readonly unopened?: readonly Unopened[];
}

/** A probe from its table of names and meanings and one function that asks; like `family`, with a third answer. */
export function probe<Name extends string>(
  name: string,
  meanings: Readonly<Record<Name, string>>,
  ask: (input: SignalInput, context: ProbeContext) => Asked<Name> | Promise<Asked<Name>>,
): Probe {
  const describes: readonly SignalDescription[] = Object.entries<string>(meanings).map(([name, meaning]) => ({ name, meaning }));
  const nothing: Probed = Object.freeze({ signals: Object.freeze(describes.map(({ name }) => absent(name))), unopened: [] });
  const probed = ({ answers, unopened = [] }: Asked<Name>): Probed => {
    if (answers === null && unopened.length === 0) return nothing;
    if (answers === null) return { signals: nothing.signals, unopened };
    if (answers instanceof Unknown) return { signals: describes.map(({ name }) => unknown(name, answers.reason)), unopened };
    const byName: Readonly<Record<string, SignalValue | null | Unknown>> = answers;
    return { signals: nothing.signals.map((none) => signalOf(none, byName[none.name] ?? null)), unopened };
  };
  return Object.freeze({
    name,
    describes,
    gather(input: SignalInput, context: ProbeContext): Probed | Promise<Probed> {
      const asked = ask(input, context);
      return isPending(asked) ? asked.then(probed) : probed(asked);
    },
  });
}

export const isPending = <T extends object>(value: T | Promise<T>): value is Promise<T> => 'then' in value;

function signalOf(none: Signal, value: SignalValue | null | Unknown): Signal {
  if (value instanceof Unknown) return unknown(none.name, value.reason);
  return value === null || value === false ? none : present(none.name, value);
}
