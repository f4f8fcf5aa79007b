/**
 * What companies get every day in HTML: orders, notices, invoices, appointments, passwords, tickets, invitations, letters with
 * letterheads, newsletters. Written for these tests, and never to be trained on.
 */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { toCrlf } from '../../src/message/walk.ts';
import { outlookLetter, phoneLetter, plainPage, shopPage, textOf, webLetter, type LetterContent, type PageContent } from './business-html-forms.ts';
import { PAGES_DE } from './business-html.de.ts';
import { PAGES_EN } from './business-html.en.ts';
import { PAGES_RU } from './business-html.ru.ts';
import { PAGES_TR } from './business-html.tr.ts';
import type { Zone } from './dns-zone.ts';

interface Common {
  readonly sort: 'order' | 'shipping' | 'invoice' | 'appointment' | 'password' | 'ticket' | 'inquiry' | 'quote' | 'invitation' | 'letter' | 'newsletter';
  readonly from: string;
  readonly subject: string;
  /** HTML without plain text beside it. */
  readonly alone?: true;
  readonly answers?: true;
  /** Name of a PDF that comes along. */
  readonly file?: string;
}

export type BusinessPage = Common & (
  | { readonly form: 'shop' | 'plain'; readonly content: PageContent }
  | { readonly form: 'outlook' | 'web' | 'phone'; readonly content: LetterContent }
);

export const BUSINESS_HTML: readonly (BusinessPage & { readonly language: string })[] = [
  ...PAGES_EN.map((page) => ({ ...page, language: 'en' })), ...PAGES_DE.map((page) => ({ ...page, language: 'de' })),
  ...PAGES_TR.map((page) => ({ ...page, language: 'tr' })), ...PAGES_RU.map((page) => ({ ...page, language: 'ru' })),
];

function htmlOf(page: BusinessPage): string {
  switch (page.form) {
    case 'shop': return shopPage(page.content);
    case 'plain': return plainPage(page.content);
    case 'outlook': return outlookLetter(page.content);
    case 'web': return webLetter(page.content);
    case 'phone': return phoneLetter(page.content);
  }
}

/** One encoded word at most 75 characters long, as RFC 2047 asks. */
const words = (text: string): string => (/[^\0-\x7f]/.test(text) ? (text.match(/.{1,20}/gu) ?? []).map((piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`).join('\n ') : text);
const encoded = (text: string): string => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
const part = (type: string, content: string, more = ''): string => `Content-Type: ${type}; charset=utf-8${more}\nContent-Transfer-Encoding: base64\n\n${encoded(content)}\n`;
const parts = (kind: string, boundary: string, all: readonly string[]): string => `Content-Type: multipart/${kind}; boundary="${boundary}"\n\n${all.map((each) => `--${boundary}\n${each}`).join('')}--${boundary}--\n`;

const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const CALENDAR = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:41@calendar\r\nDTSTART:20270121T150000Z\r\nDTEND:20270121T160000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';

function body(page: BusinessPage): string {
  const html = part('text/html', htmlOf(page)), text = part('text/plain', textOf(page.content));
  const calendar = page.sort === 'invitation' ? [part('text/calendar', CALENDAR, '; method=REQUEST')] : [];
  let whole = page.alone === true ? html : parts('alternative', '=_alternative', [text, html, ...calendar]);
  if ('hasLogo' in page.content) whole = parts('related', '=_related', [whole, `Content-Type: image/png; name="logo.png"\nContent-ID: <logo@letter>\nContent-Disposition: inline; filename="logo.png"\nContent-Transfer-Encoding: base64\n\n${PIXEL}\n`]);
  if (page.file === undefined) return whole;
  return parts('mixed', '=_mixed', [whole, `Content-Type: application/pdf; name="${page.file}"\nContent-Disposition: attachment; filename="${page.file}"\nContent-Transfer-Encoding: base64\n\n${encoded(PDF)}\n`]);
}

export const domainOfPage = ({ from }: BusinessPage): string => from.slice(from.lastIndexOf('@') + 1, -1);

/** The message as it travels, unsigned. */
export function businessPageMail(page: BusinessPage, number: number): Buffer {
  const domain = domainOfPage(page), name = page.from.slice(0, page.from.indexOf('<')).trim(), address = page.from.slice(page.from.indexOf('<'));
  const minute = 10 + (number % 50);
  return toCrlf(Buffer.from([
    `Received: from mail.${domain} (mail.${domain} [192.0.2.1]) by mx.example.com with ESMTPS; Tue, 12 Jan 2027 09:${minute}:07 +0100`,
    `From: ${words(name)} ${address}`, 'To: <office@example.com>', `Subject: ${words(page.subject)}`, `Date: Tue, 12 Jan 2027 09:${minute}:02 +0100`, `Message-ID: <${(0x6a3c91d07b * (number + 3)).toString(16)}.${number}@${domain}>`,
    ...(page.answers === true ? ['In-Reply-To: <c81e728d9d4c2f63@example.com>', 'References: <c81e728d9d4c2f63@example.com>'] : []),
    ...(page.sort === 'newsletter' ? [`List-Unsubscribe: <https://www.${domain}/unsubscribe?id=${number}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click'] : []),
    'MIME-Version: 1.0', body(page),
  ].join('\n')));
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** Signed by the author's domain. */
export async function signedPageMail(page: BusinessPage, number: number): Promise<Buffer> {
  const mail = businessPageMail(page, number);
  const { signatures } = await dkimSign(mail, { canonicalization: 'relaxed/relaxed', signatureData: [{ signingDomain: domainOfPage(page), selector: 's', privateKey: PEM }] });
  return Buffer.concat([Buffer.from(signatures), mail]);
}

/** What DNS says where the author's domain is kept with care: SPF, DKIM, DMARC, and a name for its server at 192.0.2.1. */
export function carefulZone(domain: string): Zone {
  return {
    [domain]: { TXT: ['v=spf1 ip4:192.0.2.1 -all'] }, [`s._domainkey.${domain}`]: { TXT: [`v=DKIM1; k=rsa; p=${KEY}`] }, [`_dmarc.${domain}`]: { TXT: ['v=DMARC1; p=quarantine'] },
    '1.2.0.192.in-addr.arpa': { PTR: [`mail.${domain}`] }, [`mail.${domain}`]: { A: ['192.0.2.1'] },
  };
}
