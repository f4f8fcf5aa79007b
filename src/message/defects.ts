/** Oddities of form that the walker reports, each with one line of plain meaning, and the list in which they are gathered. */
import type { Defect, Unopened } from './message.ts';
import { parse } from './limits.ts';

export const defectMeanings = Object.freeze({
  // Bytes and lines
  'nul-byte': 'The message contains a NUL byte, which mail must not contain.',
  'bare-cr': 'A line is ended by a carriage return alone; programs disagree on whether it ends a line.',
  'bare-lf': 'A line is ended by a line feed alone; programs disagree on whether it ends a line.',
  'line-too-long': 'A line is longer than the 998 characters that mail allows.',
  // Header
  'header-8bit': 'A header field contains raw 8-bit characters that are not valid UTF-8.',
  'header-line-without-colon': 'The header contains a line that is no header field.',
  'header-starts-with-space': 'The header begins with a continuation line that continues nothing.',
  'header-not-ended': 'No empty line ends the header.',
  'header-too-large': 'The header is larger than is looked at.',
  'mbox-from-line': 'The message begins with the "From " line of a mailbox file.',
  'space-before-colon': 'A header field has white space before its colon; programs disagree on its name.',
  'whitespace-line': 'The header contains a line of white space only, which some programs take for its end.',
  'field-duplicate': 'A header field that may stand only once stands twice; programs disagree on which counts.',
  'from-duplicate': 'There is more than one From field.',
  'subject-duplicate': 'There is more than one Subject field.',
  'content-type-duplicate': 'There is more than one Content-Type field.',
  // Encoded words and addresses
  'word-charset-unknown': 'An encoded word names a character set that does not exist.',
  'word-invalid': 'An encoded word is broken or does not fit its character set.',
  'address-malformed': 'An address field is written in a way that programs read differently.',
  'address-unclosed': 'A quotation mark, bracket or parenthesis in an address field is not closed.',
  'address-two-in-one': 'Two addresses stand where one belongs; programs disagree on whose message it is.',
  'address-without-at': 'An address has no @.',
  'address-route': 'An address contains a route, long out of use.',
  'address-encoded': 'A whole address is hidden inside an encoded word.',
  'addresses-too-many': 'An address field holds more addresses than are looked at.',
  // Content-Type and its relatives
  'content-type-invalid': 'Content-Type cannot be read.',
  'content-type-comment': 'A comment stands inside Content-Type or Content-Disposition, which few programs expect.',
  'parameter-duplicate': 'A parameter stands twice; programs disagree on which counts.',
  'parameter-invalid': 'A parameter cannot be read.',
  'parameter-unclosed': 'A quoted parameter is not closed.',
  'parameter-charset': 'A parameter names a character set that does not exist, or does not fit it.',
  'filename-disagree': 'A part has several different file names; programs disagree on which counts.',
  'filename-too-long': 'A file name is longer than is looked at.',
  'filename-control': 'A file name contains control or direction-changing characters.',
  'disposition-unknown': 'Content-Disposition is neither inline nor attachment.',
  'encoding-unknown': 'The transfer encoding does not exist.',
  'encoding-on-multipart': 'A part that holds other parts has a transfer encoding, which is not allowed.',
  // Multipart
  'boundary-absent': 'A multipart message does not say how its parts are divided.',
  'boundary-too-long': 'The boundary is longer than the 70 characters allowed.',
  'boundary-missing': 'The boundary announced never occurs.',
  'boundary-not-closed': 'The last part is not closed by a final boundary.',
  'boundary-like': 'A line looks like the boundary and is none; programs disagree on whether it divides parts.',
  'boundary-nested-same': 'An inner part uses the boundary of an outer one.',
  'parts-after-end': 'Parts follow behind the final boundary.',
  'preamble-text': 'Text stands before the first part, where most readers never show it.',
  'epilogue-text': 'Text stands behind the last part, where most readers never show it.',
  // Content
  'base64-invalid': 'Base64 content contains characters that do not belong there.',
  'base64-after-padding': 'Base64 content goes on behind its end; programs disagree on what it holds.',
  'base64-truncated': 'Base64 content ends in the middle.',
  'qp-invalid': 'Quoted-printable content contains broken sequences.',
  '8bit-in-7bit': 'Content that claims to be 7-bit contains 8-bit bytes.',
  'charset-unknown': 'Text names a character set that does not exist.',
  'charset-mismatch': 'Text does not fit the character set it names.',
  'charset-utf7': 'Text is in UTF-7, which is out of use and hides HTML from filters.',
  'charset-utf16': 'Text is in UTF-16 or UTF-32, which mail must not use.',
  'uuencode-in-text': 'A file is embedded in plain text in the old uuencode form.',
  'zero-width-text': 'Invisible characters stand inside words.',
  'direction-override': 'Characters that reverse the direction of writing stand in the text.',
  'html-unclosed-hidden': 'Hidden HTML text is never closed and swallows the rest.',
  'html-unclosed-raw': 'A comment, script or style sheet in HTML is never closed and swallows the rest; some readers show it all the same.',
  'html-too-deep': 'HTML elements are nested deeper than is looked at.',
  'html-base': 'HTML changes the address that its links are relative to.',
  'links-too-many': 'There are more links than are looked at.',
});

export type DefectCode = keyof typeof defectMeanings;

/** Of words that were not decoded, in whichever header: its fields were all read. No part is called so. */
const WORDS_PATH = 'HEADER';

/** Gathers defects and unopened parts; few of each, so that no message can fill the memory with them. */
export class Findings {
  readonly defects: Defect[];
  readonly unopened: Unopened[];
  readonly #counts: Map<string, number>;
  readonly #decoded: { words: number };
  readonly #anchor: number | null;

  constructor(parent: Findings | null = null, anchor: number | null = null) {
    this.defects = parent?.defects ?? [];
    this.unopened = parent?.unopened ?? [];
    this.#counts = parent === null ? new Map() : parent.#counts;
    this.#decoded = parent === null ? { words: 0 } : parent.#decoded;
    this.#anchor = anchor;
  }

  /** For what stands inside decoded content: everything found there is reported at `at` of the message. */
  anchoredAt(at: number): Findings {
    return new Findings(this, this.#anchor ?? at);
  }

  defect(code: DefectCode, at: number): void {
    const count = this.#counts.get(code) ?? 0;
    if (count >= parse.defectsPerCodeMax) return;
    this.#counts.set(code, count + 1);
    this.defects.push({ code, at: this.#anchor ?? at });
  }

  /** From here on as many words as before: what stands in the headers of parts does not decide whether authors and subject are read. */
  decodeAnew(): void {
    this.#decoded.words = 0;
  }

  /** Whether one more encoded word, or parameter with a charset, is decoded: headers that have more of them count as too large. */
  mayDecode(at: number): boolean {
    if (this.#decoded.words < parse.encodedWordsMax) {
      this.#decoded.words++;
      return true;
    }
    if (!this.unopened.some(({ reason }) => reason === 'header-too-large')) this.unopen('header-too-large', WORDS_PATH);
    this.defect('header-too-large', at);
    return false;
  }

  unopen(reason: string, path: string): void {
    if (this.unopened.length < parse.unopenedMax) this.unopened.push({ reason, path });
  }
}
