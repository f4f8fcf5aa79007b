/** Address fields (RFC 5322 section 3.4), read as forgivingly as mail readers do, reporting what they would disagree on. */
import type { Findings } from './defects.ts';
import { decodeWords } from './encoded-words.ts';
import { parse } from './limits.ts';
import type { Mailbox } from './message.ts';

/**
 * Mailboxes of one field, groups flattened. What has no `@` comes back all the same: as address when it stood in angle
 * brackets, else as name. Never throws.
 * @param value unfolded, encoded words not yet decoded  @param at offset for defects
 */
export function readMailboxes(value: string, findings: Findings, at: number): readonly Mailbox[] {
  if (value === '') return [];
  const plain = value.length <= PLAIN_MAX_CHARS ? (angled(value) ?? PLAIN.exec(value)) : null;
  if (plain === null) return new AddressReader(value, findings, at).read();
  const [, quoted, phrase, angle, bare = ''] = plain;
  return [{ name: decodeWords(withSingleBlanks(quoted ?? phrase ?? '').trim(), findings, at).trim(), address: angle ?? bare }];
}

const withSingleBlanks = (text: string): string => (text.includes('  ') || /[^\S ]/.test(text) ? text.replace(/\s+/g, ' ') : text);

/** What `PLAIN` would find where one address stands in angle brackets behind a name without encoded words, in a fifth of its time. */
function angled(value: string): readonly (string | undefined)[] | null {
  const open = value.indexOf('<');
  if (open < 0 || !value.endsWith('>')) return null;
  const address = value.slice(open + 1, -1), before = value.slice(0, open).trimEnd();
  if (!ADDRESS.test(address)) return null;
  const isQuoted = before.length > 1 && before.startsWith('"') && before.endsWith('"');
  const name = isQuoted ? before.slice(1, -1) : before;
  if (!(isQuoted ? QUOTED : PHRASE).test(name)) return null;
  return isQuoted ? [value, name, undefined, address] : [value, undefined, name, address];
}
const ADDRESS = /^[\w.+-]+@[\w.-]+$/;
const QUOTED = /^[^"\\=@<>]*$/, PHRASE = /^[^"\\=@<>()[\],;:]*$/;

/** One address as nearly all programs write it: alone, or in angle brackets behind a name without marks that mean something, perhaps an encoded word. */
const PLAIN = /^(?:(?:"([^"\\=@<>]*)"|((?:[^"\\=@<>()[\],;:]|=\?[\w-]+\?[bq]\?[\w+/=.-]*\?=)*))\s*<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))$/i;
const PLAIN_MAX_CHARS = 200;

const LITERAL_MAX_CHARS = 256;
const ANGLES_MAX = 10;

/** Whether blanks stand round one of the `@` and nowhere else: `user @ example.com`. */
function isTorn(written: string): boolean {
  const [first = '', second = '', third = '', ...more] = written.split(/\s+/);
  if (more.length > 0) return false;
  return third === '' ? (first.length > 1 && first.endsWith('@')) || (second.length > 1 && second.startsWith('@')) : second === '@';
}

class AddressReader {
  readonly #value: string;
  readonly #findings: Findings;
  readonly #at: number;
  readonly #mailboxes: Mailbox[] = [];
  #pos = 0;
  #strayQuote = false;
  /** Text outside brackets, as shown (quotation marks gone) and as written. */
  #phrase = '';
  #written = '';
  /** Whether an `@` stands in it: looking for it at each colon would take the square of the length. */
  #hasAt = false;
  #comment = '';
  #angles: string[] = [];
  /** A name that a comma has cut off: `Doe, John <john@example.com>`. */
  #cutOff = '';

  constructor(value: string, findings: Findings, at: number) {
    this.#value = value;
    this.#findings = findings;
    this.#at = at;
  }

