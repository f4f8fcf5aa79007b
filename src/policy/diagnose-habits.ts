/** PURE. Habits brought along from letters, tables and programs: what stands on such a line, and how a page says it. */
import { CHOICES, KEYS, type Section } from './keywords.ts';
import type { Values } from './report.ts';

export interface Habit {
  readonly code: string;
  readonly hint: string;
  readonly values: Values;
  /** Offsets within the line. */
  readonly start: number;
  readonly end: number;
  /** What to read instead of the marked characters, as long as they are; null: the line is left out. */
  readonly repair: string | null;
}

const BULLET = /^(\s*(?:- +)?)([•·–—−▪►◦●‣⁃]|\*(?=\s))\s*(?=\S)/u;
const INVISIBLE = /[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]/;
const REMARK = /^\s*(\/\/|\/\*|<!--|;|--\s)/;
const EQUALS = /^\s*(?:- +)?([\p{L}][\p{L}-]*)\s*=\s*(\S.*)$/u;
const LINES: readonly string[] = [...new Set(Object.values(KEYS).flat())];
/** Lines with a value that is never a sentence. */
const NO_SENTENCE: readonly string[] = [...Object.keys(CHOICES), 'policy', 'owner', 'applies-to', 'language', 'timezone', 'intent', 'keep-for', 'approver', 'first-day', 'last-day', 'expect', 'sender', 'list', 'column'];

/** Looks at a line that could not be read. */
export function habitOf(line: string): Habit | null {
  const bullet = BULLET.exec(line);
  if (bullet !== null) {
    const [, blank = '', sign = ''] = bullet;
    const start = blank.length;
    return { code: 'not-a-dash', hint: 'write', values: { text: sign, suggestion: `- ${line.slice(start + sign.length).trim()}` }, start, end: line.trimEnd().length, repair: `-${line.slice(start + 1).trimEnd()}` };
  }
  const hidden = INVISIBLE.exec(line);
  if (hidden !== null && /^\s*(?:- +)?[^"']*$/.test(line.slice(0, hidden.index))) {
    return { code: 'invisible-space', hint: 'retype', values: {}, start: hidden.index, end: hidden.index + 1, repair: ' ' };
  }
  if (REMARK.test(line)) return whole(line, 'not-a-remark', 'remark', {});
  const equals = EQUALS.exec(line);
  if (equals !== null && LINES.includes(equals[1] ?? '')) return whole(line, 'no-colon', 'write', { suggestion: `${equals[1]}: ${equals[2]?.trim()}` });
  const bare = /^\s*([a-z][a-z-]*)\s+([^\s:][^:]*)$/.exec(line);
  if (bare !== null && LINES.includes(bare[1] ?? '') && NO_SENTENCE.includes(bare[1] ?? '')) return whole(line, 'no-colon', 'write', { suggestion: `${bare[1]}: ${bare[2]?.trim()}` });
  const dashed = /^- +([a-z-]+):\s/.exec(line);
  if (dashed !== null && (KEYS[''] as readonly string[]).includes(dashed[1] ?? '')) return whole(line, 'dash-too-many', 'write', { suggestion: line.slice(1).trim() });
  return null;
}

/** Two lines in one: `spam: mark newsletters: deliver`. Offset of the second in the value, or null. */
export function secondLine(key: string | null, value: string): number | null {
  if (key === null || !NO_SENTENCE.includes(key)) return null;
  const inner = /[\s,;]([a-z][a-z-]*):\s/.exec(value);
  return inner !== null && LINES.includes(inner[1] ?? '') ? inner.index + 1 : null;
}

/**
 * Where a line that begins too far to the right or left belongs: below a section, or at the left margin; null when
 * its surroundings tell nothing.
 * @param above lines before it, nearest first
 */
export function homeOf(key: string, above: readonly { readonly key: string | null; readonly indent: number }[]): { readonly hint: string; readonly values: Values } | null {
  const top = above.find((line) => line.indent === 0 && line.key !== null)?.key;
  const sections = (Object.keys(KEYS) as Section[]).filter((one) => (KEYS[one] as readonly string[]).includes(key));
  if (sections.includes('') && !sections.includes((top ?? '') as Section)) return { hint: 'belongs-at-the-margin', values: {} };
  const [only] = sections;
  if (sections.length !== 1 || only === undefined || only === top || ['digest', 'mail', 'always-welcome', 'intent'].includes(only)) return null;
  return { hint: 'belongs-under', values: { parent: only } };
}

function whole(line: string, code: string, hint: string, values: Values): Habit {
  const start = /^\s*/.exec(line)?.[0].length ?? 0;
  return { code, hint, values, start, end: line.trimEnd().length, repair: null };
}
