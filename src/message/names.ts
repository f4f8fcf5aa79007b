/**
 * PURE. Names and texts that nobody writes, and that would take the square of their length: putting marks in their order (Unicode
 * normal forms), and writing names of hosts in ASCII (Punycode, RFC 3492).
 */
import { names as bounds } from './limits.ts';

/** What stands on another character, and moves among its like when a normal form is made. */
const MARK = '[\\p{M}\\uff9e\\uff9f]';
const CROWDED = new RegExp(`${MARK}{${bounds.marksInRowMax + 1}}`, 'u');
const CROWD = new RegExp(`(${MARK}{${bounds.marksInRowMax}})${MARK}+`, 'gu');

/** Without marks beyond so many in a row; must come before `normalize` (Unicode Standard Annex 15, section 13, "Stream-Safe Text Format"). */
export function withFewMarks(text: string): string {
  return CROWDED.test(text) ? text.replace(CROWD, '$1') : text;
}

/** Whether a host's name has more letters beyond ASCII than any name can have (RFC 1035 section 2.3.4). */
export function isEndless(host: string): boolean {
  if (host.length <= bounds.hostOtherThanAsciiMaxChars) return false;
  let others = 0;
  for (let at = 0; at < host.length; at++) if (host.charCodeAt(at) > 127) others++;
  return others > bounds.hostOtherThanAsciiMaxChars;
}

const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:)?[/\\]*([^/\\?#]*)/i;

/** As URL.parse; null as well for a host of endless length. @param base plain ASCII */
export function parseUrl(url: string, base?: string): URL | null {
  return isEndless(AUTHORITY.exec(url)?.[1] ?? '') ? null : URL.parse(url, base);
}
