/**
 * PURE. The HTML of a mail made harmless for the preview: written anew out of a short list of elements, with every text escaped,
 * so that nothing of the original's markup survives. No script, no style, no handler, no address that a browser would fetch or follow.
 */
import { Parser } from 'htmlparser2';
import { review } from '../message/limits.ts';
import { parseUrl } from '../message/names.ts';
import { escaped, seenText } from './html.ts';

/** Words that stand in for what is not shown. */
export interface PreviewWords {
  readonly image: string;
  /** In front of a link that leads to no web page, e.g. javascript:. */
  readonly removedLink: string;
  readonly cut: string;
}

const KEPT = new Set([
  'p', 'br', 'hr', 'div', 'span', 'b', 'strong', 'i', 'em', 'u', 's', 'small', 'sub', 'sup', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li', 'dl', 'dt', 'dd',
  'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
]);
const VOID = new Set(['br', 'hr']);
const RENAMED: Readonly<Record<string, string>> = { center: 'div', font: 'span', strike: 's', del: 's', section: 'div', article: 'div', header: 'div', footer: 'div', main: 'div', address: 'div', big: 'span', tt: 'code' };
/** What stands in these is not for readers, or would be read by other rules. */
const DROPPED = new Set([
  'script', 'style', 'title', 'template', 'iframe', 'frame', 'frameset', 'noframes', 'object', 'embed', 'applet', 'param', 'svg', 'math', 'textarea', 'select', 'datalist', 'xmp',
  'plaintext', 'noembed', 'noscript', 'audio', 'video', 'canvas', 'map', 'portal', 'fencedframe', 'head', 'listing',
]);
const HIDDEN = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$))/i;

/** @returns markup for the body of a page; empty when nothing can be shown */
export function sanitised(source: string, words: PreviewWords): string {
  const writer = new Writer(words);
  const parser = new BoundedParser(writer, {
    onopentag: (name, attributes) => writer.open(name, attributes),
    onclosetag: (name) => writer.close(name),
    ontext: (text) => writer.text(text),
  }, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeSelfClosing: false });
  // In pieces, so that what lies beyond the limit is not even read.
  for (let at = 0; at < source.length && !writer.isFull; at += PIECE) parser.write(source.slice(at, at + PIECE));
  if (!writer.isFull) parser.end();
  return writer.finish(source.length);
}

const PIECE = 16_384;

/** The parser looks through all open elements for one that a closing tag names: in vain, where thousands are open and thousands close others. */
class BoundedParser extends Parser {
  readonly #writer: Writer;

  constructor(writer: Writer, ...rest: ConstructorParameters<typeof Parser>) {
    super(...rest);
    this.#writer = writer;
  }

