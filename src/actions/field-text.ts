/** PURE. Text put into header fields: whatever it holds, it stays within the field. */

/** Everything that could end a line or start another field: controls, DEL, and Unicode's own line ends. */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g;
const NON_ASCII = /[^\x20-\x7e]/g;

/** Nothing to be changed: most texts. */
const HARMLESS = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;

/** A line has 998 octets at most (RFC 5322 section 2.1.1); a piece that cannot be folded is kept well below. */
const PIECE_MAX_CHARS = 700;

/** One line: control characters become a space, what is not ASCII a `?` unless the header may hold UTF-8 (RFC 6532). */
export function fieldText(text: string, utf8: boolean): string {
  if (HARMLESS.test(text)) return text;
  const line = text.toWellFormed().replace(UNSAFE, ' ').trim();
  return utf8 ? line : line.replace(NON_ASCII, '?');
}

/** Fit for a comment (RFC 5322 section 3.2.2): parentheses and backslashes are left out. */
export function commentText(text: string, utf8: boolean): string {
  return fieldText(text, utf8).replace(/[()\\]/g, '').slice(0, PIECE_MAX_CHARS);
}

/** A value without `;`, quotes and spaces beside each other: for the `name=value` pairs of our own fields. */
export function pairText(text: string): string {
  return fieldText(text, false).replace(/[;"\\]/g, '?').slice(0, PIECE_MAX_CHARS);
}

/** Folds between the pieces of a field, each of which stays whole (RFC 5322 section 2.1.1: 78 characters are pleasant). */
export function folded(name: string, pieces: readonly string[]): string {
  let out = `${name}:`;
  let lineChars = out.length;
  for (const piece of pieces) {
    const short = piece.slice(0, PIECE_MAX_CHARS);
    if (lineChars + 1 + short.length > 78 && lineChars > name.length + 1) {
      out += `\r\n\t${short}`;
      lineChars = 8 + short.length;
    } else {
      out += ` ${short}`;
      lineChars += 1 + short.length;
    }
  }
  return `${out}\r\n`;
}
