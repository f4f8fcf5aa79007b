/** The MIME tree of a message (RFC 2045, RFC 2046), found without decoding more than messages inside encoded parts. */
import { divide } from './boundary.ts';
import { decodeContent } from './content.ts';
import type { Findings } from './defects.ts';
import { findUuencoded } from './embedded.ts';
import { type HeaderBudget, indexFields, readHeader } from './header.ts';
import { parse } from './limits.ts';
import type { HeaderField, Part } from './message.ts';
import { type PartFacts, readPartFacts } from './part-facts.ts';

export interface Tree {
  readonly root: Part;
  /** Parents before children. */
  readonly parts: readonly Part[];
  /** First field of each name in the message's own header. */
  readonly fields: ReadonlyMap<string, HeaderField>;
}

/** Where a part stands, before it is read. */
interface Place {
  readonly source: Buffer;
  /** Null for the message's own bytes. */
  readonly within: Buffer | null;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** Number as IMAP gives it; '' for the root. */
  readonly number: string;
  readonly defaultType: string;
  readonly findings: Findings;
}

/** Reads the whole tree. Never throws; the number of parts, their depth and all headers together are bounded. */
export function readTree(bytes: Buffer, findings: Findings): Tree {
  return new TreeReader().read(bytes, findings);
}

class TreeReader {
  readonly #parts: Part[] = [];
  readonly #budget: HeaderBudget = { bytes: parse.headersTotalMaxBytes, fields: parse.headerFieldsTotalMax };
  #partsLeft: number = parse.partsMax;
  #nestedLeft: number = parse.nestedMaxBytes;
  #fields: ReadonlyMap<string, HeaderField> = new Map();

