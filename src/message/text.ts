/** From the MIME tree to what a reader sees: text, HTML facts, links. */
import { isAscii } from 'node:buffer';
import { decodeCharset, isUtf7, mayHoldInvisible } from './charset.ts';
import { decodeContent } from './content.ts';
import type { Findings } from './defects.ts';
import { isPgpMessage } from './embedded.ts';
import { joinFacts, readHtml } from './html.ts';
import { parse } from './limits.ts';
import { linksInText } from './links.ts';
import type { HtmlFacts, Link, Part } from './message.ts';

export interface Contents {
  readonly text: string;
  readonly alternativeText: string;
  readonly html: HtmlFacts | null;
  readonly attachedHtml: HtmlFacts | null;
  readonly links: readonly Link[];
}

interface Leaf {
  readonly part: Part;
  readonly html: boolean;
  readonly role: 'shown' | 'alternative' | 'attached';
}

/** Decodes all text parts, shown ones first, as far as the limits allow. Never throws. */
export function readContents(bytes: Buffer, root: Part, findings: Findings): Contents {
  const leaves: Leaf[] = [];
  collect(root, true, leaves);
  return new ContentsReader(bytes, findings).read(leaves);
}

/** Leaves in order; of an alternative, the last child with HTML is shown (RFC 2046 section 5.1.4), else the last with text. */
function collect(part: Part, shown: boolean, leaves: Leaf[]): void {
  if (isContainer(part)) {
    const chosen = part.type === 'multipart/alternative' ? (part.children.findLast(hasHtml) ?? part.children.findLast(isShownText)) : undefined;
    for (const child of part.children) collect(child, shown && (chosen === undefined || child === chosen || !holdsText(child)), leaves);
    return;
  }
  // A multipart without readable parts is shown as the text it is.
  const broken = part.type.startsWith('multipart/');
  const html = isHtml(part);
  if (!html && !broken && !isPlain(part)) return;
  const attached = isAttached(part);
  if (attached && !html) return;
  leaves.push({ part, html, role: attached ? 'attached' : shown ? 'shown' : 'alternative' });
}

/** Texts that readers do not show as such. */
const NOT_PROSE = new Set(['text/html', 'text/calendar', 'text/css', 'text/rfc822-headers', 'text/x-vcard', 'text/vcard', 'text/directory', 'text/javascript']);
/** Plain text has children too where a file is embedded in it. */
const isContainer = (part: Part): boolean => part.children.length > 0 && !isPlain(part);
const isHtml = (part: Part): boolean => part.type === 'text/html' || part.type === 'application/xhtml+xml' || (part.filename !== null && /\.(?:s?html?|xht(?:ml)?)$/i.test(part.filename) && !part.type.startsWith('multipart/'));
const isPlain = (part: Part): boolean => part.type.startsWith('text/') && !NOT_PROSE.has(part.type);
const isAttached = (part: Part): boolean => part.depth > 0 && (part.disposition === 'attachment' || (part.filename !== null && part.type !== 'text/plain' && part.type !== 'text/html'));
const hasHtml = (part: Part): boolean => (isContainer(part) ? part.children.some(hasHtml) : isHtml(part) && !isAttached(part));
const isShownText = (part: Part): boolean => !isContainer(part) && isPlain(part) && !isAttached(part);
const holdsText = (part: Part): boolean => (isContainer(part) ? part.children.some(holdsText) : isHtml(part) || isPlain(part));

class ContentsReader {
  readonly #bytes: Buffer;
  readonly #findings: Findings;
  #textLeft: number = parse.textMaxBytes;
  #htmlLeft: number = parse.htmlMaxBytes;
  #utf7Left: number = parse.utf7MaxBytes;
  readonly #texts: Record<'shown' | 'alternative', string[]> = { shown: [], alternative: [] };
  readonly #facts: Record<Leaf['role'], HtmlFacts[]> = { shown: [], alternative: [], attached: [] };
  readonly #plainLinks: Link[] = [];

