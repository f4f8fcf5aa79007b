import fc from 'fast-check';
import { asciiDomain, mailAddress } from '../../src/message/envelope.ts';
import { isEndless, parseUrl, withFewMarks } from '../../src/message/names.ts';

const endless = '漢'.repeat(256);

test('of marks in a row the first thirty stay, each row for itself', () => {
  const row = '\u0301'.repeat(30);
  expect(withFewMarks(`a${row}`)).toBe(`a${row}`);
  expect(withFewMarks(`a${row}\u0323\u0301b${row}\u05b0c`)).toBe(`a${row}b${row}c`);
  expect(withFewMarks(`カ${'ﾞ\u0301'.repeat(40)}`)).toBe(`カ${'ﾞ\u0301'.repeat(15)}`);
});

test('what people write stays as it is', () => {
  for (const text of ['', 'plain', 'Tiếng Việt', 'ก็ดี', 'שָׁלוֹם', 'नमस्ते', 'e\u0301\u0327\u0323', '👩‍👩‍👧‍👦', 'z̷̢̛a̵l̶g̸o̷']) expect(withFewMarks(text)).toBe(text);
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => expect(withFewMarks(text)).toBe(text)));
});

test('a name is endless with more letters beyond ASCII than any name has, wherever they stand', () => {
  expect([isEndless('漢'.repeat(255)), isEndless(endless), isEndless('a'.repeat(5000)), isEndless(`${'a.'.repeat(999)}${endless}`)]).toEqual([false, true, false, true]);
});

test.each(['http://', 'http:\\\\', 'http:', 'http:////', '//', 'https://user@', 'HTTP://a.'])('an address of the web with an endless host cannot be read: %s', (start) => {
  expect(parseUrl(`${start}${endless}.example/path`, 'http://base.example/')).toBeNull();
});

test('other addresses are read as ever', () => {
  expect(parseUrl(`http://bücher.example/${endless}?${endless}#${endless}`)?.host).toBe('xn--bcher-kva.example');
  expect(parseUrl('../x', 'http://a.example/b/c')?.href).toBe('http://a.example/x');
  expect(parseUrl('no address')).toBeNull();
  expect(parseUrl(`mailto:a@b.example?subject=${endless}`)?.protocol).toBe('mailto:');
});

test('an address with such a domain is compared as it is written; marks beyond thirty make no other mailbox', () => {
  expect(asciiDomain(`X.${endless}.Example`)).toBe(`x.${endless}.example`);
  expect(asciiDomain('Bücher.example')).toBe('xn--bcher-kva.example');
  expect(mailAddress(`e\u0301@a.example`).local).toBe('é');
  expect(mailAddress(`a${'\u0323'.repeat(40)}@a.example`).local).toBe(mailAddress(`a${'\u0323'.repeat(30)}@a.example`).local);
});
