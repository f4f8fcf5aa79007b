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
  return Object.freeze({
    name,
    describes,
    gather(input: SignalInput): readonly Signal[] {
      const found: Readonly<Record<string, SignalValue | null>> = look(input);
      return none.map((nothing) => {
        const value = found[nothing.name] ?? null;
        return value === null || value === false ? nothing : present(nothing.name, value);
      });
    },
  });
}

/** A count where there is at least one. */
export const counted = (count: number): number | null => (count > 0 ? count : null);

/** Fields of one name, in the order of the message. @param key lower-case name */
export function fields(message: Message, key: string): readonly HeaderField[] {
  return message.header.filter((field) => field.key === key);
}

export function field(message: Message, key: string): HeaderField | undefined {
  return message.header.find((field) => field.key === key);
}

/** The part behind the last `@`, lower case; '' when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase().replace(/\.$/, '');
}
