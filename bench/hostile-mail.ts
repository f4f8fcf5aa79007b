/** Messages built to cost the most. Each must be scored within 250 ms of CPU, or be declared over limits. */
import { hostileFiles } from './hostile-files.ts';

export interface HostileMail {
  readonly name: string;
  readonly bytes: Buffer;
}

const mail = (type: string, body: string): Buffer => Buffer.from(`From: "A" <a@example.com>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`);

function deepMime(depth: number): string {
  let head = '';
  for (let i = 0; i < depth; i++) head += `--b${i}\r\nContent-Type: multipart/mixed; boundary="b${i + 1}"\r\n\r\n`;
  return head;
}

const distinct = (count: number, make: (nth: number) => string): string => Array.from({ length: count }, (_, nth) => make(nth)).join('');

const attached = (filename: string, data: Buffer): Buffer => Buffer.concat([
  Buffer.from(`From: "A" <a@example.com>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name="${filename}"\r\nContent-Disposition: attachment; filename="${filename}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`),
  Buffer.from(data.toString('base64').replace(/.{76}/g, '$&\r\n')),
]);

export function hostileMail(): readonly HostileMail[] {
  const million = 1_000_000;
  return [
    { name: 'deep MIME', bytes: mail('multipart/mixed; boundary="b0"', deepMime(5_000)) },
    { name: 'many parts', bytes: mail('multipart/mixed; boundary="b"', '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(20_000)) },
    { name: 'a million links in text', bytes: mail('text/plain', 'http://a.example/b '.repeat(million)) },
    { name: 'a million links in HTML', bytes: mail('text/html', '<a href="http://x.example/y">z</a> '.repeat(million)) },
    { name: 'a million different hosts', bytes: mail('text/html', Array.from({ length: 100_000 }, (_, i) => `<a href="http://h${i}.d${i}.example/p?${i}">${i}</a>`).join('')) },
    { name: 'one giant word', bytes: mail('text/plain', 'a'.repeat(10 * million)) },
    { name: 'a giant word of two alphabets', bytes: mail('text/plain; charset=utf-8', 'aа'.repeat(million)) },
    { name: 'letters and spaces', bytes: mail('text/plain', 'v i a g r a '.repeat(million)) },
    { name: 'letters and digits', bytes: mail('text/plain', 'v1'.repeat(2 * million)) },
    { name: 'Chinese', bytes: mail('text/plain; charset=utf-8', '免费优惠点击链接'.repeat(100_000)) },
    { name: 'combining marks', bytes: mail('text/plain; charset=utf-8', `e${'\u0301'.repeat(100)}`.repeat(10_000)) },
    { name: 'open tags', bytes: mail('text/html', '<div><span><b>'.repeat(200_000)) },
    { name: 'style sheets', bytes: mail('text/html', `<style>${'.a{color:#fff}'.repeat(100_000)}</style>${'<p class="a" style="color:red;background:url(x)">y'.repeat(20_000)}`) },
    { name: 'long header', bytes: Buffer.from(`Subject: ${'=?utf-8?B?w6Q=?= '.repeat(100_000)}\r\nFrom: a@example.com\r\n\r\nx\r\n`) },
    { name: 'many recipients', bytes: Buffer.from(`To: ${'"x" <a@example.com>, '.repeat(100_000)}\r\nFrom: a@example.com\r\n\r\nx\r\n`) },
    { name: 'quote marks', bytes: mail('text/plain', '> '.repeat(2 * million)) },
    { name: 'lines', bytes: mail('text/plain', '>\r\n'.repeat(million)) },
    { name: 'giant base64', bytes: attached('x.bin', Buffer.alloc(20 * million, 'PK')) },
    { name: 'giant base64 as text', bytes: Buffer.from(`From: a@example.com\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(15 * million, 'word ').toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`) },
    { name: 'huge header', bytes: Buffer.from(`From: a@example.com\r\n${Array.from({ length: 50_000 }, (_, i) => `X-Field-${i}: ${'value '.repeat(20)}\r\n`).join('')}\r\nx\r\n`) },
    { name: 'one field without end', bytes: Buffer.from(`From: ${'('.repeat(100_000)}@${'a'.repeat(2 * million)}\r\n\r\nx\r\n`) },
    { name: 'quotation marks for a charset', bytes: Buffer.from(`From: a@example.com\r\nContent-Type: text/plain; charset=${'"'.repeat(200_000)}x\r\n\r\n\xff\r\n`, 'latin1') },
    { name: 'words of no charset', bytes: Buffer.from(`From: a@example.com\r\nSubject: ${distinct(8_700, (nth) => `=?x${nth}?q?=E4?= `)}\r\n\r\nx\r\n`) },
    { name: 'parameters of no charset', bytes: mail(`text/plain; ${distinct(9_000, (nth) => `a${nth}*=x${nth}''%E4;`)}`, 'x') },
    { name: 'a header folded without end, signed', bytes: Buffer.from(`DKIM-Signature: v=1;\r\n${' \t\r\n'.repeat(60_000)} a=rsa-sha256\r\nFrom: a@example.com\r\n\r\nx\r\n`) },
    { name: 'a signature of blanks', bytes: Buffer.from(`DKIM-Signature: v=1; l=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=x; b=x${'\r'.repeat(200_000)}y\r\nFrom: a@example.com\r\n\r\nx\r\n`) },
    { name: 'parentheses for a transfer encoding', bytes: Buffer.from(`From: a@example.com\r\nContent-Transfer-Encoding: ${'('.repeat(200_000)}\r\n\r\nx\r\n`) },
    ...['@', 'a@', '[', 'a:@', '(', '"'].map((sign) => ({ name: `an author of ${sign}`, bytes: Buffer.from(`From: ${sign.repeat(200_000 / sign.length)} x y\r\n\r\nx\r\n`) })),
    { name: 'different letters', bytes: mail('text/plain; charset=utf-8', distinct(60_000, (nth) => String.fromCodePoint(0x4e00 + ((nth * 7_919) % 20_900)))) },
    { name: 'marks of falling classes', bytes: mail('text/plain; charset=utf-8', `\u05d0${'\u05b2\u05b1\u05b0'.repeat(100_000)}`) },
    { name: 'UTF-7', bytes: mail('text/html; charset=utf-7', '+ADw-b+AD4-'.repeat(100_000)) },
    { name: 'ligatures of many letters', bytes: mail('text/plain; charset=utf-8', '\ufdfa'.repeat(200_000)) },
    ...hostileFiles().map(([name, data]) => ({ name, bytes: attached(name, data) })),
    { name: 'addresses without end', bytes: mail('text/plain', 'a@a.'.repeat(million)) },
  ];
}
