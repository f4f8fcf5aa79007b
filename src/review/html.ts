/** PURE. HTML in which every value is escaped: html`<p>${text}</p>`. What is HTML already says so by its type, and nothing else can. */

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Text that is HTML. Only `html`, `join` and `none` make it. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }

  static of(strings: readonly string[], values: readonly Value[]): Html {
    return new Html(strings.map((string, i) => string + (i < values.length ? rendered(values[i] as Value) : '')).join(''));
  }

  toString(): string {
    return this.#text;
  }
}

/** null, undefined and false leave nothing, so that `condition && html…` may be written. */
export type Value = Html | string | number | null | undefined | false | readonly Value[];

/** Attributes must stand in double quotes: what is escaped is safe there and between tags, and nowhere else. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return Html.of(strings, values);
}

/** Nothing, where something may stand. */
export const none: Html = html``;

export function join(parts: readonly Value[], between: Value): Html {
  return html`${parts.map((part, i) => (i === 0 ? part : [between, part]))}`;
}

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return value.map(rendered).join('');
}

/** Fit for text and for attributes in double quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => escapes[sign] ?? sign);
}

/** Controls that could hide or turn round what stands beside them: C0 and C1 but for tab and line break, marks of direction (Unicode TR36 3.3), zero width, fillers that look like nothing. */
// oxlint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e007f}]/gu;

/** More marks on one letter than any language writes: stacked so, they cover the lines above. */
const MARKS = /(\p{M}{3})\p{M}+/gu;

/** A text out of a mail: what cannot be seen is gone, and it cannot turn round its neighbours. @param maxChars the rest becomes … */
export function foreign(text: string, maxChars = 500): Html {
  const seen = seenText(text);
  return html`<bdi>${seen.length <= maxChars ? seen : `${seen.slice(0, maxChars).toWellFormed()}…`}</bdi>`;
}

/** The same without markup. */
export function seenText(text: string): string {
  return text.replace(UNFIT, (sign) => (sign === '\u202f' || sign === '\u2028' || sign === '\u2029' ? ' ' : '')).replace(MARKS, '$1');
}
