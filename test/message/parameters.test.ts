import { Findings } from '../../src/message/defects.ts';
import { readParameters } from '../../src/message/parameters.ts';

function read(field: string): { value: string; parameters: Record<string, string>; rivals: unknown; defects: string[] } {
  const findings = new Findings();
  const { value, parameters, rivals } = readParameters(field, findings, 0);
  return { value, parameters: { ...parameters }, rivals, defects: [...new Set(findings.defects.map((defect) => defect.code))] };
}

const cases: readonly (readonly [string, string, Record<string, string>, string[]])[] = [
  ['text/plain', 'text/plain', {}, []],
  ['Text/HTML; Charset=UTF-8', 'text/html', { charset: 'UTF-8' }, []],
  ['text/plain;', 'text/plain', {}, []],
  ['text/plain; charset="us-ascii"; format=flowed', 'text/plain', { charset: 'us-ascii', format: 'flowed' }, []],
  ['multipart/mixed; boundary="a;b=c (d)"', 'multipart/mixed', { boundary: 'a;b=c (d)' }, []],
  ['multipart/mixed; boundary=a(b', 'multipart/mixed', { boundary: 'a(b' }, []],
  ['a/b; name="a\\"b"', 'a/b', { name: 'a"b' }, []],
  ['a/b; name="C:\\dir\\file.exe"', 'a/b', { name: 'C:\\dir\\file.exe' }, []],
  ['a/b; boundary="=_x="', 'a/b', { boundary: '=_x=' }, []],
  ['a/b; boundary==_x', 'a/b', { boundary: '=_x' }, []],
  ["a/b; name*=utf-8''caf%C3%A9", 'a/b', { name: 'café' }, []],
  ["a/b; name*0*=utf-8'en'caf%C3; name*1*=%A9; name*2=.pdf", 'a/b', { name: 'café.pdf' }, []],
  ['a/b; name*1=b; name*0=a', 'a/b', { name: 'ab' }, []],
  ['a/b; boundary*0=ab; boundary*1=cd', 'a/b', { boundary: 'abcd' }, []],
  ['a/b; name="=?utf-8?q?caf=C3=A9?="', 'a/b', { name: 'café' }, []],
  ['text/(comment)plain; charset=x', 'text/plain', { charset: 'x' }, ['content-type-comment']],
  ['multipart/mixed (; boundary=a); boundary=b', 'multipart/mixed', { boundary: 'b' }, ['content-type-comment']],
  ['text/plain; charset=a; charset=b', 'text/plain', { charset: 'a' }, ['parameter-duplicate']],
  ['text/plain charset=us-ascii', 'text/plain', { charset: 'us-ascii' }, ['content-type-invalid']],
  ['text/plain; junk', 'text/plain', {}, ['parameter-invalid']],
  ['text/plain; name="a', 'text/plain', { name: 'a' }, ['parameter-unclosed']],
  ['a/b; name*=broken', 'a/b', { name: 'broken' }, ['parameter-invalid']],
  ["a/b; name*=no-such''x%41", 'a/b', { name: 'xA' }, ['parameter-charset']],
  ['a/b; name*0=a; name*2=c', 'a/b', { name: 'ac' }, ['parameter-invalid']],
  ['a/b; __proto__=x', 'a/b', Object.fromEntries([['__proto__', 'x']]), []],
  ['', '', {}, []],
];

test.each(cases)('%s', (field, value, parameters, defects) => {
  const found = read(field);
  expect(found.value).toBe(value);
  expect(Object.entries(found.parameters)).toEqual(Object.entries(parameters));
  expect(found.defects).toEqual(defects);
});

test('every other reading of a name is kept', () => {
  expect(read("attachment; filename=\"bill.pdf\"; filename*=utf-8''bill.exe").rivals).toEqual([['filename', 'bill.pdf']]);
  expect(read('attachment; filename=a.pdf; filename=b.exe').rivals).toEqual([['filename', 'b.exe']]);
});
