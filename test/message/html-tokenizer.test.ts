import * as fc from 'fast-check';
import { Tokenizer } from 'htmlparser2';
import { QuickTokenizer } from '../../src/message/html-tokenizer.ts';

type Events = readonly (readonly (string | number)[])[];

/** Everything that a tokenizer says, with its offsets. */
function eventsOf(Reader: new (options: object, callbacks: never) => { write(text: string): void; end(): void }, html: string): Events {
  const events: (string | number)[][] = [];
  const names = ['ontext', 'ontextentity', 'onopentagname', 'onattribname', 'onattribdata', 'onattribentity', 'onattribend', 'onopentagend', 'onselfclosingtag', 'onclosetag', 'oncomment', 'oncdata', 'ondeclaration', 'onprocessinginstruction', 'onend'];
  const callbacks = Object.fromEntries(names.map((name) => [name, (...values: number[]) => void events.push([name, ...values])]));
  const tokenizer = new Reader({ xmlMode: false, decodeEntities: true }, callbacks as never);
  tokenizer.write(html);
  tokenizer.end();
  return events;
}

test('the library still has the methods that are made quicker', () => {
  expect(Object.getOwnPropertyNames(Tokenizer.prototype)).toEqual(expect.arrayContaining(['stateText', 'stateInTagName', 'stateInClosingTagName', 'stateBeforeAttributeName', 'handleInAttributeValue', 'fastForwardTo', 'parse']));
});

const piece = fc.oneof(
  fc.constantFrom('<', '>', '"', "'", '&', ';', '=', '/', ' ', '\n', '<a href="', '<p>', '</p>', '&amp;', '&amp', '&#x41;', '&#65', '&notit;', '&lt', '<!--', '-->', '<script>', '</script>', '<title>', '</title>', '<textarea>', '<style', '<![CDATA[', ']]>', '<!doctype x>', '<?', '<plaintext>', '<b c=d>', "<i j='", 'é', '\u{1F600}', ' x="y"', " z='", '<table ', '<td nowrap', '<xmp>', '</b ', '<o:p>', '/>', '="', '\u212a', '\0'),
  fc.string({ maxLength: 4 }),
);

test('says the same as the library, event by event', () => {
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    const html = pieces.join('');
    expect(eventsOf(QuickTokenizer as never, html)).toEqual(eventsOf(Tokenizer as never, html));
  }), { numRuns: 5000 });
});

test.each([
  ['text', '&a '], ['a value that nobody ends', '<a b="&c '], ['quotation marks of the other sort', "<a b='\""], ['empty values', '<a b="">'], ['attributes of one tag', '<a b="" '],
])('%s is searched once, not from every character on', (_title, unit) => {
  const html = unit.repeat(2_000);
  const search = jest.spyOn(String.prototype, 'indexOf');
  const tokenizer = new QuickTokenizer({}, new Proxy({} as ConstructorParameters<typeof Tokenizer>[1], { get: () => () => undefined }));
  tokenizer.write(html);
  tokenizer.end();
  const { calls, results } = search.mock;
  search.mockRestore();
  const searched = calls.reduce((sum, [, from = 0], at) => sum + (((results[at]?.value as number) + 1 || html.length + 1) - 1 - from), 0);
  expect(searched).toBeLessThanOrEqual(4 * html.length);
});
