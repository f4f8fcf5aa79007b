/**
 * PURE. What a person did when YAML stumbles: the library says "Nested mappings are not allowed in compact mappings",
 * the writer wants to hear "put quotes round this sentence; it contains a colon".
 */
import { diagnoseFlow } from './diagnose-flow.ts';
import { habitOf, homeOf, secondLine } from './diagnose-habits.ts';
import { KEYS } from './keywords.ts';
import type { Values } from './report.ts';
import type { Source, Span } from './source.ts';

/** The part of the library's error that is looked at. */
export interface YamlProblem {
  readonly code: string;
  readonly pos: readonly [number, number];
  readonly message: string;
}

export interface YamlDiagnosis {
  readonly code: string;
  readonly hint: string | null;
  readonly values: Values;
  readonly span: Span;
  /** Text of the same length that can be read, so that reading goes on behind the mistake; null: nothing helps. */
  readonly repair: { readonly span: Span; readonly text: string } | null;
}

const LINES: ReadonlySet<string> = new Set(Object.values(KEYS).flat());

export const CURLY = /[\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb]/;

interface Line {
  readonly number: number;
  readonly span: Span;
  readonly text: string;
  readonly indent: number;
  readonly key: string | null;
  readonly value: string;
  readonly valueSpan: Span;
}

/** @param masked the text as it was parsed: mistakes that were found before are masked in it */
export function diagnoseYaml(source: Source, masked: string, problem: YamlProblem): YamlDiagnosis {
  if (problem.code === 'MULTIPLE_DOCS') return finding('several-documents', 'own-file', {}, whole(source, source.lineAt(problem.pos[0])), null);
  if (problem.code === 'MISSING_CHAR' && /quote/i.test(problem.message)) {
    const line = unclosedQuote(source, masked) ?? readLine(source, masked, source.lineAt(problem.pos[0]));
    return inFlow(line) ?? finding('unclosed-quote', 'close-quote', {}, line.valueSpan, filler(line));
  }
  const line = readLine(source, masked, source.lineAt(problem.pos[0]));
  if (problem.code === 'TAB_AS_INDENT') return tab(source, masked, line);
  return habit(source, masked, line, problem) ?? inFlow(line) ?? ofValue(line, problem) ?? ofLine(source, masked, line, problem);
}

/** The line itself, or one just above whose sign for a list was none. */
function habit(source: Source, masked: string, line: Line, problem: YamlProblem): YamlDiagnosis | null {
  const above = linesAbove(source, masked, line.number, 3).filter((one) => one.indent < line.indent && one.key !== null);
  for (const one of [line, ...above]) {
    if (one === line && CURLY.test(one.value[0] ?? '')) return null;
    const found = habitOf(one.text);
    if (found === null || (one !== line && found.code !== 'not-a-dash') || (found.code === 'no-colon' && !noColon(one, problem))) continue;
    const span = { start: one.span.start + found.start, end: one.span.start + found.end };
    return finding(found.code, found.hint, found.values, span, found.repair === null ? comment(one) : { span, text: found.repair });
  }
  return null;
}

function noColon(line: Line, problem: YamlProblem): boolean {
  return line.key === null && /MISSING_CHAR|MULTILINE_IMPLICIT_KEY|UNEXPECTED_TOKEN/.test(problem.code);
}

function inFlow(line: Line): YamlDiagnosis | null {
  const found = diagnoseFlow(line.value);
  if (found === null) return null;
  const span = { start: line.valueSpan.start + found.start, end: line.valueSpan.start + found.end };
  return finding(found.code, found.hint, found.values, span, { span, text: 'x'.repeat(found.end - found.start) });
}

function linesAbove(source: Source, masked: string, number: number, most: number): readonly Line[] {
  return Array.from({ length: Math.min(most, number - 1) }, (_, index) => readLine(source, masked, number - 1 - index));
}

