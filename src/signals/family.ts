/** Small tools for signal families. */
import type { HeaderField, Message } from '../message/message.ts';
import { absent, present } from './signal.ts';
import type { Signal, SignalDescription, SignalFamily, SignalInput, SignalValue } from './signal.ts';

/** What a family found: `true` or a value for what is there, `false` or `null` for what is not. */
export type Findings<Name extends string> = { readonly [N in Name]: SignalValue | null };

/**
 * A family from its table of names and meanings and one function that looks. The compiler sees to it that each name in
 * the table is answered.
 */
export function family<Name extends string>(
  name: string,
  meanings: Readonly<Record<Name, string>>,
  look: (input: SignalInput) => Findings<Name>,
): SignalFamily {
  const describes: readonly SignalDescription[] = Object.entries<string>(meanings).map(([name, meaning]) => ({ name, meaning }));
  const none = describes.map(({ name }) => absent(name));
  const places = new Map<string, number>(describes.map(({ name }, place) => [name, place]));
  return Object.freeze({
    name,
    describes,
    gather(input: SignalInput): readonly Signal[] {
      const found = look(input);
      const signals = none.slice();
      // All families share this loop: going through an object's own names costs less than asking it for names of all kinds.
      for (const name in found) {
        const value = found[name] ?? null;
        if (value === null || value === false) continue;
        const place = places.get(name);
        if (place !== undefined) signals[place] = present(name, value);
      }
      return signals;
    },
  });
}

/** A count where there is at least one. */
export const counted = (count: number): number | null => (count > 0 ? count : null);

/** Fields of one name, in the order of the message. @param key lower-case name */
export function fields(message: Message, key: string): readonly HeaderField[] {
  let found: HeaderField[] | null = null;
  for (const field of message.header) if (field.key === key) (found ??= []).push(field);
  return found ?? NO_FIELDS;
}

const NO_FIELDS: readonly HeaderField[] = Object.freeze([]);

export function field(message: Message, key: string): HeaderField | undefined {
  for (const field of message.header) if (field.key === key) return field;
  return undefined;
}

/** The part behind the last `@`, lower case; '' when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : address.slice(at + 1).toLowerCase();
  return domain.endsWith('.') ? domain.slice(0, -1) : domain;
}
