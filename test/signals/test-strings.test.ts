import { EICAR, GTUBE, testStrings } from '../../src/signals/test-strings.ts';
import { attached, found, html } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

const inParts = (type: string, encoding: string, body: string): MailTraits => ({ header: { 'Content-Type': type, 'Content-Transfer-Encoding': encoding }, body });

test('the strings are the published ones', () => {
  expect(GTUBE).toHaveLength(68);
  expect(EICAR).toHaveLength(68);
});

test.each<[string, MailTraits, object]>([
  ['neither', {}, {}],
  ['almost', { body: `${GTUBE.slice(0, -1)}\n${EICAR.slice(1)}\n` }, {}],
  ['GTUBE in the text', { body: `Hello\n${GTUBE}\n` }, { gtube: true }],
  ['GTUBE in the subject', { header: { Subject: GTUBE } }, { gtube: true }],
  ['GTUBE in base64', inParts('text/plain', 'base64', Buffer.from(GTUBE).toString('base64')), { gtube: true }],
  ['GTUBE in HTML', html(`<p>${GTUBE}</p>`), { gtube: true }],
  ['GTUBE hidden in HTML', html(`<p>Hello</p><p style="display:none">${GTUBE}</p>`), { gtube: true }],
  ['EICAR in the text', { body: `${EICAR}\n` }, { eicar: true }],
  ['EICAR attached', attached('eicar.com', EICAR), { eicar: true }],
  ['EICAR attached as text', attached('eicar.txt', EICAR, 'text/plain'), { eicar: true }],
])('%s', (_title, traits, expected) => expect(found(testStrings, traits)).toEqual(expected));
