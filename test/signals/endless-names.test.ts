/** Names and rows of marks that nobody writes: nothing that takes the square of a length may be asked about them. */
import { UNKNOWN_ENVELOPE } from '../../src/commands/stored-message.ts';
import { walk } from '../../src/message/walk.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { messageFacts } from '../../src/policy/facts.ts';
import { messageView } from '../../src/policy/text-view.ts';
import type { Score } from '../../src/scoring/score.ts';
import { gather } from '../../src/signals/gather.ts';

const SCORE: Score = { score: 0, kind: 'wanted', proof: null, newsletter: false, contributions: [], model: 'none' };
const marks = `a${'\u0301'.repeat(3000)}${'\u0323'.repeat(3000)}`;
const long = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_900))).join('');
const text = (body: string, header = ''): string => `From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n${header}\r\n${body}\r\n`;
const page = (body: string): string => `From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`;
const signed = (domain: string, selector: string, rest = ''): string => text('x', `DKIM-Signature: v=1; a=rsa-sha256; d=${domain}; s=${selector};${rest} h=from; bh=x; b=AAAA\r\n`);
const sealed = (domain: string): string =>
  text('x', `ARC-Seal: i=1; a=rsa-sha256; cv=none; d=${domain}; s=s; b=AAAA\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=${domain}; s=s; h=from; bh=x; b=AAAA\r\nARC-Authentication-Results: i=1; x\r\n`);

/** The most characters beyond ASCII, and the most marks in a row, of all texts whose form was asked for. */
async function asked(mail: string): Promise<{ readonly letters: number; readonly marks: number }> {
  let letters = 0, row = 0;
  const note = (whole: string): void => {
    // Of a text's letters it is their marks that move, of a name's all of them.
    if (!/[\s\0]/.test(whole)) letters = Math.max(letters, whole.replace(/[\0-\x7f]/g, '').length);
    row = Math.max(row, ...(whole.match(/\p{M}+/gu) ?? []).map(({ length }) => length));
  };
  const { normalize } = String.prototype, { parse } = URL;
  const spies = [
    jest.spyOn(String.prototype, 'normalize').mockImplementation(function noted(this: string, form?: string) { note(String(this)); return normalize.call(this, form); }),
    jest.spyOn(URL, 'parse').mockImplementation((url, base) => { note(String(url)); note(String(base ?? '')); return parse.call(URL, url, base); }),
  ];
  try {
    const bytes = Buffer.from(mail), message = walk(bytes);
    const { authentication } = await gather({ envelope: UNKNOWN_ENVELOPE, message, bytes, ourDomains: new Set(['ours.example']) }, offlineResolver, 1000);
    const view = messageView(messageFacts({ message, authentication, score: SCORE, scoringFailed: false }, new Set(), false));
    expect([view.folded.text, view.exact.text].every((each) => each.length > 0)).toBe(true);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return { letters, marks: row };
}

test.each([
  ['a text', text(marks)],
  ['a text that is folded the slow way', text(`\u093e${marks}`)],
  ['marks that come together once what nobody sees is gone', text(`\u093e${`${'\u0301'.repeat(20)}\u200b`.repeat(100)}${`${'\u0323'.repeat(20)}\u200b`.repeat(100)}`)],
  ['a subject', text('x').replace('Subject: x', `Subject: \u093e${marks}`)],
  ["an author's mailbox", `From: <${marks}@b.example>\r\n\r\nx\r\n`],
  ["an author's domain of marks", `From: <a@${marks}.example>\r\n\r\nx\r\n`],
  ["an author's domain", `From: <a@${long}.example>\r\n\r\nx\r\n`],
  ["a signature's domain", signed(`${long}.example`, 's')],
  ["a signature's selector", signed('b.example', long)],
  ["a signature's identity", signed('b.example', 's', ` i=@${marks}.b.example;`)],
  ["a seal's domain", sealed(`${long}.example`)],
  ['a link in a text', text(`http://${long}.example/`)],
  ['a link', page(`<a href="http://${long}.example/">x</a>`)],
  ['a link with marks', page(`<a href="http:\\\\${marks}.example/">x</a>`)],
  ['a base for links', page(`<base href="http://${long}.example/"><a href="x">y</a><a href="//${long}">z</a>`)],
])('%s', async (_where, mail) => {
  const most = await asked(mail);
  expect(most.marks).toBeLessThanOrEqual(500);
  expect(most.letters).toBeLessThanOrEqual(1500);
});

test('a base that can be read is one for all links, and no link is put together that is not kept', () => {
  const parse = jest.spyOn(URL, 'parse');
  const { links } = walk(Buffer.from(page(`<base href="http://bücher.example/a/">${'<a href="x">y</a>'.repeat(700)}`)));
  const bases = parse.mock.calls.map(([, base]) => base);
  parse.mockRestore();
  expect([links.length, links[0]?.url, links[499]?.url]).toEqual([500, 'http://xn--bcher-kva.example/a/x', 'http://xn--bcher-kva.example/a/x']);
  expect(bases.slice(0, 2)).toEqual([undefined, 'http://xn--bcher-kva.example/a/']);
  expect(bases.length).toBeLessThanOrEqual(501);
});