  read(bytes: Buffer, findings: Findings): Tree {
    const root = this.#part({ source: bytes, within: null, start: 0, end: bytes.length, depth: 0, number: '', defaultType: 'text/plain', findings });
    return { root, parts: this.#parts, fields: this.#fields };
  }

  #part(place: Place): Part {
    const { source, start, end, findings, depth } = place;
    this.#partsLeft--;
    const header = readHeader(source, start, end, this.#budget, findings);
    const index = indexFields(header.fields, findings);
    if (this.#parts.length === 0) this.#fields = index;
    const facts = readPartFacts(index, place.defaultType, header.bodyStart, findings);
    const composite = facts.type.startsWith('multipart/') || facts.type.startsWith('message/');
    const path = numbered(place.number, facts.type);
    if (header.tooLarge) findings.unopen('header-too-large', path);
    const children: Part[] = [];
    const part: Part = {
      path, depth, type: facts.type, parameters: facts.parameters, disposition: facts.disposition, filename: facts.filename,
      otherFilenames: facts.otherFilenames, within: place.within, encoding: facts.encoding, header: header.fields,
      start, bodyStart: header.bodyStart, bodyEnd: end, children,
    };
    this.#parts.push(part);
    if (composite) children.push(...this.#children(part, facts, place));
    else if (part.type === 'text/plain') children.push(...this.#embedded(part, place));
    return part;
  }

  /** Uuencoded files in plain text, as parts of their own. */
  #embedded(part: Part, place: Place): readonly Part[] {
    if (part.encoding === 'base64' || part.encoding === 'quoted-printable') return [];
    const found: Part[] = [];
    for (const file of findUuencoded(place.source, part.bodyStart, part.bodyEnd)) {
      if (this.#partsLeft-- <= 0) break;
      place.findings.defect('uuencode-in-text', file.start);
      found.push({
        path: `${part.path}.${found.length + 1}`, depth: part.depth + 1, type: 'application/octet-stream', parameters: {}, disposition: 'attachment',
        filename: file.filename, otherFilenames: [], within: part.within, encoding: 'x-uuencode', header: [],
        start: file.start, bodyStart: file.start, bodyEnd: file.end, children: [],
      });
    }
    this.#parts.push(...found);
    return found;
  }

  #children(part: Part, facts: PartFacts, place: Place): readonly Part[] {
    const multipart = part.type.startsWith('multipart/');
    const nested = part.type === 'message/rfc822' || part.type === 'message/global' || part.type === 'message/news';
    if (!multipart && !nested) return [];
    if (part.depth >= parse.depthMax) {
      place.findings.unopen('too-deep', part.path);
      return [];
    }
    if (!multipart) return this.#nested(part, place);
    if (part.encoding !== '7bit' && part.encoding !== '8bit' && part.encoding !== 'binary') {
      place.findings.defect('encoding-on-multipart', part.bodyStart);
    }
    return this.#multipart(part, facts.boundary, place);
  }

  #multipart(part: Part, boundary: string, place: Place): readonly Part[] {
    const { source, findings } = place;
    if (boundary === '') {
      findings.defect('boundary-absent', part.start);
      return [];
    }
    if (boundary.length > 70) findings.defect('boundary-too-long', part.start);
    const division = divide(source, part.bodyStart, part.bodyEnd, boundary, this.#partsLeft, findings);
    if (division.parts.length === 0) {
      findings.defect('boundary-missing', part.bodyStart);
      return this.#encodedMultipart(part, place);
    }
    if (hasText(source, part.bodyStart, division.preambleEnd, true)) findings.defect('preamble-text', part.bodyStart);
    if (hasText(source, division.epilogueStart, part.bodyEnd, false)) findings.defect('epilogue-text', division.epilogueStart);
    if (division.tooMany) findings.unopen('too-many-parts', part.path);
    const prefix = part.path === '' ? '' : `${part.path.replace(/\.?TEXT$/, '')}.`;
    const defaultType = part.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'; // RFC 2046 section 5.1.5
    return this.#each(division.parts, (range, i) => this.#part({ ...place, start: range[0], end: range[1], depth: part.depth + 1, number: `${prefix}${i + 1}`, defaultType }), part, findings);
  }

  /** Children as long as parts are left: grandchildren of the first may have used them up. */
  #each(ranges: readonly (readonly [number, number])[], read: (range: readonly [number, number], i: number) => Part, part: Part, findings: Findings): readonly Part[] {
    const children: Part[] = [];
    for (const [i, range] of ranges.entries()) {
      if (this.#partsLeft <= 0) {
        findings.unopen('too-many-parts', part.path);
        break;
      }
      children.push(read(range, i));
    }
    return children;
  }

  /** A message inside a message; in base64 too, although RFC 2046 section 5.2.1 forbids it: attackers and Outlook do it. */
  #nested(part: Part, place: Place): readonly Part[] {
    if (this.#partsLeft <= 0) {
      place.findings.unopen('too-many-parts', part.path);
      return [];
    }
    const inner = { ...place, depth: part.depth + 1, number: `${part.path}.`, defaultType: 'text/plain' };
    if (part.encoding !== 'base64' && part.encoding !== 'quoted-printable') {
      return [this.#part({ ...inner, start: part.bodyStart, end: part.bodyEnd })];
    }
    const data = this.#decoded(part, place);
    return [this.#part({ ...inner, source: data, within: data, start: 0, end: data.length, findings: place.findings.anchoredAt(part.bodyStart) })];
  }

  /** A multipart whose boundary does not occur as it stands may be wholly encoded; some readers open it. */
  #encodedMultipart(part: Part, place: Place): readonly Part[] {
    if (part.encoding !== 'base64' && part.encoding !== 'quoted-printable') return [];
    const data = this.#decoded(part, place);
    const inner: Part = { ...part, within: data, encoding: '7bit', start: 0, bodyStart: 0, bodyEnd: data.length };
    const findings = place.findings.anchoredAt(part.bodyStart);
    return this.#multipart(inner, inner.parameters['boundary']?.trimEnd() ?? '', { ...place, source: data, within: data, findings });
  }

  #decoded(part: Part, place: Place): Buffer {
    const decoded = decodeContent(place.source, part.bodyStart, part.bodyEnd, part.encoding, this.#nestedLeft);
    this.#nestedLeft -= decoded.data.length;
    for (const code of decoded.defects) place.findings.defect(code, part.bodyStart);
    if (decoded.truncated) place.findings.unopen('too-large', part.path);
    return decoded.data;
  }
}

/** RFC 3501 section 6.4.5: the only part of a message is 1; a multipart as the whole of an inner message is its TEXT. */
function numbered(number: string, type: string): string {
  if (number !== '' && !number.endsWith('.')) return number;
  if (!type.startsWith('multipart/')) return `${number}1`;
  return number === '' ? '' : `${number}TEXT`;
}

const LINES_NOBODY_READS = /multi-?part message|MIME[- ]format|MIME compliant|mime-aware|not understand MIME|^[-\s]*$/i;

/** Whether somebody put words where readers do not show them. */
function hasText(source: Buffer, start: number, end: number, preamble: boolean): boolean {
  if (end - start < 3) return false;
  const text = source.toString('latin1', start, Math.min(end, start + 2000)).trim();
  return text !== '' && !(preamble && LINES_NOBODY_READS.test(text) && text.length < 500);
}