function ofValue(line: Line, problem: YamlProblem): YamlDiagnosis | null {
  const { value, valueSpan } = line;
  const first = value[0] ?? '';
  const here = (code: string, hint: string, values: Values = {}): YamlDiagnosis => finding(code, hint, values, valueSpan, filler(line));
  if (CURLY.test(first)) return here('curly-quotes', 'straight-quotes');
  const behind = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(,|[a-z-]+:\s)/.exec(value);
  const quoted = /^"[^"]*"(?:\s*(?:[,;]|and|und|ve|и)?\s*"[^"]*")+$/u.test(value) ? value.match(/"[^"]*"/g) : null;
  if (quoted !== null) return here('text-after-quote', 'write', { suggestion: `[${quoted.join(', ')}]` });
  if (behind?.[2] === ',') {
    const alone = value.slice(behind[0].length).trim() === '';
    return here('text-after-quote', 'write', { suggestion: alone ? (behind[1] ?? '') : `[${value}]` });
  }
  if (behind !== null) return here('lines-beside-key', 'entry-lines');
  if (/^"(?:[^"\\]|\\.)*"\s*[^\s"][^"]*$/.test(value)) return here('text-after-quote', 'nothing-behind');
  if (first === '"' && /^"(?:[^"\\]|\\.)*"\s*\S/.test(value)) return here('text-after-quote', 'quotes-inside');
  if (first === "'" && /^'(?:[^']|'')*'\s*\S/.test(value)) return here('text-after-quote', 'double-quotes');
  if (first === '[' && /\]\s*[^\s\],#}]/.test(value)) return here('list-for-text', 'quote-exact', { text: value });
  if (problem.code === 'BAD_DQ_ESCAPE') return here('backslash', 'backslash');
  if ((first === '[' && !value.includes(']')) || (first === '{' && !value.includes('}'))) {
    return here('unclosed-bracket', 'close-bracket', { bracket: first === '[' ? ']' : '}' });
  }
  const reserved = line.key !== null && (/^[&!*]/.test(value) || /^[|>]\s+\S/.test(value));
  if ((reserved || problem.code === 'BAD_SCALAR_START') && !value.includes('"')) {
    const all = line.key === 'sender' && first === '@' ? `*${value}` : value;
    return here('reserved-start', 'quote-exact', { character: reserved ? first : (line.text[problem.pos[0] - line.span.start] ?? first), text: all });
  }
  if (problem.code === 'BAD_SCALAR_START') return here('reserved-start', 'quote-it', { character: line.text[problem.pos[0] - line.span.start] ?? first });
  if (line.key !== null && value.startsWith('- ')) return here('dash-beside-key', 'dash-on-next-line');
  const second = secondLine(line.key, value);
  if (second !== null) {
    return finding('lines-beside-key', 'next-line', { text: value.slice(second) }, { start: valueSpan.start + second, end: valueSpan.end }, filler(line));
  }
  const inner = line.key === null ? null : /^([a-z-]+):(\s|$)/.exec(value);
  if (inner !== null && LINES.has(inner[1] ?? '') && Object.hasOwn(KEYS, line.key ?? '')) return here('lines-beside-key', 'lines-expected');
  if (line.key !== null && /:(\s|$)/.test(value) && !/^["'[{]/.test(value)) return here('colon-in-text', 'quote-colon');
  return null;
}

function ofLine(source: Source, masked: string, line: Line, problem: YamlProblem): YamlDiagnosis {
  const joined = line.key === null ? /^([A-Za-z][\w-]*):(\S.*)$/.exec(line.value) : null;
  if (joined !== null) {
    const [, key = '', rest = ''] = joined;
    const text = `${key}: ${'x'.repeat(rest.length - 1)}`;
    return finding('no-space-after-colon', 'write', { suggestion: `${key}: ${rest}` }, line.valueSpan, { span: line.valueSpan, text });
  }
  if (problem.code === 'KEY_OVER_1024_CHARS') return finding('syntax', 'syntax', {}, line.valueSpan, comment(line));
  const open = openBracketAbove(source, masked, line.number);
  if (open !== null) return finding('unclosed-bracket', 'close-bracket', { bracket: open.value.startsWith('[') ? ']' : '}' }, open.valueSpan, filler(open));
  const next = line.number < source.lineCount ? readLine(source, masked, line.number + 1) : null;
  if (line.key !== null && line.value !== '' && next !== null && next.indent > line.indent && (next.key !== null || next.value.startsWith('-'))) {
    return indent(source, masked, next);
  }
  if (noColon(line, problem) && /^[\p{L}\p{N}]/u.test(line.value)) {
    return finding('no-colon', 'no-colon', {}, line.valueSpan, comment(line));
  }
  const all = { start: line.span.start + line.indent, end: line.span.end };
  if (problem.code === 'BAD_INDENT' || /indent|same column|block sequence|block collection/i.test(problem.message)) return indent(source, masked, line);
  return finding('syntax', 'syntax', {}, all, comment(line));
}

function indent(source: Source, masked: string, line: Line): YamlDiagnosis {
  const span = { start: line.span.start + line.indent, end: line.span.end };
  const home = line.key === null ? null : homeOf(line.key, linesAbove(source, masked, line.number, 50));
  return finding('indent', home?.hint ?? 'indent', home?.values ?? {}, span, comment(line));
}

function tab(source: Source, masked: string, line: Line): YamlDiagnosis {
  // The library may point at the line before: `key:` with the tab on the next one.
  const found = /^\s*\t/.test(line.text) || line.number >= source.lineCount ? line : readLine(source, masked, line.number + 1);
  const blank = /^\s*/.exec(found.text)?.[0] ?? '';
  const span = { start: found.span.start, end: found.span.start + blank.length };
  const at = found.span.start + Math.max(0, blank.indexOf('\t'));
  return finding('tab', 'tab', {}, { start: at, end: Math.max(at + 1, span.end) }, { span, text: blank.replace(/\t/g, ' ') });
}

/** A bracket that was left open makes every line behind it look wrong. */
function openBracketAbove(source: Source, masked: string, number: number): Line | null {
  for (let above = number - 1; above >= Math.max(1, number - 20); above--) {
    const line = readLine(source, masked, above);
    if (/[\]}]/.test(line.value)) return null;
    if (/^[[{]/.test(line.value)) return line;
  }
  return null;
}

/** The first line whose value opens a quotation mark that this line does not close. */
function unclosedQuote(source: Source, masked: string): Line | null {
  for (let number = 1; number <= source.lineCount; number++) {
    const line = readLine(source, masked, number);
    if (/^"(?:[^"\\]|\\.)*$/.test(line.value) || /^'(?:[^']|'')*$/.test(line.value) || diagnoseFlow(line.value)?.code === 'unclosed-quote') return line;
  }
  return null;
}

