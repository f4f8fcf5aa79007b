/**
 * htmlparser2's tokenizer, which looks at one character after the other, made to skip what it would only step over: text up to the
 * next `<` or `&`, and values up to their quotation mark. Every state and every event stays the library's.
 * The two methods are none of its public ones: a test says so should an upgrade rename them.
 */
import { Tokenizer } from 'htmlparser2';

const LT = 60, AMP = 38, DOUBLE_QUOTE = 34;

interface Parts {
  /** Of the character that is looked at; the library's loop adds one. */
  index: number;
  readonly buffer: string;
  stateText(code: number): void;
  handleInAttributeValue(code: number, quote: number): void;
  write(text: string): void;
  end(): void;
}

type Construct = new (...args: ConstructorParameters<typeof Tokenizer>) => Parts;

/** For one `write` of the whole text: then `index` counts from its start, and only goes forward where it matters here. */
export class QuickTokenizer extends (Tokenizer as unknown as Construct) {
  // Where each stands next. Kept, because looking for what is not there from every `&` on would take quadratic time.
  #lt = -1;
  #amp = -1;
  #doubleQuote = -1;
  #singleQuote = -1;

  override stateText(code: number): void {
    if (code === LT || code === AMP) return super.stateText(code);
    const { buffer, index } = this;
    if (this.#lt < index) this.#lt = next(buffer, '<', index);
    if (this.#amp < index) this.#amp = next(buffer, '&', index);
    this.index = Math.min(this.#lt, this.#amp) - 1;
  }

  override handleInAttributeValue(code: number, quote: number): void {
    if (code === quote || code === AMP) return super.handleInAttributeValue(code, quote);
    const { buffer, index } = this;
    if (this.#amp < index) this.#amp = next(buffer, '&', index);
    this.index = Math.min(this.#amp, quote === DOUBLE_QUOTE ? this.#nextDoubleQuote(index) : this.#nextSingleQuote(index)) - 1;
  }

  #nextDoubleQuote(from: number): number {
    if (this.#doubleQuote < from) this.#doubleQuote = next(this.buffer, '"', from);
    return this.#doubleQuote;
  }

  #nextSingleQuote(from: number): number {
    if (this.#singleQuote < from) this.#singleQuote = next(this.buffer, "'", from);
    return this.#singleQuote;
  }
}

/** The text's length where there is none. */
function next(text: string, character: string, from: number): number {
  const found = text.indexOf(character, from);
  return found < 0 ? text.length : found;
}
