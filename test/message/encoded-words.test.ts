import { Findings } from '../../src/message/defects.ts';
import { decodeWords } from '../../src/message/encoded-words.ts';

function decode(value: string): [string, string[]] {
  const findings = new Findings();
  return [decodeWords(value, findings, 0), findings.defects.map((defect) => defect.code)];
}

// RFC 2047 section 8, and what is met in the wild.
const cases: readonly (readonly [string, string, string[]])[] = [
  ['plain', 'plain', []],
  ['(=?ISO-8859-1?Q?a?=)', '(a)', []],
  ['=?ISO-8859-1?Q?a?= b', 'a b', []],
  ['=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=', 'ab', []],
  ['=?ISO-8859-1?Q?a_b?=', 'a b', []],
  ['=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=', 'a b', []],
  ['=?utf-8?b?Y2Fmw6k=?=', 'café', []],
  ['=?UTF-8?Q?caf=C3?= =?utf-8?q?=A9?=', 'café', []],
  ['=?UTF-8?B?Y2Fmww==?= =?UTF-8?Q?=A9?=', 'café', []],
  ['=?iso-8859-9?q?sipari=FE?=', 'sipariş', []],
  ['=?koi8-r?B?8NLJ18XU?=', 'Привет', []],
  ['=?utf-8*en?q?hi?=', 'hi', []],
  ['=?windows-1252?q?=80?=', '€', []],
  ['=?utf-8?q?=FF?=', '\ufffd', ['word-invalid']],
  ['=?utf-8?q?=ZZ?=', '=ZZ', ['word-invalid']],
  ['=?no-such-charset?q?a?=', 'a', ['word-charset-unknown']],
  ['=?utf-8?x?a?=', '=?utf-8?x?a?=', []],
  ['=?utf-8?q?unfinished', '=?utf-8?q?unfinished', []],
  ['=?utf-8?b?Y2!Fm?=', 'caf', ['word-invalid']],
];

test.each(cases)('%s', (value, text, defects) => {
  expect(decode(value)).toEqual([text, defects]);
});
