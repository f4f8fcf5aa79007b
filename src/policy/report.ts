/** PURE. Collects the problems of one page, in the order of the file. */
import { policyFiles } from '../message/limits.ts';
import type { Diagnostic } from './model.ts';
import type { Source, Span } from './source.ts';

export type Values = Readonly<Record<string, string | number>>;

const SHOWN_CHARS = 100;
/** Complaints that do not follow from a line that could not be read. */
const NEVER_SILENCED: ReadonlySet<string> = new Set(['missing-line', 'star-unquoted']);
const EXCERPT_CHARS = 300;

/** Makes one diagnostic from a span of a source. */
export function diagnostic(severity: Diagnostic['severity'], code: string, source: Source, span: Span, values: Values = {}, hint: string | null = null): Diagnostic {
  const place = source.place(span);
  const short: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) short[name] = typeof value === 'string' && name !== 'options' ? shorten(value) : value;
  return Object.freeze({ severity, code, place, excerpt: shorten(source.line(place.line), EXCERPT_CHARS), values: Object.freeze(short), hint });
}

/** What was written may be a megabyte; a sentence shows its beginning. */
function shorten(text: string, chars: number = SHOWN_CHARS): string {
  return text.length <= chars ? text : `${text.slice(0, chars)}…`;
}

export class Report {
  readonly source: Source;
  readonly #found: Diagnostic[] = [];
  readonly #silenced = new Set<number>();
  readonly #lost = new Set<string>();
  readonly #emptied = new Set<number>();
  #dropped = 0;

  constructor(source: Source) {
    this.source = source;
  }

  error(code: string, span: Span, values?: Values, hint?: string | null): void {
    this.#add(diagnostic('error', code, this.source, span, values, hint ?? null));
  }

  warning(code: string, span: Span, values?: Values, hint?: string | null): void {
    this.#add(diagnostic('warning', code, this.source, span, values, hint ?? null));
  }

  note(code: string, span: Span, values?: Values): void {
    this.#add(diagnostic('note', code, this.source, span, values, null));
  }

  /** What stands on this line could not be read; what follows from that is not worth a second complaint. */
  silence(line: number, key: string | null = null): void {
    this.#silenced.add(line);
    if (key !== null) this.#lost.add(key);
  }

  /** What stood below this line could not be read: that nothing seems to stand there is not the writer's mistake. */
  emptied(line: number): void {
    this.#emptied.add(line);
  }

  /** Whether a line of this name was written, but could not be read. */
  isLost(key: string): boolean {
    return this.#lost.has(key);
  }

  isSilenced(span: Span): boolean {
    return this.#silenced.has(this.source.lineAt(span.start));
  }

  /** Enough is reported: what costs time (looking for the nearest word) is no longer worth it. */
  get isFull(): boolean {
    return this.#found.length >= policyFiles.problemsMax;
  }

  get hasErrors(): boolean {
    return this.#found.some((one) => one.severity === 'error');
  }

  /** Places that have an error already: `line:column`. */
  hasErrorAt(line: number): boolean {
    return this.#found.some((one) => one.severity === 'error' && one.place.line === line);
  }

  /** In the order of the file; past the bound, one last error says how many more there are. */
  finish(): readonly Diagnostic[] {
    const sorted = [...this.#found].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
    if (this.#dropped > 0) {
      const last = this.source.lineSpan(this.source.lineCount);
      sorted.push(diagnostic('error', 'too-many-problems', this.source, last, { count: this.#dropped }));
    }
    return Object.freeze(sorted);
  }

  #add(one: Diagnostic): void {
    if (one.code === 'empty-value' && this.#emptied.has(one.place.line)) return;
    if (this.#silenced.has(one.place.line) && !NEVER_SILENCED.has(one.code)) return;
    if (this.isFull) this.#dropped++;
    else this.#found.push(one);
  }
}
