import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { escaped, foreign, html, join, none, seenText } from '../../src/review/html.ts';

test('values are text, in content and in attributes', () => {
  const evil = `"><script>alert('1')</script>&amp;\``;
  expect(html`<a title="${evil}">${evil}</a>`.toString()).toBe(`<a title="${escaped(evil)}">${escaped(evil)}</a>`);
  expect(escaped(evil)).not.toMatch(/[<>"'`]/);
});

test('HTML stays HTML; lists, numbers and nothing', () => {
  expect(html`${html`<b>`}${[1, 'a<', [html`<i>`]]}${null}${undefined}${false}${none}${0}`.toString()).toBe('<b>1a&lt;<i>0');
  expect(join(['a', 'b', 'c'], html`<br>`).toString()).toBe('a<br>b<br>c');
});

test('an object that looks like HTML is none', () => {
  const fake = { toString: () => '<script>' } as unknown as string;
  expect(() => html`${fake}`.toString()).toThrow();
});

test('whatever stands in a value, a parser sees one element with that text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const seen: string[] = [];
    let read = '';
    const parser = new Parser({ onopentag: (name, attributes) => seen.push(name, attributes['title'] ?? ''), ontext: (part) => { read += part; } });
    parser.end(html`<p title="${text}">${text}</p>`.toString());
    expect(seen).toEqual(['p', text]);
    expect(read).toBe(text);
  }));
});

test.each([['invoice\u202egnp.exe', 'invoicegnp.exe'], ['a\u0000b\u200bc\u00add', 'abcd'], ['line\u2028break', 'line break'], ['tab\tand\nline', 'tab\tand\nline'], ['İĞüşÇö Ж 中 😀', 'İĞüşÇö Ж 中 😀'], ['\u{e0041}x', 'x']])('%j is seen as %j', (text, seen) => expect(seenText(text)).toBe(seen));

test('what is foreign is isolated and cut', () => {
  expect(foreign('a<b', 10).toString()).toBe('<bdi>a&lt;b</bdi>');
  expect(foreign('abcdef', 3).toString()).toBe('<bdi>abc…</bdi>');
});
