/**
 * Letters between companies as people write them: orders, inquiries, complaints, appointments, short answers. Written for these
 * tests, and never to be trained on: the bundled model has not seen any business mail, and must not hold that against it.
 */
import { toCrlf } from '../../src/message/walk.ts';
import { LETTERS_DE } from './business-letters.de.ts';
import { LETTERS_EN } from './business-letters.en.ts';
import { LETTERS_RU } from './business-letters.ru.ts';
import { LETTERS_TR } from './business-letters.tr.ts';

export interface BusinessLetter {
  readonly from: string;
  readonly subject: string;
  readonly body: string;
  /** `html`: simple HTML beside the plain text; `alone`: HTML without it; absent: plain text. */
  readonly form?: 'html' | 'alone';
  /** Answers a message of ours. */
  readonly answers?: true;
  /** A file that comes along. */
  readonly file?: string;
}

export const BUSINESS_LETTERS: readonly (BusinessLetter & { readonly language: string })[] = [
  ...LETTERS_EN.map((letter) => ({ ...letter, language: 'en' })), ...LETTERS_DE.map((letter) => ({ ...letter, language: 'de' })),
  ...LETTERS_TR.map((letter) => ({ ...letter, language: 'tr' })), ...LETTERS_RU.map((letter) => ({ ...letter, language: 'ru' })),
];

const words = (text: string): string => (/[^\0-\x7f]/.test(text) ? `=?utf-8?B?${Buffer.from(text).toString('base64')}?=` : text);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const asHtml = (body: string): string =>
  `<html><head><meta charset="utf-8"></head><body style="font-family: Calibri, Arial, sans-serif; font-size: 11pt">\n${body.trim().split('\n\n').map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br>\n')}</p>`).join('\n')}\n</body></html>\n`;

const encoded = (text: string): string => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
const part = (type: string, content: string): string => `Content-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${encoded(content)}\n`;
const both = (body: string, boundary: string): string => `Content-Type: multipart/alternative; boundary="${boundary}"\n\n--${boundary}\n${part('text/plain', body)}--${boundary}\n${part('text/html', asHtml(body))}--${boundary}--\n`;

/** The letter as it travels. */
export function businessMail({ from, subject, body, form, answers, file }: BusinessLetter, number: number): Buffer {
  const address = /<(.*)>/.exec(from)?.[1] ?? from, domain = address.slice(address.indexOf('@') + 1);
  const name = from.slice(0, from.indexOf('<')).trim();
  const id = `<${(0x5f3a91c07b * (number + 3)).toString(16)}.${number}@${domain}>`;
  const content = form === 'html' ? both(body, '=_alternative') : part(form === 'alone' ? 'text/html' : 'text/plain', form === 'alone' ? asHtml(body) : body);
  const whole = file === undefined ? content
    : `Content-Type: multipart/mixed; boundary="=_mixed"\n\n--=_mixed\n${content}--=_mixed\nContent-Type: application/pdf; name="${file}"\nContent-Disposition: attachment; filename="${file}"\nContent-Transfer-Encoding: base64\n\n${encoded(`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`)}\n--=_mixed--\n`;
  return toCrlf(Buffer.from([
    `Received: from mx.${domain} (mx.${domain} [192.0.2.${1 + (number % 200)}]) by mail.example.com with ESMTPS; Tue, 12 Jan 2027 09:${10 + (number % 50)}:07 +0100`,
    `From: ${/[^\0-\x7f]/.test(name) ? words(name) : name} <${address}>`, 'To: <office@example.com>', `Subject: ${words(subject)}`, `Date: Tue, 12 Jan 2027 09:${10 + (number % 50)}:02 +0100`, `Message-ID: ${id}`,
    ...(answers === true ? [`In-Reply-To: <c81e728d9d4c2f63@example.com>`, `References: <c81e728d9d4c2f63@example.com>`] : []),
    'MIME-Version: 1.0', whole,
  ].join('\n')));
}
