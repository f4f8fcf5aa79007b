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
  gather(input: SignalInput, context: ProbeContext): Promise<Probed>;
}

/** What stands in for a signal's value when nobody could look. */
export class Unknown {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export type Answers<Name extends string> = { readonly [N in Name]: SignalValue | null | Unknown };

/** A probe from its table of names and meanings and one function that asks; like `family`, with a third answer. */
export function probe<Name extends string>(
  name: string,
  meanings: Readonly<Record<Name, string>>,
  ask: (input: SignalInput, context: ProbeContext) => Promise<{ readonly answers: Answers<Name>; readonly unopened?: readonly Unopened[] }>,
): Probe {
  const describes: readonly SignalDescription[] = Object.entries<string>(meanings).map(([name, meaning]) => ({ name, meaning }));
  return Object.freeze({
    name,
    describes,
    async gather(input: SignalInput, context: ProbeContext): Promise<Probed> {
      const { answers, unopened = [] } = await ask(input, context);
      const byName: Readonly<Record<string, SignalValue | null | Unknown>> = answers;
      return { signals: describes.map(({ name }) => signalOf(name, byName[name] ?? null)), unopened };
    },
  });
}

function signalOf(name: string, value: SignalValue | null | Unknown): Signal {
  if (value instanceof Unknown) return unknown(name, value.reason);
  return value === null || value === false ? absent(name) : present(name, value);
}

/** The same answer for every name. */
export function allOf<Name extends string>(meanings: Readonly<Record<Name, string>>, value: null | Unknown): Answers<Name> {
  return Object.fromEntries(Object.keys(meanings).map((name) => [name, value])) as Answers<Name>;
}
