import * as fc from 'fast-check';
import { asciiWords, passedOn, replies, reply, replyForAll, replyLines, replyOfVerdict } from '../../src/intake/reply.ts';
import type { Action } from '../../src/policy/verdict.ts';

const lines = (text: string, utf8 = false): string[] => replyLines(reply(550, '5.7.1', text), { utf8 }).split('\r\n').slice(0, -1);

const verdicts: readonly (readonly [Action, string | null, string])[] = [
  ['reject', 'Please call us.', '550 5.7.1 Please call us. [ref1]'],
  ['reject', null, '550 5.7.1 The message was not accepted [ref1]'],
  ['ask-to-retry', 'Come back.', '451 4.7.1 Come back. [ref1]'],
  ['ask-to-retry', null, '451 4.7.1 Please try again in a few minutes [ref1]'],
  ['quarantine', null, '250 2.0.0 Accepted [ref1]'],
];
test.each(verdicts)('%s with words %j', (action, words, line) => {
  expect(replyLines(replyOfVerdict({ action, words }, 'ref1'), { utf8: false })).toBe(`${line}\r\n`);
});

test('every reply of ours is one line of ASCII, with an enhanced code of its own class', () => {
  for (const [name, each] of Object.entries(replies)) {
    const text = replyLines(each, { utf8: false });
    expect([name, text]).toEqual([name, expect.stringMatching(/^[2345]\d\d [\x20-\x7e]{1,120}\r\n$/)]);
    if (each.enhanced !== null) expect([name, each.enhanced[0]]).toEqual([name, String(each.code)[0]]);
  }
});

test('several lines carry the code on each', () => expect(lines('one\ntwo')).toEqual(['550-5.7.1 one', '550 5.7.1 two']));
test('an empty text leaves no space behind', () => expect(replyLines(reply(250, null, ''), { utf8: false })).toBe('250\r\n'));
test('control characters cannot end a line', () => expect(lines('a\r250 2.0.0 yes\u0085\u2028b')).toEqual(['550 5.7.1 a 250 2.0.0 yes b']));
test('what has no spaces is broken all the same', () => expect(lines('x'.repeat(1200)).map((line) => line.length)).toEqual([510, 510, 210]));
test('too many lines go from the middle, so that the reference stays', () => {
  const all = lines(`${'words '.repeat(5000)}[ref1]`);
  expect(all).toHaveLength(30);
  expect(all.at(-1)).toMatch(/\[ref1\]$/);
});

test.each([
  ['Mesajınızı kabul edemedik', 'Mesajinizi kabul edemedik'],
  ['Schöne Grüße – „bitte“', 'Schone Grusse - "bitte"'],
  ['Письмо не принято, позвоните Щукину', 'Pismo ne prinyato, pozvonite Shchukinu'],
  ['メール 5', '? 5'],
  ['naïve Ångström Æ', 'naive Angstrom AE'],
])('%j in ASCII is %j', (words, ascii) => expect(asciiWords(words)).toBe(ascii));

test('whatever the words, the lines are replies of this code and nothing else', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), fc.boolean(), (words, utf8) => {
    const out = replyLines(reply(550, '5.7.1', words), { utf8 });
    const each = out.split('\r\n');
    expect(each.pop()).toBe('');
    expect(each.length).toBeLessThanOrEqual(30);
    each.forEach((line, i) => {
      expect(line).toMatch(i === each.length - 1 ? /^550 5\.7\.1(?: |$)/ : /^550-5\.7\.1(?: |$)/);
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(510);
      expect(line).not.toMatch(/[\r\n\0]/);
      if (!utf8) expect(line).toMatch(/^[\x20-\x7e]*$/);
    });
  }));
});

test('folding loses no words', () => {
  fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,40}$/), { minLength: 1, maxLength: 300 }), (words) => {
    expect(lines(words.join(' ')).map((line) => line.slice(10)).join(' ').split(' ')).toEqual(words);
  }));
});

const ok = reply(250, '2.0.0', 'first');
const other = reply(250, null, 'second');
const later = reply(451, '4.3.0', 'later');
const no = reply(550, '5.1.1', 'no');
test.each([
  [[ok, other], ok], [[ok, no], no], [[no, ok], no], [[ok, later], later], [[no, later], later], [[], replies.failed],
])('one reply for all of %#', (each, expected) => expect(replyForAll(each)).toBe(expected));

test.each([[250, 250], [251, 251], [421, 451], [450, 450], [599, 599], [354, 451], [199, 451], [0, 451], [600, 451]])('a %i of the next hop is passed on as %i', (code, expected) => {
  expect(passedOn(reply(code, null, 'text')).code).toBe(expected);
});
