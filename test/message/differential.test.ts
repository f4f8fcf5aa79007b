import { existsSync, readFileSync } from 'node:fs';
import { readMessage } from '../../src/message/readable.ts';
import { compare, messageFiles } from '../support/differential.ts';
import { mail } from '../support/mail.ts';

const wellFormed: readonly (readonly [string, Buffer])[] = [
  ['plain', mail('From: Anna <a@b.example>', 'Subject: Hello', '', 'Hello Bo,', 'how are you?', '')],
  ['encoded words', mail('From: =?utf-8?q?J=C3=BCrgen?= <j@b.example>', 'Subject: =?iso-8859-9?q?sipari=FE?= =?utf-8?b?xZ8=?=', 'Content-Type: text/plain; charset=utf-8', '', 'sipariş')],
  ['quoted-printable', mail('From: a@b.example', 'Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable', '', 'caf=E9 =3D =', 'good')],
  ['alternative with attachment', mail('From: a@b.example', 'Content-Type: multipart/mixed; boundary=X', '', '--X', 'Content-Type: multipart/alternative; boundary=Y', '', '--Y', '', 'the very same words', '--Y', 'Content-Type: text/html', '',
    '<p>the very <b>same</b> words</p>', '--Y--', '', '--X', 'Content-Type: application/pdf', "Content-Disposition: attachment; filename*=utf-8''rechnung%20%C3%BC.pdf", 'Content-Transfer-Encoding: base64', '', 'YWJj', '--X--', '')],
];

test.each(wellFormed)('walker and mailparser agree: %s', async (_name, bytes) => {
  expect(await compare(bytes)).toEqual({ classes: [], defects: [] });
});

const disputed: readonly (readonly [string, Buffer])[] = [
  ['address in a comment', mail('From: Shop,(<a@b.example>)', '', 'x')],
  ['charset that lies', Buffer.from('From: a@b.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<title>\xe9\xe8</title><!-- all of these words are gone for browsers', 'latin1')],
  ['unreadable type', mail('From: a@b.example', 'Content-Type: text', '', 'x')],
];

test.each(disputed)('where they disagree the walker has something to report: %s', async (_name, bytes) => {
  expect((await compare(bytes)).defects).not.toEqual([]);
});

const corpus = process.env['USHER_CORPUS'];
const withCorpus = corpus !== undefined && existsSync(corpus) ? test : test.skip;
withCorpus(`a folder of mail (${corpus ?? 'USHER_CORPUS names none'}): few disagreements without a defect`, async () => {
  let messages = 0, unexplained = 0;
  for (const file of messageFiles(corpus ?? '')) {
    const { classes, defects } = await compare(readFileSync(file));
    messages++;
    if (classes.length > 0 && defects.length === 0) unexplained++;
  }
  expect(messages).toBeGreaterThan(0);
  expect(unexplained / messages).toBeLessThan(0.005);
}, 300_000);

describe('for people to read', () => {
  test('who, what, when, and what is attached', async () => {
    const bytes = mail('From: Anna <a@b.example>', 'To: team: c@d.example, e@f.example;', 'Date: Mon, 2 Mar 2026 10:00:00 +0000', 'Subject: Hi', 'Content-Type: multipart/mixed; boundary=X', '', '--X', '', 'words', '--X',
      'Content-Type: application/pdf; name=a.pdf', 'Content-Transfer-Encoding: base64', '', 'YWJj', '--X--');
    expect(await readMessage(bytes)).toEqual({
      state: 'readable', from: [{ name: 'Anna', address: 'a@b.example' }], to: [{ name: '', address: 'c@d.example' }, { name: '', address: 'e@f.example' }], subject: 'Hi', date: Date.UTC(2026, 2, 2, 10),
      text: expect.stringMatching(/^words\s*$/) as string, html: null, attachments: [{ filename: 'a.pdf', type: 'application/pdf', sizeBytes: 3 }], truncated: false,
    });
  });

  test('HTML only: the text is what the walker found visible', async () => {
    expect(await readMessage(mail('From: a@b.example', 'Content-Type: text/html', '', '<p>seen<p hidden>not</p>'))).toMatchObject({ text: 'seen', html: '<p>seen<p hidden>not</p>' });
  });

  test('fields that tell nothing of how to read it are not read by the parser, whatever stands in them', async () => {
    const bytes = mail('From: Anna <a@b.example>', `Cc: ${'x\xff:x> '.repeat(200)}`, 'List-Post: <x>', 'Subject: Hi', 'X-Folded: a', ' Subject: no', 'Content-Type: text/html', '', '<p>words');
    expect(await readMessage(bytes)).toMatchObject({ state: 'readable', from: [{ name: 'Anna', address: 'a@b.example' }], subject: 'Hi', html: expect.stringContaining('<p>words') as string });
  });

  test('what is too much is a value, and no bytes make it reject', async () => {
    expect(await readMessage(Buffer.alloc(101), { messageMaxBytes: 100, textMaxChars: 10 })).toMatchObject({ state: 'unreadable', reason: 'too-large' });
    expect(await readMessage(mail('From: a@b.example', '', 'long words here'), { messageMaxBytes: 1000, textMaxChars: 4 })).toMatchObject({ text: 'long', truncated: true });
    let deep = 'x';
    for (let i = 0; i < 100; i++) deep = `Content-Type: multipart/mixed; boundary=B${i}\r\n\r\n--B${i}\r\n${deep}\r\n--B${i}--`;
    expect(await readMessage(Buffer.from(deep))).toMatchObject({ state: 'unreadable', reason: 'too-deep' });
    for (const odd of [Buffer.alloc(0), Buffer.alloc(1000, 0xff), mail('Content-Type: text/plain; charset=no-such', 'Date: never', '', 'x')]) expect((await readMessage(odd)).state).toBe('readable');
  });
});
