/**
 * htmlparser2's tokenizer, which looks at one character after the other, made to skip what it would only step over: text up to the
 * next `<` or `&`, values up to their quotation mark, names of tags, and attributes written as nearly all are. Every state and every
 * event stays the library's: what is written otherwise is handed over to it from where it begins.
 * The methods are none of its public ones: a test says so should an upgrade rename them.
 */
import { QuoteType, Tokenizer } from 'htmlparser2';

type Callbacks = ConstructorParameters<typeof Tokenizer>[1];

const TAB = 9, LF = 10, FF = 12, CR = 13, SPACE = 32, DOUBLE_QUOTE = 34, AMP = 38, SINGLE_QUOTE = 39, SLASH = 47, LT = 60, EQUALS = 61, GT = 62;
/** Names that are longer are the library's: none that matters is. */
const NAME_MAX_CHARS = 20;

interface Parts {
  /** Of the character that is looked at; the library's loop adds one. */
  index: number;
  sectionStart: number;
  readonly buffer: string;
  readonly cbs: Callbacks;
  stateText(code: number): void;
  stateInTagName(code: number): void;
  stateInClosingTagName(code: number): void;
  stateBeforeAttributeName(code: number): void;
  handleInAttributeValue(code: number, quote: number): void;
  fastForwardTo(code: number): boolean;
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
    const { buffer, index } = this;
    if (code === LT) return this.#tag(index);
    if (code === AMP) return super.stateText(code);
    if (this.#lt < index) this.#lt = next(buffer, '<', index);
    if (this.#amp < index) this.#amp = next(buffer, '&', index);
    this.index = Math.min(this.#lt, this.#amp) - 1;
  }

  /** Goes to the end of a tag's name at once. */
  #tag(index: number): void {
    const { buffer } = this;
    const isClosing = buffer.charCodeAt(index + 1) === SLASH;
    const start = isClosing ? index + 2 : index + 1;
    let end = start;
    let code = buffer.charCodeAt(start);
    if (!isLetter(code)) return super.stateText(LT);
    while (code !== GT && code !== SLASH && !isWhite(code)) {
      code = buffer.charCodeAt(++end);
      if (end >= buffer.length || end - start > NAME_MAX_CHARS) return super.stateText(LT);
    }
    if (!isClosing && mayBeRawText(end - start, buffer.charCodeAt(start), buffer.charCodeAt(start + 1))) return super.stateText(LT);
    if (index > this.sectionStart) this.cbs.ontext(this.sectionStart, index);
    this.sectionStart = start;
    this.index = end;
    if (isClosing) this.stateInClosingTagName(code);
    else this.stateInTagName(code);
  }

  /** Attributes whose values hold no entities, all in one go. */
  override stateBeforeAttributeName(first: number): void {
    const { buffer, cbs } = this;
    let at = this.index, code = first;
    for (;;) {
      while (isWhite(code)) code = buffer.charCodeAt(++at);
      const nameStart = at;
      if (code === EQUALS) break;
      while (isWithinName(code)) code = buffer.charCodeAt(++at);
      if (code !== EQUALS) {
        at = nameStart;
        break;
      }
      const quote = buffer.charCodeAt(at + 1), from = at + 2;
      const end = quote === DOUBLE_QUOTE ? this.#nextDoubleQuote(from) : quote === SINGLE_QUOTE ? this.#nextSingleQuote(from) : buffer.length;
      if (this.#amp < from) this.#amp = next(buffer, '&', from);
      if (end >= buffer.length || this.#amp < end) {
        at = nameStart;
        break;
      }
      cbs.onattribname(nameStart, at);
      cbs.onattribdata(from, end);
      cbs.onattribend(quote === DOUBLE_QUOTE ? QuoteType.Double : QuoteType.Single, end + 1);
      at = end + 1;
      code = buffer.charCodeAt(at);
    }
    // Behind the end of the text there is nothing to hand over.
    this.index = Math.min(at, buffer.length - 1);
    super.stateBeforeAttributeName(at < buffer.length ? buffer.charCodeAt(at) : SPACE);
  }

  override handleInAttributeValue(code: number, quote: number): void {
    if (code === quote || code === AMP) return super.handleInAttributeValue(code, quote);
    const { buffer, index } = this;
    if (this.#amp < index) this.#amp = next(buffer, '&', index);
    this.index = Math.min(this.#amp, quote === DOUBLE_QUOTE ? this.#nextDoubleQuote(index) : this.#nextSingleQuote(index)) - 1;
  }

  /** From behind the character that is looked at. */
  override fastForwardTo(code: number): boolean {
    const { buffer } = this;
    const found = buffer.indexOf(String.fromCharCode(code), this.index + 1);
    this.index = found < 0 ? buffer.length - 1 : found;
    return found >= 0;
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

const isWhite = (code: number): boolean => code === SPACE || code === LF || code === CR || code === TAB || code === FF;
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
/** False behind the end of the text, too. */
const isWithinName = (code: number): boolean => code > SPACE ? code !== EQUALS && code !== GT && code !== SLASH : code >= 0 && !isWhite(code);

/** Names behind which the library reads no tags, told by their length and first two letters: it has a state of its own for them. */
const rawTextKey = (length: number, first: number, second: number): number => length * 65_536 + (first | 32) * 256 + (second | 32);
const RAW_TEXT = new Set(['iframe', 'noembed', 'noframes', 'plaintext', 'script', 'style', 'textarea', 'title', 'xmp'].map((name) => rawTextKey(name.length, name.charCodeAt(0), name.charCodeAt(1))));
const mayBeRawText = (length: number, first: number, second: number): boolean => length >= 3 && RAW_TEXT.has(rawTextKey(length, first, second));

/** The text's length where there is none. */
function next(text: string, character: string, from: number): number {
  const found = text.indexOf(character, from);
  return found < 0 ? text.length : found;
}
