/** What a DKIM signature covers of the header (RFC 6376 section 3.7), one char a byte. */
import type { HeaderField } from '../message/message.ts';
import type { Signature } from './dkim-signature.ts';

/** The header of one message, for each of its signatures. */
export class SignedHeader {
  readonly #fields: readonly HeaderField[];
  readonly #text: string;
  /** Index of the last field of each name. */
  readonly #last = new Map<string, number>();
  /** For each field the index of the one before it with the same name; -1: none. */
  readonly #before: number[] = [];

  /** @param bytes the message, whose header begins at 0 */
  constructor(fields: readonly HeaderField[], bytes: Buffer) {
    this.#fields = fields;
    this.#text = bytes.toString('latin1', 0, fields.at(-1)?.end ?? 0);
    for (let i = 0; i < fields.length; i++) {
      const { key } = fields[i] as HeaderField;
      this.#before.push(this.#last.get(key) ?? -1);
      this.#last.set(key, i);
    }
  }

  /** Of each name the last field that is left, then the signature itself without its value. */
  coveredBy({ signed, isHeaderRelaxed }: Signature, own: HeaderField): string {
    const next = new Map<string, number>();
    let text = '';
    for (const name of signed) {
      const at = next.get(name) ?? this.#last.get(name) ?? -1;
      if (at < 0) continue;
      next.set(name, this.#before[at] as number);
      text += `${this.#canonical(this.#fields[at] as HeaderField, isHeaderRelaxed)}\r\n`;
    }
    return text + withoutValue(this.#canonical(own, isHeaderRelaxed));
  }

  #canonical({ name, key, start, end }: HeaderField, isRelaxed: boolean): string {
    return isRelaxed ? `${key}:${relaxed(this.#text.slice(start + name.length + 1, end - 2))}` : this.#text.slice(start, end - 2);
  }
}

/** RFC 6376 section 3.4.2. */
function relaxed(value: string): string {
  const unfolded = value.includes('\n') ? value.replaceAll('\r\n', '') : value;
  const single = unfolded.replace(/[ \t]{2,}|\t/g, ' ');
  return single.slice(single.startsWith(' ') ? 1 : 0, single.length > 1 && single.endsWith(' ') ? -1 : undefined);
}

/** Names stand once, so the only tag `b` is the signature; its value counts as empty, with all white space around it (section 3.5). */
function withoutValue(field: string): string {
  const tag = /(?:^[^:]*:|;)[ \t\r\n]*b[ \t\r\n]*=/.exec(field);
  if (tag === null) return field;
  const from = tag.index + tag[0].length, to = field.indexOf(';', from);
  return field.slice(0, from) + (to < 0 ? '' : field.slice(to));
}
