import { structure } from '../../src/signals/structure.ts';
import { found } from '../support/signal-mail.ts';

test('a well-formed message has no defects', () => expect(found(structure)).toEqual({}));

test('each defect of the walker is a signal of its own, with a count', () => {
  const header = { 'Content-Type': 'multipart/mixed; boundary=b' };
  expect(found(structure, { header, body: '--b\n\nShall we have lunch on Friday?\n' })).toEqual({ malformed: 1, 'malformed-boundary-not-closed': 1 });
  expect(found(structure, { header: { Subject: 'a\0b' } })).toMatchObject({ 'malformed-nul-byte': 1 });
});

test('what nobody could open is said, with the reason', () => {
  const header = { 'Content-Type': 'multipart/encrypted; boundary=b' };
  expect(found(structure, { header, body: '--b\n\nx\n--b--\n' })).toMatchObject({ unopened: 'encrypted' });
});
