import { files } from '../../src/signals/files.ts';
import { structure } from '../../src/signals/structure.ts';
import { PROGRAM, zip } from '../support/files.ts';
import { attached, found } from '../support/signal-mail.ts';

test('what lies in an attachment becomes signals', () => {
  expect(found(files, attached('papers.zip', zip([{ name: 'x.exe', data: PROGRAM }]), 'application/zip'))).toEqual({ 'file-program-packed': 'pe' });
  expect(found(files)).toEqual({});
});

test('what nobody can open is said beside what the walker found', () => {
  expect(found(structure, attached('papers.zip', zip([{ name: 'x.txt', data: 'x', encrypted: true }]), 'application/zip'))).toMatchObject({ unopened: 'encrypted' });
  expect(found(structure, attached('papers.zip', zip([{ name: 'x.txt', data: 'x' }]), 'application/zip'))).not.toHaveProperty('unopened');
});

const page = (text: string, action: string): string => `<html><title>${text}</title><form action="https://${action}/x"><input type="password"></form></html>`;

test.each<[string, string, string, unknown]>([
  ['a page in a brand\'s name that sends elsewhere', 'PayPal: sign in', 'evil.example', 'paypal'],
  ['to the brand itself', 'PayPal: sign in', 'www.paypal.com', undefined],
  ['a page in nobody\'s name', 'Sign in', 'evil.example', undefined],
])('%s', (_, text, action, brand) => {
  expect(found(files, attached('login.html', page(text, action), 'text/html'))['file-page-brand']).toBe(brand);
});
