/** Follows open elements and their visibility, and gathers facts on the way. */
import type { Findings } from './defects.ts';
import { parse } from './limits.ts';
import type { Attributes } from './html-attributes.ts';
import { type Tag, tagOf } from './html-tags.ts';
import type { HtmlFacts, Link } from './message.ts';
import { type Colour, type Declarations, inlineStyle, readColour, readStyleSheet, sameColour } from './style.ts';

interface Element {
  readonly name: string;
  readonly tag: Tag;
  readonly removed: boolean;
  readonly invisible: boolean;
  readonly tiny: boolean;
  readonly color: Colour;
  readonly background: Colour;
  /** Text in it is hidden, for whichever of these reasons. */
  readonly hidden: boolean;
}

const ROOT: Element = { name: '', tag: tagOf(''), removed: false, invisible: false, tiny: false, color: 0, background: 0xffffff, hidden: false };
const NOTHING_SAID: Declarations = Object.freeze({});

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
  #css = '';
  /** Latest text of a silent element. */
  #silent = '';
  #swallowed = '';
  readonly #sheet = new Map<string, Declarations>();
  readonly #counts = { remoteImages: 0, inlineImages: 0, forms: 0, passwordFields: 0, scripts: 0 };

  constructor(findings: Findings, at: number, linksMax: number) {
    this.#findings = findings;
    this.#at = at;
    this.#linksMax = linksMax;
  }

  text(text: string): void {
    const { name, tag } = this.#top;
    if (tag.isSilent) {
      this.#silent = text;
      if (name === 'style' && this.#css.length < parse.styleSheetMaxChars) this.#css += text;
      return;
    }
    // A title belongs in the head; elsewhere it is a way to stuff words that nobody sees.
    if (name === 'title') {
      if (this.#stack.some((element) => element.name !== '' && element.name !== 'html' && element.name !== 'head')) this.#hidden.push(text);
      return;
    }
    (this.#top.hidden ? this.#hidden : this.#visible).push(text);
    if (this.#link !== null && this.#link.text.length < parse.linkTextMaxChars) this.#link.text += text;
  }

  open(name: string, attributes: Attributes): void {
    const tag = tagOf(name);
    this.#closeImplied(name);
    this.#count(name, attributes);
    if (tag.isVoid) return tag.isInline ? undefined : this.#break();
    if (this.#stack.length >= parse.htmlDepthMax) {
      if (this.#beyond++ === 0) this.#findings.defect('html-too-deep', this.#at);
      return;
    }
    this.#stack.push(this.#top);
    this.#top = this.#styled(name, tag, attributes);
    if (!tag.isInline) this.#break();
    if (name === 'a') this.#openLink(attributes.href);
  }

  close(name: string): void {
    if (!tagOf(name).isInline) this.#break();
    if (this.#beyond > 0) {
      this.#beyond--;
      return;
    }
    if (this.#top.name !== name && !this.#stack.some((element) => element.name === name)) return;
    let closed = '';
    do {
      closed = this.#top.name;
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
      if (this.#top.removed && this.#top.name !== 'body') this.#findings.defect('html-unclosed-hidden', this.#at);
      this.#pop();
    }
    this.#beyond = 0;
  }

  #pop(): void {
    const closed = this.#top;
    this.#top = this.#stack.pop() ?? ROOT;
    if (closed.hidden && !this.#top.hidden) this.#hidden.push(' ');
    if (closed.name === 'a') this.#closeLink();
    if (closed.name === 'style') {
      readStyleSheet(this.#css, this.#sheet);
      this.#css = '';
    }
  }

  #closeImplied(opening: string): void {
    while (this.#top.tag.closedBy?.has(opening) === true) this.#pop();
  }

  /** Blocks keep words apart; but not those that take no room. */
  #break(): void {
    if (this.#top.hidden) this.#hidden.push(' ');
    if (!this.#top.removed) this.#visible.push(' ');
    if (this.#link !== null) this.#link.text += ' ';
  }

  #styled(name: string, tag: Tag, attributes: Attributes): Element {
    const parent = this.#top;
    const own = this.#declarations(name, attributes);
    const removed = parent.removed || own.removed === true || attributes.hidden !== undefined || name === 'noscript';
    const invisible = own.invisible ?? parent.invisible;
    const tiny = own.tiny ?? parent.tiny;
    // A link has a colour of its own unless one is said.
    const color = own.color ?? (name === 'a' && attributes.href !== undefined ? 'unknown' : parent.color);
    const background = own.background ?? parent.background;
    return { name, tag, removed, invisible, tiny, color, background, hidden: removed || invisible || tiny || sameColour(color, background) };
  }

  #declarations(name: string, attributes: Attributes): Declarations {
    const { style, bgcolor, background } = attributes;
    let own = NOTHING_SAID;
    const legacyColor = name === 'font' ? attributes.color : name === 'body' ? attributes.text : undefined;
    if (legacyColor !== undefined) own = { ...own, color: readColour(legacyColor) };
    if (bgcolor !== undefined) own = { ...own, background: readColour(bgcolor) };
    if (background !== undefined) own = { ...own, background: 'unknown' };
    if (name === 'font' && attributes.size === '0') own = { ...own, tiny: false };
    if (this.#sheet.size > 0) own = this.#withSheet(own, name, attributes.class, attributes.id);
    if (style !== undefined) own = own === NOTHING_SAID ? inlineStyle(style) : { ...own, ...inlineStyle(style) };
    return own;
  }

  #withSheet(said: Declarations, name: string, classes: string | undefined, id: string | undefined): Declarations {
    let own = joined(said, this.#sheet.get(name));
    if (classes !== undefined) {
      for (const word of classes.toLowerCase().split(/\s+/).slice(0, 20)) own = joined(joined(own, this.#sheet.get(`.${word}`)), this.#sheet.get(`${name}.${word}`));
    }
    if (id !== undefined) own = joined(joined(own, this.#sheet.get(`#${id.toLowerCase()}`)), this.#sheet.get(`${name}#${id.toLowerCase()}`));
    return own;
  }

  #count(name: string, attributes: Attributes): void {
    const counts = this.#counts;
    counts.scripts += attributes.handlers;
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
    if (attributes['http-equiv']?.toLowerCase() !== 'refresh') return;
    const target = /url\s*=\s*["']?([^"'\s]+)/i.exec(attributes.content?.slice(0, parse.urlMaxChars) ?? '')?.[1];
    if (target !== undefined) this.#addLink(target, '');
  }

  #setBase(href: string): void {
    this.#findings.defect('html-base', this.#at);
    if (this.#base === '' && /^https?:/i.test(cleanUrl(href))) this.#base = cleanUrl(href);
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
    if (this.#base !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(url)) url = URL.parse(url, this.#base)?.href ?? url;
    if (this.#links.length < this.#linksMax) this.#links.push({ url, text, where: 'html' });
    else this.#findings.defect('links-too-many', this.#at);
  }
}

/** Browsers drop line breaks and tabs inside an address and white space around it. */
function cleanUrl(url: string): string {
  const cut = url.length > parse.urlMaxChars ? url.slice(0, parse.urlMaxChars) : url;
  return cut.replace(/[\t\r\n]/g, '').trim();
}

function folded(pieces: readonly string[]): string {
  // Single blanks are what they shall be, and there are thousands of them.
  return pieces.join('').replace(/\s{2,}|[^\S ]/g, ' ').trim();
}

const joined = (a: Declarations, b: Declarations | undefined): Declarations => (b === undefined ? a : a === NOTHING_SAID ? b : { ...a, ...b });
