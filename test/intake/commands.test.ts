import * as fc from 'fast-check';
import { parseAddressCommand, readMailParameters, unofferedParameter } from '../../src/intake/commands.ts';
import { assumedCapabilities } from '../../src/intake/capabilities.ts';
import { parseForward } from '../../src/intake/forward.ts';

const sender = (line: string): string => {
  const parsed = parseAddressCommand(line, 'MAIL FROM');
  return parsed.ok ? [parsed.value.address, ...parsed.value.parameters].join(' ') : String(parsed.reply.enhanced);
};

test.each([
  ['MAIL FROM:<a@b.test>', 'a@b.test'], ['mail  from : <a@b.test>', 'a@b.test'], ['MAIL FROM:<>', ''], ['MAIL FROM:<a@b.test>  X=1   Y', 'a@b.test X=1 Y'],
  ['MAIL FROM:<"a b"@b.test> X=1', '"a b"@b.test X=1'], ['MAIL FROM:<"a\\"> X"@b.test>', '"a\\"> X"@b.test'], ['MAIL FROM:<@r.test:a@b.test>', 'a@b.test'],
  ['MAIL FROM:<a@[192.0.2.1]>', 'a@[192.0.2.1]'], ['MAIL FROM:<a.@b.test>', 'a.@b.test'], ['MAIL FROM:<a/b=c+d@b.test> ENVID=a+3Db=', 'a/b=c+d@b.test ENVID=a+3Db='], ['MAIL FROM:<local>', 'local'],
  ['MAIL FROM:a@b.test', '5.1.7'], ['MAIL FROM <a@b.test>', '5.1.7'], ['MAILFROM:<a@b.test>', '5.1.7'], ['MAIL FROM:<a@b.test>X=1', '5.1.7'], ['MAIL FROM:<a@b.test', '5.1.7'],
  ['MAIL FROM:<a b@c.test>', '5.1.7'], ['MAIL FROM:<a@b.test> =1', '5.5.4'], ['MAIL FROM:<a@b.test> X= Y', '5.5.4'], ['MAIL FROM:<a@b.test> X=1 x=2', '5.5.4'],
  ['MAIL FROM:<a@b,c@d.test>', '5.1.7'], ['MAIL FROM:<(c)a@b.test>', '5.1.7'], ['MAIL FROM:<a@"b.test>', '5.1.7'], ['MAIL FROM:<""@b.test>', '""@b.test'], ['MAIL FROM:<a"b"@c.test>', '5.1.7'],
  [`MAIL FROM:<${'a'.repeat(300)}@b.test>`, `${'a'.repeat(300)}@b.test`], [`MAIL FROM:<${'a'.repeat(600)}@b.test>`, '5.1.7'],
])('%s', (line, expected) => expect(sender(line)).toBe(expected));

test('whatever stands in a line, what goes onward has no line break and closes its bracket', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (tail) => {
    const line = `RCPT TO:<${tail.replace(/[\u0000-\u001f\u007f]/g, '')}>`;
    const parsed = parseAddressCommand(line, 'RCPT TO');
    if (!parsed.ok) return;
    const onward = [`RCPT TO:<${parsed.value.address}>`, ...parsed.value.parameters].join(' ');
    const again = parseAddressCommand(onward, 'RCPT TO');
    expect(again).toEqual(parsed);
  }), { numRuns: 3000 });
});

test('parameters are known by their extension', () => {
  expect(unofferedParameter(['SIZE=1', 'Body=8BITMIME', 'ret=FULL', 'ENVID=x', 'smtputf8'], 'MAIL', assumedCapabilities)).toBeNull();
  expect(unofferedParameter(['SIZE=1'], 'MAIL', { ...assumedCapabilities, sizeMaxBytes: null })).toBe('SIZE');
  expect(unofferedParameter(['notify=never'], 'MAIL', assumedCapabilities)).toBe('NOTIFY');
  expect(unofferedParameter(['notify=never', 'X'], 'RCPT', assumedCapabilities)).toBe('X');
  expect(unofferedParameter(['constructor=1'], 'MAIL', assumedCapabilities)).toBe('CONSTRUCTOR');
});

test('values of MAIL', () => {
  expect(readMailParameters(['SIZE=123', 'SMTPUTF8'], assumedCapabilities)).toEqual({ ok: true, value: { declaredBytes: 123, utf8: true } });
  expect(readMailParameters([], assumedCapabilities)).toEqual({ ok: true, value: { declaredBytes: 0, utf8: false } });
  expect(readMailParameters(['SIZE'], assumedCapabilities).ok).toBe(false);
});

test.each([
  ['XCLIENT NAME=a.test ADDR=192.0.2.1', { name: 'a.test', addr: '192.0.2.1' }],
  ['XCLIENT addr=ipv6:2001:DB8::1', { addr: '2001:db8::1' }],
  ['XCLIENT NAME=[UNAVAILABLE] ADDR=[tempunavail] LOGIN=', { name: null, addr: null, login: null }],
  ['XCLIENT LOGIN=a+2Bb+C3+A7', { login: 'a+bç' }],
  ['XCLIENT LOGIN=100%', { login: '100%' }],
  ['XCLIENT', null], ['XCLIENT ADDR', null], ['XCLIENT =x', null], ['XCLIENT SOURCE=LOCAL', null], ['XCLIENT ADDR=1.2', null], ['XCLIENT NAME=a+20b', null],
  ['XCLIENT LOGIN=a+0Ab', null], ['XCLIENT LOGIN=a+4', null], ['XCLIENT LOGIN=+FF', null], ['XCLIENT PORT=http', null], [`XCLIENT HELO=${'x'.repeat(300)}`, null],
])('%s', (line, expected) => expect(parseForward(line, 'XCLIENT')).toEqual(expected));

test.each([['XFORWARD SOURCE=local IDENT=4X', { source: 'LOCAL', ident: '4X' }], ['XFORWARD LOGIN=x', null]])('%s', (line, expected) => expect(parseForward(line, 'XFORWARD')).toEqual(expected));
