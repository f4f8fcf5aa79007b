/** What stands in front of the first tag of a page or drawing. */
import { contentKind } from '../../src/danger/content-kind.ts';

const kindOf = (text: string): string => contentKind(Buffer.from(text, 'latin1'));

test.each([
  ['<svg xmlns="x">', 'svg'], ['<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC "x">\n<svg>', 'svg'], ['<!-- a > b --><svg>', 'svg'], ['<!----><!----><SVG>', 'svg'],
  ['<html>', 'html'], ['<!--[if IE]> x <![endif]-->\r\n<!-- b --> <!doctype html>', 'html'], ['<?xml?><body>', 'html'], ['<!--><form>', 'html'],
  ['<!-- never closed <html>', 'unknown'], ['<svgs>', 'unknown'], ['<?xml version="1.0"?><!-- x --><note>', 'xml'], ['<?xml', 'xml'],
])('%s: %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

test('hundreds of comments in front of nothing are passed over once', () => {
  // Tried in every way to take them together, they would keep the process busy for ever.
  for (const start of ['', '<?xml?>']) expect(kindOf(`${start}${'<!---->'.repeat(400)}x`)).toBe(start === '' ? 'unknown' : 'xml');
  expect(kindOf(`${'<!---->'.repeat(250)}<svg>`)).toBe('svg');
});
