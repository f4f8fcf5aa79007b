/**
 * Mail as a company gets it, made up from a seed: plain, HTML with its plain alternative, and with attachments,
 * 4 to 40 KB, in five languages and the charsets and encodings that come with them. No real mail is in it.
 */
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { vocabularies, type Vocabulary } from './mail-words.ts';
import { seeded, type Random } from './random.ts';

export type Shape = 'plain' | 'html' | 'attachment';
export const shapes: readonly Shape[] = ['plain', 'html', 'attachment'];

export interface GeneratedMail {
  /** Envelope sender; its domain is that of From, and one of `senderDomains`. */
  readonly from: string;
  readonly shape: Shape;
  readonly language: string;
  /** With CRLF. */
  readonly raw: Buffer;
}

export interface MailOptions {
  readonly seed: number;
  readonly shape: Shape;
  /** The whole message comes within 5 per cent of it, from 3,000 on. */
  readonly sizeBytes: number;
  readonly to: string;
}

/** Reserved for examples (RFC 2606): no look-up ever leads to anybody. */
export const senderDomains: readonly string[] = ['north.example', 'mail.south.example', 'east.example', 'west.example', 'news.middle.example'];

const LINE = 72;

/** One message. The same options give the same bytes. */
export function generateMail(options: MailOptions): GeneratedMail {
  const random = seeded(options.seed);
  const vocabulary = random.pick(vocabularies);
  const domain = random.pick(senderDomains);
  const from = `${random.pick(['anna', 'office', 'sales', 'j.field'])}@${domain}`;
  const head = header(random, vocabulary, from, domain, options.to);
  const room = options.sizeBytes - head.length;
  let body = '';
  // Encodings stretch text by anything up to three, and sentences end where they end: a few corrections come close enough.
  for (let wanted = room, tries = 0; tries < 8; tries++) {
    body = content(seeded(options.seed + 1), vocabulary, options.shape, wanted);
    if (Math.abs(room - body.length) < options.sizeBytes * 0.05) break;
    wanted *= room / body.length;
  }
  return { from, shape: options.shape, language: vocabulary.language, raw: Buffer.from(head + body, 'latin1') };
}

/** `count` messages, sizes spread evenly over 4 to 40 KB, shapes in turn. */
export function mixedMail(count: number, to: string, seed = 1): readonly GeneratedMail[] {
  return Array.from({ length: count }, (_, n) =>
    generateMail({ seed: seed + n * 7919, shape: shapes[n % shapes.length] as Shape, sizeBytes: Math.round(4096 + (n * (40_960 - 4096)) / Math.max(1, count - 1)), to }));
}

function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

