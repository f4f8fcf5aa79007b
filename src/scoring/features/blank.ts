/** PURE. Addresses of mail and web in folded text: they are looked at elsewhere, and blank for the tokens. */
import { ASCII_WORD, kindAt, URL_END } from './units.ts';

const SPACE = 0x20, DOT = 0x2e, HYPHEN = 0x2d, PLUS = 0x2b, EQUALS = 0x3d;
/** Characters of what stands before the `@`, and of a label of the domain (RFC 1035 section 2.3.4 for the latter). */
const LENGTHS = { local: 64, label: 63 } as const;

const isLabel = (units: Uint16Array, index: number): boolean => units[index] === HYPHEN || (kindAt(units, index) & ASCII_WORD) !== 0;
const isLocal = (units: Uint16Array, index: number): boolean => isLabel(units, index) || units[index] === DOT || units[index] === PLUS || units[index] === EQUALS;

/** @param units of the text; addresses in it become spaces */
export function blankAddresses(text: string, units: Uint16Array): void {
  let free = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(at + 1, free))) {
    let start = at;
    while (start > free && at - start < LENGTHS.local && isLocal(units, start - 1)) start--;
    const end = start < at ? endOfDomain(units, at + 1) : -1;
    if (end < 0) continue;
    units.fill(SPACE, start, end);
    free = end;
  }
}

/** @returns the end of a domain of two labels or more that begins at `start`, or -1 */
function endOfDomain(units: Uint16Array, start: number): number {
  const behindLabel = (index: number): number => {
    let i = index;
    while (i - index < LENGTHS.label && isLabel(units, i)) i++;
    return i;
  };
  let end = behindLabel(start), labels = 0;
  if (end === start) return -1;
  for (; units[end] === DOT && isLabel(units, end + 1); labels++) end = behindLabel(end + 1);
  return labels === 0 ? -1 : end;
}

/** @param units of the text; what begins with a scheme or with `www.` becomes spaces, to the end of the word */
export function blankLinks(text: string, units: Uint16Array): void {
  let scheme = -1, www = -1, schemeStart = -1, wwwStart = -1, free = 0;
  for (;;) {
    while (schemeStart < free) {
      scheme = text.indexOf('://', Math.max(scheme + 1, free));
      schemeStart = scheme < 0 ? Infinity : startOfScheme(units, scheme, text.length);
    }
    while (wwwStart < free) {
      www = text.indexOf('www.', Math.max(www + 1, free));
      wwwStart = www < 0 ? Infinity : startOfWww(units, www, text.length);
    }
    const start = Math.min(schemeStart, wwwStart);
    if (start === Infinity) return;
    let end = schemeStart < wwwStart ? scheme + 3 : www + 4;
    while (end < text.length && !isUrlEnd(units, end)) end++;
    units.fill(SPACE, start, end);
    free = end;
  }
}

const SCHEME_CHARS_MAX = 11;

/** @returns where the scheme in front of `://` at `colon` begins, or -1 where there is none, or nothing behind it */
function startOfScheme(units: Uint16Array, colon: number, length: number): number {
  if (colon + 3 >= length || isUrlEnd(units, colon + 3)) return -1;
  let start = -1;
  for (let i = colon - 1; i >= 0 && colon - i <= SCHEME_CHARS_MAX && isScheme(units[i] as number); i--) {
    if (i < colon - 1 && isLower(units[i] as number) && !follows(units, i)) start = i;
  }
  return start;
}

function startOfWww(units: Uint16Array, at: number, length: number): number {
  const isBlank = units[at] === SPACE || units[at + 3] === SPACE;
  return isBlank || follows(units, at) || at + 4 >= length || isUrlEnd(units, at + 4) ? -1 : at;
}

const isUrlEnd = (units: Uint16Array, index: number): boolean => (kindAt(units, index) & URL_END) !== 0;
const isLower = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;
const isScheme = (unit: number): boolean => isLower(unit) || (unit >= 0x30 && unit <= 0x39) || unit === PLUS || unit === DOT || unit === HYPHEN;
const follows = (units: Uint16Array, index: number): boolean => index > 0 && (kindAt(units, index - 1) & ASCII_WORD) !== 0;
