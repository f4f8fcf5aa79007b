import { readMailboxes } from '../../src/message/addresses.ts';
import { Findings } from '../../src/message/defects.ts';

function read(value: string): { mailboxes: [string, string][]; defects: string[] } {
  const findings = new Findings();
  const mailboxes = readMailboxes(value, findings, 0).map((mailbox): [string, string] => [mailbox.name, mailbox.address]);
  return { mailboxes, defects: [...new Set(findings.defects.map((defect) => defect.code))] };
}

const cases: readonly (readonly [string, [string, string][], string[]])[] = [
  ['', [], []],
  ['a@b.example', [['', 'a@b.example']], []],
  ['<a@b.example>', [['', 'a@b.example']], []],
  ['Anna <a@b.example>', [['Anna', 'a@b.example']], []],
  ['"Doe, Anna" <a@b.example>', [['Doe, Anna', 'a@b.example']], []],
  ['"a \\"b\\" c" <a@b.example>', [['a "b" c', 'a@b.example']], []],
  ['a@b.example (Anna (the first))', [['Anna (the first)', 'a@b.example']], []],
  ['a@b.example, Bo <b@b.example>,', [['', 'a@b.example'], ['Bo', 'b@b.example']], []],
  ['Team: a@b.example, Bo <b@b.example>; c@d.example', [['', 'a@b.example'], ['Bo', 'b@b.example'], ['', 'c@d.example']], []],
  ['undisclosed-recipients:;', [], []],
  ['=?utf-8?q?J=C3=BCrgen?= <j@b.example>', [['Jürgen', 'j@b.example']], []],
  ['"=?utf-8?b?SsO8cmdlbg==?=" <j@b.example>', [['Jürgen', 'j@b.example']], []],
  ['a@[192.0.2.1]', [['', 'a@[192.0.2.1]']], []],
  ['"a b"@c.example', [['', '"a b"@c.example']], []],
  ['"<bank@b.example>"@c.example', [['', '"<bank@b.example>"@c.example']], ['address-malformed']],
  ['Doe, Anna <a@b.example>', [['Doe, Anna', 'a@b.example']], ['address-malformed']],
  ['Anna a@b.example', [['Anna', 'a@b.example']], ['address-malformed']],
  ['Anna <a@b.example', [['Anna', 'a@b.example']], ['address-unclosed']],
  ['"Anna <a@b.example>', [['Anna', 'a@b.example']], ['address-unclosed']],
  ['<bank@b.example> <a@c.example>', [['', 'bank@b.example'], ['', 'a@c.example']], ['address-two-in-one']],
  ['"bank@b.example" <a@c.example>', [['bank@b.example', 'a@c.example']], []],
  ['Anna', [['Anna', '']], ['address-without-at']],
  ['Anna <anna>', [['Anna', 'anna']], ['address-without-at']],
  ['<>', [['', '']], []],
  ['<@r.example,@s.example:a@b.example>', [['', 'a@b.example']], ['address-route']],
  ['=?utf-8?q?a=40b=2Eexample?=', [['a@b.example', '']], ['address-encoded']],
  ['=?utf-8?q?Bank?=@b.example', [['', '=?utf-8?q?Bank?=@b.example']], ['address-encoded']],
  ['Shop,(<a@b.example>)', [['Shop', 'a@b.example']], ['address-malformed']],
  ['<a b@c.example>', [['', 'a b@c.example']], ['address-malformed']],
];

test.each(cases)('%s', (value, mailboxes, defects) => {
  const found = read(value);
  expect(found.mailboxes).toEqual(mailboxes);
  expect(found.defects.toSorted()).toEqual(defects.toSorted());
});

test('a hostile field is bounded', () => {
  expect(read('a@b.example,'.repeat(20_000)).mailboxes).toHaveLength(1000);
  for (const piece of ['[', '(', '<', '"', '\\', ':', 'a,', '<,']) {
    const started = process.cpuUsage().user;
    read(piece.repeat(250_000));
    expect(process.cpuUsage().user - started).toBeLessThan(1_500_000);
  }
});

// Each took the square of its length: seconds for one field.
test.each([
  ['at signs before words', `${'@'.repeat(100_000)} x y`], ['addresses without end before words', `${'a@'.repeat(50_000)} x y`], ['colons behind an address', `a@${':'.repeat(100_000)}`],
  ['opening brackets', '['.repeat(250_000)], ['brackets and letters', '[a'.repeat(100_000)],
])('%s take no longer than others of their length', (_name, value) => {
  const before = process.cpuUsage();
  readMailboxes(value, new Findings(), 0);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_500);
});

test.each([
  ['user @ example.com', 'user@example.com'], ['user@ example.com', 'user@example.com'], ['user @example.com', 'user@example.com'], ['us@er @ example.com', 'us@er@example.com'],
  ['Name user@example.com', 'user@example.com'], ['user @', '@'], ['a @ b c', '@'],
])('%p is read as %p', (value, address) => {
  expect(readMailboxes(value, new Findings(), 0)[0]?.address).toBe(address);
});
