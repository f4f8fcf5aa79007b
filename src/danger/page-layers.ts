/** What scripts of a page unfold when it opens: text written as numbers, percents or base64, a few layers deep. */
import { inspection as bounds } from '../message/limits.ts';

/** @returns the page with everything that could be unfolded behind it, and whether that builds or moves the page */
export function layersOf(written: string): { readonly text: string; readonly isBuilt: boolean } {
  let text = written, layer = written, isBuilt = false;
  let left: number = bounds.pageDecodedMaxChars;
  for (let i = 0; i < bounds.pageLayersMax && left > 0; i++) {
    layer = unfolded(layer, left);
    if (layer === '') break;
    left -= layer.length;
    isBuilt ||= /<(?:form|input|script|html|body|div|meta)\b|location|document\./i.test(layer);
    text += `\n${layer}`;
  }
  return { text, isBuilt };
}

// No run may hold a quotation mark, so that no two of them overlap and each is read once.
const PERCENT = /(?:unescape|decodeURI(?:Component)?)\s{0,5}\(\s{0,5}["'`]([^"'`\\]{40,400000})["'`]/gi;
const BASE64 = /["'`]([A-Za-z0-9+/]{60,400000}={0,2})["'`]/g;
const HEXADECIMAL = /(?:\\x[0-9a-f]{2}){30,100000}/gi;

function unfolded(text: string, maxChars: number): string {
  const found: string[] = [];
  let left = maxChars;
  const add = (decoded: string): void => {
    found.push(decoded.slice(0, left));
    left -= Math.min(left, decoded.length);
  };
  for (const match of text.matchAll(PERCENT)) {
    if (left <= 0) break;
    add(percentDecoded(match[1] ?? ''));
  }
  for (const match of text.matchAll(HEXADECIMAL)) {
    if (left <= 0) break;
    add(Buffer.from(match[0].replaceAll('\\x', ''), 'hex').toString('latin1'));
  }
  if (!/\batob\b|base64|createObjectURL/i.test(text)) return found.join('\n');
  for (const match of text.matchAll(BASE64)) {
    if (left <= 0) break;
    const decoded = Buffer.from((match[1] ?? '').slice(0, left * 2), 'base64').toString('latin1');
    if (isMostlyText(decoded)) add(decoded);
  }
  return found.join('\n');
}

const percentDecoded = (text: string): string =>
  text.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, wide: string | undefined, narrow: string | undefined) => String.fromCharCode(Number.parseInt(wide ?? narrow ?? '0', 16)));

function isMostlyText(text: string): boolean {
  const start = text.slice(0, 500);
  return start.length > 0 && (start.match(/[\t\r\n\x20-\x7e]/g)?.length ?? 0) / start.length > 0.9;
}
