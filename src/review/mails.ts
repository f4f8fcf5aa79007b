/** PURE. Mails that the pages send: short, plain, one link each. */
import type { Notice } from '../notices/notice.ts';
import type { Speech } from './parts.ts';
import { html, seenText, type Html } from './html.ts';

/** @param code six digits */
export function signInMail({ say, language }: Speech, { to, url, code }: { readonly to: string; readonly url: string; readonly code: string }): Notice {
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  return {
    to, language, subject: say('mail.sign-in.subject'),
    text: [say('mail.sign-in.lead'), url, say('mail.sign-in.code'), spaced, say('mail.sign-in.valid'), say('mail.sign-in.not-you')].join('\n\n') + '\n',
    html: mail(language, say('mail.sign-in.subject'), html`<p>${say('mail.sign-in.lead')}</p><p>${button(url, say('sign-in.go'))}</p><p>${say('mail.sign-in.code')}</p><p style="font-size:28px;letter-spacing:4px;font-weight:bold">${spaced}</p><p>${say('mail.sign-in.valid')}</p><p>${say('mail.sign-in.not-you')}</p>`),
  };
}

export interface AboutMail {
  readonly to: string;
  readonly url: string;
  readonly who: string;
  readonly from: string;
  readonly subject: string;
  readonly words: string;
}

/** `asked`: to the approver; `refused`: to who asked. */
export function answerMail({ say, language }: Speech, what: 'asked' | 'refused', about: AboutMail): Notice {
  const values = { who: seenText(about.who), from: seenText(about.from), subject: seenText(about.subject).replace(/\s+/g, ' ') || say('no-subject') };
  const lines = [say(`mail.${what}.lead`, values), say('mail.from', values), say('mail.subject', values)];
  if (about.words !== '') lines.push(say('mail.words', { words: seenText(about.words) }));
  return {
    to: about.to, language, subject: say(`mail.${what}.subject`, values),
    text: [...lines, about.url, say('mail.sign-in-first')].join('\n\n') + '\n',
    html: mail(language, say(`mail.${what}.subject`, values), html`${lines.map((line) => html`<p>${line}</p>`)}<p>${button(about.url, say(`mail.${what}.button`))}</p><p>${say('mail.sign-in-first')}</p>`),
  };
}

function button(url: string, text: string): Html {
  return html`<a href="${url}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:bold">${text}</a>`;
}

/** Style attributes only: many mail programs drop style sheets. */
function mail(language: string, title: string, body: Html): string {
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${title}</title></head><body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:560px;margin:0 auto;padding:16px">${body}</body></html>`.toString();
}
