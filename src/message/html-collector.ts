/** Follows open elements and their visibility, and gathers facts on the way. */
import type { Findings } from './defects.ts';
import { parse } from './limits.ts';
import type { Attributes } from './html-attributes.ts';
import { NO_TAG, type Tag } from './html-tags.ts';
import type { HtmlFacts, Link } from './message.ts';
import { parseUrl } from './names.ts';
import { StyleSheet } from './style-sheet.ts';
import { type Colour, type Declarations, inlineStyle, joined, NOTHING_SAID, readColour, sameColour } from './style.ts';

interface Element {
  readonly tag: Tag;
  readonly removed: boolean;
  readonly invisible: boolean;
  readonly tiny: boolean;
  readonly color: Colour;
  readonly background: Colour;
  /** Text in it is hidden, for whichever of these reasons. */
  readonly hidden: boolean;
}

const ROOT: Element = { tag: NO_TAG, removed: false, invisible: false, tiny: false, color: 0, background: 0xffffff, hidden: false };

export class HtmlCollector {
  readonly #findings: Findings;
  readonly #at: number;
  readonly #linksMax: number;
  readonly #stack: Element[] = [];
  #top: Element = ROOT;
  /** Elements open beyond the depth that is looked at. */
  #beyond = 0;
  readonly #visible: string[] = [];
  readonly #hidden: string[] = [];
  readonly #links: Link[] = [];
  /** The open link: address and text so far. */
  #link: { url: string; text: string } | null = null;
  #base = '';
  /** The base where it can be read, in ASCII: it is put before hundreds of links. */
  #readableBase: string | null = null;
  #css = '';
  /** Latest text of a silent element. */
  #silent = '';
  #swallowed = '';
  readonly #sheet = new StyleSheet();
  readonly #counts = { remoteImages: 0, inlineImages: 0, forms: 0, passwordFields: 0, scripts: 0 };

  constructor(findings: Findings, at: number, linksMax: number) {
    this.#findings = findings;
    this.#at = at;
    this.#linksMax = linksMax;
  }

