/** Addresses of web pages in plain text. */
import { parse } from './limits.ts';
import type { Link } from './message.ts';

const URL_IN_TEXT = /(?:https?:\/\/|ftp:\/\/|\bwww\.)[^\s<>"\u0000-\u001f\u00a0\u200b]+/gi;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?'"*_~»”’\]}]$/;

/** Links as most mail programs make them clickable. At most `max`; the caller learns from the length that there were as many. */
export function linksInText(text: string, max: number): readonly Link[] {
  const links: Link[] = [];
  if (!text.includes('://') && !mayHoldWww(text)) return links;
  for (const [match] of text.matchAll(URL_IN_TEXT)) {
    if (links.length >= max) break;
    const url = trimmed(match.slice(0, parse.urlMaxChars));
    links.push({ url, text: url, where: 'text' });
  }
  return links;
}

const mayHoldWww = (text: string): boolean => (text.includes('w.') || text.includes('W.')) && /www\./i.test(text);

function trimmed(url: string): string {
  let end = url.length;
  let opening = 0, closing = 0;
  for (const char of url) {
    if (char === '(') opening++;
    else if (char === ')') closing++;
  }
  while (end > 0) {
    const last = url.slice(end - 1, end);
    const unbalanced = last === ')' && closing > opening;
    if (!unbalanced && !TRAILING.test(last)) break;
    if (last === ')') closing--;
    end--;
  }
  return url.slice(0, end);
}
