/** PURE. The page inside the frame: a message as people may safely see it. Its own policy forbids everything but its one style. */
import { createHash } from 'node:crypto';
import type { ReadableMessage, UnreadableMessage } from '../message/readable.ts';
import { escaped, seenText } from './html.ts';
import type { Say } from './parts.ts';
import { sanitised } from './sanitise.ts';

const STYLE = 'body{margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;color:#16202e;background:#fff;overflow-wrap:anywhere}table{border-collapse:collapse;max-width:100%}td,th{padding:2px 6px;vertical-align:top;text-align:left}pre{white-space:pre-wrap;font:inherit;margin:0}blockquote{margin:8px 0;padding-left:12px;border-left:3px solid #c5cbd4}.link{text-decoration:underline}.to{color:#54606f;font-size:.9em}.image,.cut{color:#54606f}h1,h2,h3,h4,h5,h6{font-size:1.15em;margin:.6em 0}';

/** `sandbox` without any word: no scripts, no forms, no origin of ours, no top navigation. */
export const PREVIEW_CSP = `sandbox; default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;

/** A whole document, to be served with PREVIEW_CSP. */
export function previewPage(message: ReadableMessage | UnreadableMessage, language: string, say: Say): string {
  return `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>${escaped(say('preview.title'))}</title><style>${STYLE}</style></head><body>${body(message, say)}</body></html>`;
}

function body(message: ReadableMessage | UnreadableMessage, say: Say): string {
  if (message.state === 'unreadable') return paragraph(say('preview.unreadable'));
  const words = { image: say('preview.image'), removedLink: say('preview.removed-link'), cut: say('preview.cut') };
  const shown = message.html === null ? '' : sanitised(message.html, words);
  const cut = message.truncated ? paragraph(say('preview.cut')) : '';
  if (/[^\s]/.test(shown.replace(/<[^>]*>/g, ''))) return shown + cut;
  return message.text.trim() === '' ? paragraph(say('preview.empty')) : `<pre>${escaped(seenText(message.text))}</pre>${cut}`;
}

function paragraph(text: string): string {
  return `<p class="cut">${escaped(text)}</p>`;
}