  text(text: string): void {
    const { tag } = this.#top;
    if (tag.isSilent) {
      this.#silent = text;
      if (tag.name === 'style' && this.#css.length < parse.styleSheetMaxChars) this.#css += text;
      return;
    }
    // A title belongs in the head; elsewhere it is a way to stuff words that nobody sees.
    if (tag.name === 'title') {
      if (this.#stack.some(({ tag: { name } }) => name !== '' && name !== 'html' && name !== 'head')) put(this.#hidden, text);
      return;
    }
    put(this.#top.hidden ? this.#hidden : this.#visible, isBlank(text) ? ' ' : text);
    if (this.#link !== null && this.#link.text.length < parse.linkTextMaxChars) this.#link.text += text;
  }

  open(tag: Tag, attributes: Attributes): void {
    const { name } = tag;
    while (this.#top.tag.closedBy?.has(name) === true) this.#pop();
    if (tag.isFact || !attributes.isEmpty) this.#count(name, attributes);
    this.#counts.scripts += attributes.handlers;
    if (tag.isVoid) return tag.isInline ? undefined : this.#break();
    if (this.#stack.length >= parse.htmlDepthMax) {
      if (this.#beyond++ === 0) this.#findings.defect('html-too-deep', this.#at);
      return;
    }
    this.#stack.push(this.#top);
    this.#top = this.#styled(tag, attributes);
    if (!tag.isInline) this.#break();
    if (name === 'a') this.#openLink(attributes.href);
  }

  close(tag: Tag): void {
    if (!tag.isInline) this.#break();
    if (this.#beyond > 0) {
      this.#beyond--;
      return;
    }
    const { name } = tag;
    if (this.#top.tag.name !== name && !this.#stack.some((element) => element.tag.name === name)) return;
    let closed = '';
    do {
      closed = this.#top.tag.name;
      this.#pop();
    } while (closed !== name && this.#stack.length > 0);
  }

  unclosedComment(text: string): void {
    this.#swallowed = text;
  }

  /** What an unclosed comment, script or style sheet has swallowed, '' if nothing; from here on everything counts as hidden. */
  takeSwallowed(): string {
    const swallowed = this.#swallowed !== '' ? this.#swallowed : this.#top.tag.isSilent ? this.#silent : '';
    if (swallowed === '') return '';
    this.#findings.defect('html-unclosed-raw', this.#at);
    this.#unwind();
    this.#top = { ...ROOT, removed: true, hidden: true };
    return swallowed;
  }

  facts(): HtmlFacts {
    this.#unwind();
    return { visibleText: folded(this.#visible), hiddenText: folded(this.#hidden), links: this.#links, ...this.#counts };
  }

  #unwind(): void {
    while (this.#stack.length > 0) {
      if (this.#top.removed && this.#top.tag.name !== 'body') this.#findings.defect('html-unclosed-hidden', this.#at);
      this.#pop();
    }
    this.#beyond = 0;
  }

  #pop(): void {
    const closed = this.#top;
    this.#top = this.#stack.pop() ?? ROOT;
    if (closed.hidden && !this.#top.hidden) put(this.#hidden, ' ');
    if (closed.tag.name === 'a') this.#closeLink();
    if (closed.tag.name === 'style') {
      this.#sheet.read(this.#css);
      this.#css = '';
    }
  }

  /** Blocks keep words apart; but not those that take no room. */
  #break(): void {
    if (this.#top.hidden) put(this.#hidden, ' ');
    if (!this.#top.removed) put(this.#visible, ' ');
    if (this.#link !== null) this.#link.text += ' ';
  }

  #styled(tag: Tag, attributes: Attributes): Element {
    const { name } = tag;
    const parent = this.#top;
    if (attributes.isEmpty && this.#sheet.size === 0 && name !== 'noscript') return inherited(tag, parent);
    const own = this.#declarations(name, attributes);
    const removed = parent.removed || own.removed !== undefined || attributes.hidden !== undefined || name === 'noscript';
    const invisible = own.invisible ?? parent.invisible;
    const tiny = own.tiny ?? parent.tiny;
    // A link has a colour of its own unless one is said.
    const color = own.color ?? (name === 'a' && attributes.href !== undefined ? 'unknown' : parent.color);
    const background = own.background ?? parent.background;
    return { tag, removed, invisible, tiny, color, background, hidden: removed || invisible || tiny || sameColour(color, background) };
  }

  #declarations(name: string, attributes: Attributes): Declarations {
    const { style, bgcolor, background } = attributes;
    let own = NOTHING_SAID;
    const legacyColor = name === 'font' ? attributes.color : name === 'body' ? attributes.text : undefined;
    const isSized = name === 'font' && attributes.size === '0';
    if (legacyColor !== undefined || bgcolor !== undefined || background !== undefined || isSized) {
      own = {
        ...NOTHING_SAID, color: legacyColor === undefined ? undefined : readColour(legacyColor), tiny: isSized ? false : undefined,
        background: background !== undefined ? 'unknown' : bgcolor === undefined ? undefined : readColour(bgcolor),
      };
    }
    if (this.#sheet.size > 0) own = this.#sheet.of(name, attributes.class, attributes.id, own);
    return style === undefined ? own : joined(own, inlineStyle(style));
  }

  #count(name: string, attributes: Attributes): void {
    const counts = this.#counts;
    const { src, href, action, style, background, type } = attributes;
    if (style?.includes('url(')) counts.remoteImages += inlineStyle(style).remoteImages ?? 0;
    if (background !== undefined) this.#image(background);
    switch (name) {
      case 'img': case 'image': this.#image(src ?? href ?? ''); break;
      case 'script': counts.scripts++; break;
      case 'form':
        counts.forms++;
        if (action) this.#addLink(action, '');
        break;
      case 'input':
        if (type?.toLowerCase() === 'password') counts.passwordFields++;
        if (type?.toLowerCase() === 'image') this.#image(src ?? '');
        break;
      case 'area': if (href) this.#addLink(href, attributes.alt ?? ''); break;
      case 'iframe': case 'frame': case 'embed': if (src) this.#addLink(src, ''); break;
      case 'object': if (attributes.data) this.#addLink(attributes.data, ''); break;
      case 'base': if (href) this.#setBase(href); break;
      case 'meta': this.#refresh(attributes); break;
    }
  }

  #image(src: string): void {
    const address = cleanUrl(src);
    if (/^(?:cid|data):/i.test(address)) this.#counts.inlineImages++;
    else if (/^(?:https?:)?[/\\]{2}/i.test(address) || this.#base !== '') this.#counts.remoteImages++;
  }

  /** A page that leads elsewhere by itself. */
  #refresh(attributes: Attributes): void {
    if (attributes.httpEquiv?.toLowerCase() !== 'refresh') return;
    const target = /url\s*=\s*["']?([^"'\s]+)/i.exec(attributes.content?.slice(0, parse.urlMaxChars) ?? '')?.[1];
    if (target !== undefined) this.#addLink(target, '');
  }

  #setBase(href: string): void {
    this.#findings.defect('html-base', this.#at);
    const base = cleanUrl(href);
    if (this.#base !== '' || !/^https?:/i.test(base)) return;
    this.#base = base;
    this.#readableBase = parseUrl(base)?.href ?? null;
  }

  #openLink(href: string | undefined): void {
    this.#link = href === undefined ? null : { url: href, text: '' };
  }

  #closeLink(): void {
    if (this.#link !== null) this.#addLink(this.#link.url, folded([this.#link.text]));
    this.#link = null;
  }

  #addLink(href: string, text: string): void {
    let url = cleanUrl(href);
    if (/^(?:javascript|vbscript):/i.test(url)) this.#counts.scripts++;
    if (url === '' || url.startsWith('#')) return;
    if (this.#links.length >= this.#linksMax) return this.#findings.defect('links-too-many', this.#at);
    if (this.#readableBase !== null && !/^[a-z][a-z0-9+.-]*:/i.test(url)) url = parseUrl(url, this.#readableBase)?.href ?? url;
    this.#links.push({ url, text, where: 'html' });
  }
}

/** Browsers drop line breaks and tabs inside an address and white space around it. */
function cleanUrl(url: string): string {
  const cut = url.length > parse.urlMaxChars ? url.slice(0, parse.urlMaxChars) : url;
  return cut.replace(/[\t\r\n]/g, '').trim();
}

/** Between tags there is mostly white space, of which one blank is as good as many. */
function put(pieces: string[], piece: string): void {
  if (piece !== ' ' || pieces[pieces.length - 1] !== ' ') pieces.push(piece);
}

function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && (code < 9 || code > 13)) return false;
  }
  return true;
}

function folded(pieces: readonly string[]): string {
  // Single blanks are what they shall be, and there are thousands of them.
  return pieces.join('').replace(/\s{2,}|[^\S ]/g, ' ').trim();
}

const inherited = (tag: Tag, { removed, invisible, tiny, color, background, hidden }: Element): Element => ({ tag, removed, invisible, tiny, color, background, hidden });