  override onclosetag(start: number, endIndex: number): void {
    if (this.#writer.isFull) return;
    const before = this.#writer.depth;
    super.onclosetag(start, endIndex);
    if (this.#writer.depth === before) this.#writer.closesNothing();
  }
}

interface Open {
  /** As the source calls it. */
  readonly name: string;
  /** What was written for it; null: nothing. */
  readonly written: string | null;
  /** Behind its end. */
  readonly after: string;
}

class Writer {
  readonly #words: PreviewWords;
  readonly #out: string[] = [];
  #stack: Open[] = [];
  #nodes = 0;
  #chars = 0;
  #written = 0;
  /** Place in the stack below which everything is left out; null: nothing is. */
  #silentFrom: number | null = null;
  #full = false;
  #searched = 0;

  constructor(words: PreviewWords) {
    this.#words = words;
  }

  get isFull(): boolean {
    return this.#full;
  }

  /** How many elements of the source are open. */
  get depth(): number {
    return this.#stack.length;
  }

  /** Of a closing tag that no open element has the name of; `</p>` is an empty paragraph then. */
  closesNothing(): void {
    this.#searched += this.#stack.length;
    if (this.#searched > review.previewSearchedMax) this.#full = true;
  }

  open(source: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#full) return;
    if (++this.#nodes > review.previewNodesMax) {
      this.#full = true;
      return;
    }
    const entry = this.#silentFrom !== null ? { name: source, written: null, after: '' } : this.#opened(source, attributes);
    // Void elements are closed by the parser at once, like all others.
    this.#stack.push(entry);
  }

  close(source: string): void {
    if (this.#full) return;
    const at = this.#stack.findLastIndex(({ name }) => name === source);
    if (at < 0) return;
    for (const open of this.#stack.splice(at).reverse()) this.#ended(open);
    if (this.#silentFrom !== null && this.#stack.length <= this.#silentFrom) this.#silentFrom = null;
  }

  text(text: string): void {
    if (this.#full || this.#silentFrom !== null) return;
    const left = review.previewMaxChars - this.#chars;
    this.#chars += text.length;
    this.#write(escaped(seenText(text.slice(0, left).toWellFormed())));
    if (this.#chars > review.previewMaxChars) this.#full = true;
  }

  /** @param length of the source: a text may have been cut before it came here */
  finish(length: number): string {
    for (const open of this.#stack.reverse()) this.#ended(open);
    this.#stack = [];
    if (this.#full && length > 0) this.#out.push(`<p class="cut">${escaped(this.#words.cut)}</p>`);
    return this.#out.join('');
  }

  #opened(source: string, attributes: Readonly<Record<string, string>>): Open {
    const left = { name: source, written: null, after: '' };
    if (DROPPED.has(source) || 'hidden' in attributes || HIDDEN.test(attributes['style'] ?? '')) {
      this.#silentFrom = this.#stack.length;
      return left;
    }
    if (source === 'img' || source === 'image') {
      this.#image(attributes);
      return left;
    }
    if (source === 'a' || source === 'area') return this.#link(source, attributes);
    const name = RENAMED[source] ?? source;
    // Deeper than this nothing is lost but the nesting.
    if (!KEPT.has(name) || this.#written >= review.previewDepthMax) return left;
    this.#write(`<${name}${keptAttributes(name, attributes)}>`);
    if (VOID.has(name)) return left;
    this.#written++;
    return { name: source, written: name, after: '' };
  }

  #ended({ written, after }: Open): void {
    if (written === null) return;
    this.#written--;
    this.#out.push(`</${written}>${after}`);
  }

  /** Links are text with the host that they really lead to. */
  #link(source: string, attributes: Readonly<Record<string, string>>): Open {
    const href = attributes['href'];
    if (href === undefined || href.trim() === '' || href.trim().startsWith('#') || this.#written >= review.previewDepthMax) return { name: source, written: null, after: '' };
    this.#write('<span class="link">');
    this.#written++;
    return { name: source, written: 'span', after: ` <span class="to">[${escaped(seenText(leadsTo(href, this.#words)))}]</span>` };
  }

  #image(attributes: Readonly<Record<string, string>>): void {
    if (/^[01]$/.test(attributes['width'] ?? '') || /^[01]$/.test(attributes['height'] ?? '')) return; // Counts readers, shows nothing.
    const alt = seenText(attributes['alt'] ?? '').trim().slice(0, 200).toWellFormed();
    this.#write(`<span class="image">[${escaped(alt === '' ? this.#words.image : `${this.#words.image}: ${alt}`)}]</span>`);
  }

  #write(text: string): void {
    this.#out.push(text);
  }
}

/** Shape of tables, and nothing else. */
function keptAttributes(name: string, attributes: Readonly<Record<string, string>>): string {
  let kept = '';
  if (name === 'td' || name === 'th') {
    for (const span of ['colspan', 'rowspan']) if (/^[1-9]\d?$/.test(attributes[span] ?? '')) kept += ` ${span}="${attributes[span]}"`;
  }
  const direction = (attributes['dir'] ?? '').toLowerCase();
  return direction === 'rtl' || direction === 'ltr' ? `${kept} dir="${direction}"` : kept;
}

/** Host of a web address in A-labels, address of a mailto; for anything else that it was taken out. */
export function leadsTo(href: string, words: Pick<PreviewWords, 'removedLink'>): string {
  // Browsers drop these characters from addresses (WHATWG URL standard 4.4).
  const written = href.trim().replace(/[\t\n\r]/g, '').slice(0, 4_000);
  const url = parseUrl(written);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.host;
  if (url?.protocol === 'mailto:') return decoded(url.pathname).slice(0, 200).toWellFormed();
  if (url?.protocol === 'tel:') return url.pathname.slice(0, 50);
  const host = url === null && written.startsWith('//') ? (parseUrl(`https:${written}`)?.host ?? '') : '';
  return host === '' ? words.removedLink : host;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Percent signs that encode nothing are shown as they are.
  }
}