/** RFC 5322 section 3.3, in UTC. */
function mailDate(ms: number): string {
  const at = new Date(ms);
  return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function header(random: Random, vocabulary: Vocabulary, from: string, domain: string, to: string): string {
  const sentAt = Date.UTC(2026, random.between(0, 11), random.between(1, 28), random.between(7, 18), random.between(0, 59));
  const id = createHash('sha256').update(random.bytes(16)).digest('hex').slice(0, 20);
  const received = Array.from({ length: random.between(1, 4) }, (_, hop) => [
    `Received: from relay${hop}.${domain} (relay${hop}.${domain} [192.0.2.${random.between(1, 250)}])`,
    `\tby mx${hop}.${domain} (Postfix) with ESMTPS id ${id.slice(hop, hop + 10).toUpperCase()}`,
    `\tfor <${to}>; ${mailDate(sentAt + (5 - hop) * 1000)}`,
  ].join('\r\n'));
  const bulk = domain.startsWith('news.');
  return [
    ...received,
    `Date: ${mailDate(sentAt)}`,
    `From: ${encodedWord(random.pick(vocabulary.names))} <${from}>`,
    `To: <${to}>`,
    `Subject: ${encodedWord(random.pick(vocabulary.subjects))}`,
    `Message-ID: <${id}@${domain}>`,
    ...(random.next() < 0.3 ? [`In-Reply-To: <${id.slice(8)}@example.com>`, `References: <${id.slice(8)}@example.com>`] : []),
    ...(bulk ? [`List-Unsubscribe: <https://${domain}/leave/${id}>`, 'Precedence: bulk'] : []),
    'MIME-Version: 1.0',
    '',
  ].join('\r\n');
}

function sentence(random: Random, vocabulary: Vocabulary): string {
  const text = Array.from({ length: random.between(5, 16) }, () => random.pick(vocabulary.words)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1) + random.pick(['.', '.', '.', '?', '!']);
}

/** Paragraphs of about so many characters together, lines at most 72 long. */
function prose(random: Random, vocabulary: Vocabulary, chars: number): string[] {
  const paragraphs = [vocabulary.greeting];
  for (let length = 0; length < chars;) {
    const room = Math.min(chars - length, random.between(200, 600));
    let paragraph = sentence(random, vocabulary);
    while (paragraph.length < room) paragraph += ` ${sentence(random, vocabulary)}`;
    paragraphs.push(paragraph);
    length += paragraph.length + 2;
  }
  return [...paragraphs, vocabulary.closing, random.pick(vocabulary.names)];
}

function wrap(paragraph: string): string {
  let line = '';
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    if (line === '') line = word;
    else if (line.length + word.length < LINE) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join('\r\n');
}

interface TextStyle {
  readonly charset: string;
  /** Where the text is not ASCII. */
  readonly encoding: string;
}

/** Drawn before the text, so that the length of the text does not change it. */
function textStyle(random: Random, vocabulary: Vocabulary): TextStyle {
  return { charset: random.next() < 0.7 ? 'utf-8' : vocabulary.charset, encoding: random.pick(['8bit', 'quoted-printable', 'base64']) };
}

/** A MIME part: its fields, and the text in its charset and encoding. Result: one char a byte. */
function textPart({ charset, encoding: wanted }: TextStyle, subtype: string, text: string): string {
  const bytes = iconv.encode(text, charset);
  const encoding = bytes.every((byte) => byte < 0x80) ? '7bit' : wanted;
  const body = encoding === 'base64' ? base64Lines(bytes) : encoding === 'quoted-printable' ? quotedPrintable(bytes) : bytes.toString('latin1');
  return `Content-Type: text/${subtype}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
}

function base64Lines(bytes: Buffer): string {
  return (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');
}

/** RFC 2045 section 6.7. */
function quotedPrintable(bytes: Buffer): string {
  const lines: string[] = [];
  for (const line of bytes.toString('latin1').split('\r\n')) {
    let out = '';
    for (const char of line.replace(/[^\x20-\x3c\x3e-\x7e]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).match(/=..|./g) ?? []) {
      if (out.length + char.length > 75) {
        lines.push(`${out}=`);
        out = '';
      }
      out += char;
    }
    lines.push(out.replace(/ $/, '=20'));
  }
  return lines.join('\r\n');
}

function html(random: Random, paragraphs: readonly string[]): string {
  const styled = paragraphs.map((paragraph) => `<p style="margin:0 0 12px 0;font-family:Arial,sans-serif;font-size:14px;color:#${random.pick(['222222', '333333'])}">${wrap(paragraph)}</p>`);
  return [
    '<!DOCTYPE html>', '<html><head><meta charset="utf-8"><title></title>', '<style>td { padding: 8px; } a { color: #0a5c8a; }</style></head>',
    '<body><table width="600" cellpadding="0" cellspacing="0"><tr><td>', ...styled,
    '</td></tr><tr><td><a href="https://www.middle.example/news">www.middle.example</a></td></tr></table></body></html>',
  ].join('\r\n');
}

function content(random: Random, vocabulary: Vocabulary, shape: Shape, bytes: number): string {
  const style = textStyle(random, vocabulary);
  const htmlStyle = textStyle(random, vocabulary);
  const boundary = `=_${random.between(1e8, 9e8)}`;
  const file = `drawing-${random.between(100, 999)}.pdf`;
  const written = (chars: number): string[] => prose(random, vocabulary, chars);
  const plain = (paragraphs: readonly string[]): string => textPart(style, 'plain', paragraphs.map(wrap).join('\r\n\r\n'));
  if (shape === 'plain') return plain(written(bytes * 0.9));
  if (shape === 'html') {
    const paragraphs = written(bytes * 0.35);
    return multipart('alternative', boundary, [plain(paragraphs), textPart(htmlStyle, 'html', html(random, paragraphs))]);
  }
  const text = plain(written(Math.min(1500, bytes * 0.2)));
  const scan = Buffer.concat([Buffer.from('%PDF-1.7\n'), random.bytes(Math.max(50, Math.round((bytes - text.length - 500) * 0.73)))]);
  const fields = `Content-Type: application/pdf; name="${file}"\r\nContent-Disposition: attachment; filename="${file}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
  return multipart('mixed', boundary, [text, `${fields}${base64Lines(scan)}\r\n`]);
}

function multipart(subtype: string, boundary: string, parts: readonly string[]): string {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\nThis is a message with several parts.\r\n${body}--${boundary}--\r\n`;
}
