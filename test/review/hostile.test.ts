/** Whole messages that are hostile: charsets, nesting, sizes, headers. Whatever comes, pages and preview hold nothing but the short list of elements. */
import { Parser } from 'htmlparser2';
import { ReviewCase } from '../support/review-case.ts';

let usher: ReviewCase;
beforeAll(async () => { usher = await ReviewCase.open(); });
afterAll(() => usher.close());

const EVIL = '<script>alert(1)</script><img src=http://fetch.invalid/x onerror=alert(1)><style>*{background:url(http://fetch.invalid/y)}</style>';
const letter = (header: string, body: string | Buffer): Buffer => Buffer.concat([Buffer.from(`From: Evil <x@evil.example>\r\nTo: anna@example.com\r\nSubject: hostile\r\nMIME-Version: 1.0\r\n${header}\r\n\r\n`), Buffer.from(body)]);
const html = (body: string, charset = 'utf-8'): Buffer => letter(`Content-Type: text/html; charset=${charset}`, body);

function nested(depth: number): Buffer {
  const open = Array.from({ length: depth }, (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`).join('');
  return letter('Content-Type: multipart/mixed; boundary=b0', `${open}--b${depth}\r\nContent-Type: text/html\r\n\r\n${EVIL}\r\n--b${depth}--\r\n`);
}

function forwarded(depth: number): Buffer {
  let message = html(EVIL);
  for (let i = 0; i < depth; i++) message = letter('Content-Type: message/rfc822', message);
  return message;
}

const MESSAGES: Readonly<Record<string, Buffer>> = {
  'UTF-7 that hides a script': html('+ADw-script+AD4-alert(1)+ADw-/script+AD4-', 'utf-7'),
  'UTF-16 with marks of order': letter('Content-Type: text/html; charset=utf-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(EVIL, 'utf16le')])),
  'UTF-16 said, UTF-8 sent': html(EVIL, 'utf-16'),
  'ISO-2022-JP with escapes within a tag': html(`<\x1b$B<script\x1b(B>alert(1)</script>${EVIL}`, 'iso-2022-jp'),
  'EBCDIC': html(EVIL, 'cp037'),
  'a charset that nobody knows': html(EVIL, 'x"><script>alert(1)</script>'),
  'two content types': letter('Content-Type: text/plain\r\nContent-Type: text/html', EVIL),
  'base64 with rubbish in it': letter('Content-Type: text/html\r\nContent-Transfer-Encoding: base64', `%%%${Buffer.from(EVIL).toString('base64').split('').join('\r\n!')}`),
  'quoted-printable that ends within a sign': letter('Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable', `=3Cscript=3Ealert(1)=3C/script=3E${EVIL}=`),
  'NUL everywhere': html(EVIL.split('').join('\0')),
  'multipart in multipart, 300 deep': nested(300),
  'forwarded in forwarded, 100 deep': forwarded(100),
  'elements in elements, 50,000 deep': html(`${'<div><table><tr><td><b>'.repeat(12_500)}deep`),
  'a table of 40,000 cells': html(`<table>${'<tr><td>x<td colspan=99>y'.repeat(20_000)}</table>`),
  'one attribute of a megabyte': html(`<p title="${'x'.repeat(1_000_000)}" onclick=alert(1)>x</p>${EVIL}`),
  'a tag that never ends': html(`<p ${'a=b '.repeat(100_000)}`),
  'half a million entities': html('&#60;script&#62;&lt;&amp;'.repeat(20_000)),
  'comments that do not close': html(`<!-- ${'<!--'.repeat(10_000)}--!><script>alert(1)</script>`),
  'text alone that looks like HTML': letter('Content-Type: text/plain', EVIL),
  'HTML that is called an attachment': letter('Content-Type: text/html; name="a.html"\r\nContent-Disposition: attachment; filename="=?utf-8?Q?=3Cscript=3E?=.html"', EVIL),
  'an alternative of HTML only in name': letter('Content-Type: multipart/alternative; boundary=b', `--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: text/html; charset="\r\n"\r\n\r\n${EVIL}\r\n--b--`),
  'nothing behind the header': Buffer.from('From: x@evil.example\r\nContent-Type: text/html\r\n'),
  'no header at all': Buffer.from(`\r\n${EVIL}`),
  'only zeros': Buffer.alloc(5_000),
};

const ALLOWED = new Set(['html', 'head', 'meta', 'title', 'style', 'body', 'p', 'br', 'hr', 'div', 'span', 'b', 'strong', 'i', 'em', 'u', 's', 'small', 'sub', 'sup', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const ATTRIBUTES = /^(?:class=(?:link|to|image|cut)|(?:col|row)span=\d{1,2}|dir=(?:ltr|rtl)|lang=\w+|charset=utf-8|name=color-scheme|content=light)$/;

/** Everything in a preview that must not be there. */
function foreignIn(markup: string): readonly string[] {
  const found: string[] = [];
  let styles = 0;
  new Parser({
    onopentag: (name, attributes) => {
      if (!ALLOWED.has(name) || (name === 'style' && ++styles > 1)) found.push(`<${name}>`);
      for (const [key, value] of Object.entries(attributes)) if (!ATTRIBUTES.test(`${key}=${value}`)) found.push(`${name} ${key}=${value.slice(0, 40)}`);
    },
    oncomment: (text) => found.push(`<!--${text.slice(0, 40)}`),
  }).end(markup);
  return found;
}

test.each(Object.entries(MESSAGES))('%s', async (_name, raw) => {
  const id = await usher.hold({ raw });
  const cookie = await usher.session('anna@example.com');
  for (const url of ['/', `/m/${id}`]) {
    const page = await usher.get(url, cookie);
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/<script>|onerror=alert|<img src=http|fetch\.invalid/);
  }
  const preview = await usher.get(`/m/${id}/preview`, cookie);
  expect(preview.statusCode).toBe(200);
  expect(foreignIn(preview.body)).toEqual([]);
  expect(preview.body.length).toBeLessThan(3_000_000);
}, 30_000);

test.each([
  ['fillers that look like nothing', '\u3164\u2800\u115f\u200b', '(no subject)'], ['marks in heaps', `Order${'\u0301'.repeat(20)} 4711`, 'Order\u0301\u0301\u0301 4711'], ['turned round', '\u202eelpmaxe\u2066', 'elpmaxe'],
])('a subject of %s', async (_name, subject, shown) => {
  const id = await usher.hold({ raw: Buffer.from(`From: x@evil.example\r\nTo: anna@example.com\r\nSubject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=\r\n\r\nx\r\n`) });
  const cookie = await usher.session('anna@example.com');
  for (const url of ['/', `/m/${id}`]) expect((await usher.get(url, cookie)).body).toContain(shown);
});
