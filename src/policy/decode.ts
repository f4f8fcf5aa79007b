/** PURE. Bytes of a page → text. Word processors and old editors save in many ways; what is exact is read, what is guessed is said. */
import type { Diagnostic } from './model.ts';
import { diagnostic } from './report.ts';
import { Source } from './source.ts';

export interface DecodedText {
  /** Line breaks are \n or \r\n; no byte order mark. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * UTF-8, and UTF-16 where a byte order mark or its zero bytes show it. Anything else is an error that asks to save the
 * file as UTF-8; its text is then a guess (Windows-1251 or -1254), good enough to show further mistakes.
 */
export function decodePolicyText(bytes: Uint8Array, file: string): DecodedText {
  const [encoding, exact] = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes).replace(/\r(?!\n)/g, '\n');
  const source = new Source(text, file);
  if (text.includes('\0') || /^(\{\\rtf|<!doctype|<html|%PDF|PK\u0003)/i.test(text)) return { text: '', diagnostics: [diagnostic('error', 'not-text', new Source('', file), { start: 0, end: 0 }, {}, 'save-as-text')] };
  if (exact) return { text, diagnostics: [] };
  const strange = /[^\n\t\r\x20-\x7e]/.exec(text)?.index ?? 0;
  return { text, diagnostics: [diagnostic('error', 'encoding', source, { start: strange, end: strange + 1 }, { encoding }, 'save-as-utf-8')] };
}

function encodingOf(bytes: Uint8Array): readonly [encoding: string, exact: boolean] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['utf-16le', true];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['utf-16be', true];
  // "p" of `policy` or "#" in UTF-16 without a mark: every other byte is zero.
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) return ['utf-16le', true];
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[2] === 0 && bytes[1] !== 0) return ['utf-16be', true];
  if (isUtf8(bytes)) return ['utf-8', true];
  return [looksCyrillic(bytes) ? 'windows-1251' : 'windows-1254', false];
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).length >= 0;
  } catch {
    return false; // TypeError is the decoder's way of saying no (WHATWG Encoding).
  }
}

/** In Cyrillic most high bytes stand in runs of three and more; in Turkish or German they stand alone or in pairs. */
function looksCyrillic(bytes: Uint8Array): boolean {
  let high = 0;
  let inRuns = 0;
  for (let at = 0, run = 0; at <= bytes.length; at++) {
    if ((bytes[at] ?? 0) >= 0xc0) run++;
    else {
      high += run;
      if (run >= 3) inRuns += run;
      run = 0;
    }
  }
  return inRuns > high / 2;
}
