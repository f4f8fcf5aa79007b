/** Names of tags and attributes, found without cutting them out of the text: they come by the thousand, and few are asked for. */

const NOT_PACKED = -1;
/** Five bits a character in one small integer. */
const PACKED_MAX_CHARS = 6;

/** What is known by the names of a fixed list, in whatever case they are written. */
export class NameTable<T> {
  readonly #byName: ReadonlyMap<string, T>;
  readonly #packed = new Map<number, T>();
  /** Lengths, by first letter, of the names that cannot be packed: a bit for each. */
  readonly #longer = new Uint32Array(128);

  /** @param entries names in small letters of ASCII, at most 31 long */
  constructor(entries: Iterable<readonly [string, T]>) {
    this.#byName = new Map(entries);
    for (const [name, value] of this.#byName) {
      const key = packed(name, 0, name.length);
      if (key !== NOT_PACKED) this.#packed.set(key, value);
      const first = name.charCodeAt(0);
      this.#longer[first] = (this.#longer[first] as number) | (1 << name.length);
    }
  }

  /** Of the name `text[start, end)`; undefined when it is not listed. */
  at(text: string, start: number, end: number): T | undefined {
    const key = packed(text, start, end);
    if (key !== NOT_PACKED) return this.#packed.get(key);
    const lengths = end - start > 31 ? 0 : (this.#longer[text.charCodeAt(start) | 32] ?? 0);
    return ((lengths >> (end - start)) & 1) === 0 ? undefined : this.#byName.get(text.slice(start, end).toLowerCase());
  }
}

/** Of letters and the digits 1 to 5 (`h1`): different for different names, the same for capitals. */
function packed(text: string, start: number, end: number): number {
  if (end - start > PACKED_MAX_CHARS) return NOT_PACKED;
  let key = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at), letter = (code | 32) - 96;
    if (letter >= 1 && letter <= 26) key = (key << 5) | letter;
    else if (code >= 49 && code <= 53) key = (key << 5) | (code - 22);
    else return NOT_PACKED;
  }
  return key;
}