function readLine(source: Source, masked: string, number: number): Line {
  const span = source.lineSpan(number);
  const text = masked.slice(span.start, span.end);
  const lead = /^\s*(?:- +)*/.exec(text)?.[0].length ?? 0;
  const keyed = /^("[^"]*"|'[^']*'|[^\s:"'[\]{},#&*!|>%@`-][^:]{0,80}?)\s*:(?:\s+|$)/.exec(text.slice(lead));
  const from = lead + (keyed?.[0].length ?? 0);
  const value = text.slice(from).trimEnd();
  const start = span.start + from;
  return { number, span, text, indent: /^\s*/.exec(text)?.[0].length ?? 0, key: keyed?.[1] ?? null, value, valueSpan: { start, end: start + value.length } };
}

function whole(source: Source, number: number): Span {
  return source.lineSpan(number);
}

function filler(line: Line): YamlDiagnosis['repair'] {
  return line.value === '' ? null : { span: line.valueSpan, text: 'x'.repeat(line.value.length) };
}

/** A line that has no place in its surroundings becomes a comment. */
function comment(line: Line): YamlDiagnosis['repair'] {
  const start = line.span.start + line.indent;
  return start >= line.span.end ? null : { span: { start, end: line.span.end }, text: '#'.padEnd(line.span.end - start, 'x') };
}

function finding(code: string, hint: string | null, values: Values, span: Span, repair: YamlDiagnosis['repair']): YamlDiagnosis {
  return { code, hint, values, span, repair };
}