  read(): readonly Mailbox[] {
    const value = this.#value;
    while (this.#pos < value.length && this.#mailboxes.length < parse.mailboxesMax) {
      const c = value[this.#pos++] ?? '';
      if (c === '"' && !this.#strayQuote) this.#quoted();
      else if (c === '(') this.#parenthesis();
      else if (c === '<') this.#angle();
      else if (c === '[') this.#literal();
      else if (c === ',') this.#finish(false);
      else if (c === ';') this.#finish(true);
      else if (c === ':' && this.#angles.length === 0 && !this.#hasAt) this.#startGroup();
      else if (c === '\\' && this.#pos < value.length) this.#append(value[this.#pos++] ?? '');
      else this.#append(c);
    }
    if (this.#pos < value.length) this.#findings.defect('addresses-too-many', this.#at);
    this.#finish(true);
    return this.#mailboxes;
  }

  #append(text: string, written: string = text): void {
    this.#phrase += text;
    this.#written += written;
    this.#hasAt ||= written.includes('@');
  }

  #quoted(): void {
    const start = this.#pos;
    let text = '', closed = false;
    while (this.#pos < this.#value.length && !closed) {
      const c = this.#value[this.#pos++] ?? '';
      if (c === '"') closed = true;
      else text += c === '\\' ? (this.#value[this.#pos++] ?? '') : c;
    }
    if (closed) return this.#append(text, `"${text}"`);
    // An unclosed quotation mark would swallow the address: readers take it for a stray one.
    this.#defect('address-unclosed');
    this.#strayQuote = true;
    this.#pos = start;
  }

  #parenthesis(): void {
    let depth = 1, text = '';
    while (this.#pos < this.#value.length && depth > 0) {
      const c = this.#value[this.#pos++] ?? '';
      if (c === '\\') text += this.#value[this.#pos++] ?? '';
      else if (c === '(') depth++;
      else if (c === ')') depth--;
      if (c !== '\\' && depth > 0) text += c;
    }
    if (depth > 0) this.#defect('address-unclosed');
    this.#comment += (this.#comment === '' ? '' : ' ') + text;
  }

  #angle(): void {
    const close = this.#value.indexOf('>', this.#pos);
    let end = close;
    if (close < 0) {
      this.#defect('address-unclosed');
      const comma = this.#value.indexOf(',', this.#pos);
      end = comma < 0 ? this.#value.length : comma;
    }
    let inner = this.#value.slice(this.#pos, end).trim();
    this.#pos = close < 0 ? end : end + 1;
    if (inner.startsWith('<')) {
      this.#defect('address-malformed');
      inner = inner.replace(/^<+/, '');
    }
    const route = /^@[^:]*:(.*)$/.exec(inner);
    if (route !== null) {
      this.#defect('address-route');
      inner = route[1] ?? '';
    }
    if (this.#angles.length < ANGLES_MAX) this.#angles.push(inner);
  }

  /** A domain literal, or square brackets in a name. */
  #literal(): void {
    const literal = /^[^[\],<]*\]/.exec(this.#value.slice(this.#pos, this.#pos + LITERAL_MAX_CHARS));
    this.#append(`[${literal?.[0] ?? ''}`);
    this.#pos += literal?.[0].length ?? 0;
  }

  #startGroup(): void {
    this.#phrase = '';
    this.#written = '';
    this.#hasAt = false;
    this.#comment = '';
    this.#cutOff = '';
  }

  #finish(last: boolean): void {
    const phrase = this.#phrase.replace(/\s+/g, ' ').trim();
    const written = this.#written.trim();
    if (this.#angles.length > 0) this.#finishAngle(phrase);
    else if (written.includes('@')) this.#finishBare(written);
    else if (phrase !== '') {
      this.#cutOff += (this.#cutOff === '' ? '' : ', ') + phrase;
    }
    else if (this.#comment.includes('@')) this.#finishComment();
    if (last && this.#cutOff !== '') {
      this.#defect(/@/.test(this.#decode(this.#cutOff)) ? 'address-encoded' : 'address-without-at');
      this.#push(this.#cutOff, '');
      this.#cutOff = '';
    }
    this.#phrase = this.#written = this.#comment = '';
    this.#hasAt = false;
    this.#angles = [];
  }

  #finishAngle(phrase: string): void {
    let name = phrase;
    if (this.#cutOff !== '') {
      this.#defect('address-malformed');
      name = `${this.#cutOff}, ${phrase}`;
      this.#cutOff = '';
    }
    if (this.#angles.length > 1) this.#defect('address-two-in-one');
    for (const address of this.#angles) {
      if (!address.includes('@') && address !== '') this.#defect('address-without-at');
      if (/\s/.test(address)) this.#defect('address-malformed');
      this.#push(name === '' ? this.#comment : name, address);
    }
  }

  /** `user@example.com`, `user@example.com (Name)`, and the malformed `Name user@example.com`. */
  #finishBare(written: string): void {
    const words = written.match(/(?:"[^"]*"|[^\s"]|"(?![^"]*"))+/g) ?? [];
    const joined = words.join('');
    let address = joined, name = this.#comment;
    if (words.length > 1 && !isTorn(written)) {
      this.#defect('address-malformed');
      const at = words.findIndex((word) => word.includes('@'));
      address = words[at] ?? joined;
      name = words.filter((_, i) => i !== at).join(' ');
    }
    if (this.#cutOff !== '') {
      this.#defect('address-without-at');
      this.#push(this.#cutOff, '');
      this.#cutOff = '';
    }
    if (/^"[^"]*"$/.test(address)) {
      this.#defect('address-malformed');
      address = address.slice(1, -1);
    }
    this.#push(name, address);
  }

  /** `Name,(<user@example.com>)`: nothing but a comment, which some readers show as the address. */
  #finishComment(): void {
    this.#defect('address-malformed');
    // Word by word: one expression for it would begin anew at every letter.
    this.#push(this.#cutOff, this.#comment.split(/[\s<>()]+/).find((word) => /.@./.test(word)) ?? '');
    this.#cutOff = '';
  }

  #push(name: string, address: string): void {
    if (address.includes('=?')) this.#defect('address-encoded'); // RFC 2047 section 5: never inside an addr-spec
    // A quoted local part that looks like an address itself is there to be taken for one.
    if (address.includes('"') && !/^"[^"@<>]*"@[^"]*$/.test(address)) this.#defect('address-malformed');
    this.#mailboxes.push({ name: this.#decode(name).trim(), address: address.trim() });
  }

  #decode(text: string): string {
    return decodeWords(text, this.#findings, this.#at);
  }

  #defect(code: Parameters<Findings['defect']>[0]): void {
    this.#findings.defect(code, this.#at);
  }
}