  constructor(bytes: Buffer, findings: Findings) {
    this.#bytes = bytes;
    this.#findings = findings;
  }

  read(leaves: readonly Leaf[]): Contents {
    for (const role of ['shown', 'alternative', 'attached'] as const) {
      for (const leaf of leaves) if (leaf.role === role) this.#leaf(leaf);
    }
    const html = joinFacts([...this.#facts.shown, ...this.#facts.alternative]);
    const alternativeText = this.#texts.alternative.join('\n');
    let text = this.#texts.shown.join('\n');
    if (text.trim() === '' && alternativeText !== '') text = alternativeText;
    const links = [...(html?.links ?? []), ...this.#plainLinks];
    if (links.length > parse.linksMax) links.length = parse.linksMax;
    return { text: text.slice(0, parse.textMaxBytes), alternativeText, html, attachedHtml: joinFacts(this.#facts.attached), links };
  }

  #leaf(leaf: Leaf): void {
    const { part, role } = leaf;
    const { text, isAllVisible } = this.#decode(leaf);
    if (!leaf.html) {
      if (role === 'attached' || text === '') return;
      if (isPgpMessage(text)) this.#findings.unopen('encrypted', part.path);
      const clean = isAllVisible ? text : this.#withoutInvisible(text, part.bodyStart);
      this.#texts[role].push(clean);
      this.#plainLinks.push(...linksInText(clean, parse.linksMax - this.#plainLinks.length));
      if (this.#plainLinks.length >= parse.linksMax) this.#findings.defect('links-too-many', part.bodyStart);
      return;
    }
    const facts = readHtml(text, this.#findings, part.bodyStart, parse.linksMax);
    const visibleText = isAllVisible && !text.includes('&') ? facts.visibleText : this.#withoutInvisible(facts.visibleText, part.bodyStart);
    this.#facts[role].push(visibleText === facts.visibleText ? facts : { ...facts, visibleText });
    if (role !== 'attached') this.#texts[role].push(visibleText);
  }

  #decode({ part, html }: Leaf): { readonly text: string; readonly isAllVisible: boolean } {
    const findings = part.within === null ? this.#findings : this.#findings.anchoredAt(0);
    const charset = part.parameters['charset'] ?? '', isOfUtf7 = isUtf7(charset);
    const leftOfKind = html ? this.#htmlLeft : this.#textLeft, left = isOfUtf7 ? Math.min(leftOfKind, this.#utf7Left) : leftOfKind;
    const content = decodeContent(part.within ?? this.#bytes, part.bodyStart, part.bodyEnd, part.encoding, left);
    if (html) this.#htmlLeft -= content.data.length;
    else this.#textLeft -= content.data.length;
    if (isOfUtf7) this.#utf7Left -= content.data.length;
    if (content.truncated) findings.unopen('text-too-long', part.path);
    for (const code of content.defects) findings.defect(code, part.bodyStart);
    if (part.encoding === '7bit' && charset === '' && !isAscii(content.data)) findings.defect('8bit-in-7bit', part.bodyStart);
    const decoded = decodeCharset(content.data, charset);
    if (decoded.problem !== null && !(content.truncated && decoded.problem === 'charset-mismatch')) findings.defect(decoded.problem, part.bodyStart);
    return { text: decoded.text, isAllVisible: !mayHoldInvisible(content.data, charset) };
  }

  /** Soft hyphens and zero-width characters do not show; between letters they serve to split words that filters know. */
  #withoutInvisible(text: string, at: number): string {
    if (!/[\u00ad\u180e\u200b\u202d\u202e\u2060\ufeff]/.test(text)) return text;
    if (/[\u202d\u202e]/.test(text)) this.#findings.defect('direction-override', at);
    if (!/[\u00ad\u200b\u2060\ufeff\u180e]/.test(text)) return text;
    if (/\p{L}[\u00ad\u200b\u2060\ufeff\u180e]+\p{L}/u.test(text)) this.#findings.defect('zero-width-text', at);
    return text.replace(/[\u00ad\u200b\u2060\ufeff\u180e]+/g, '');
  }
}
