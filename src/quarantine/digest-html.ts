/**
 * PURE. The HTML of a digest. Tables and inline styles, since that is what mail programs show alike; classes only for dark mode.
 * Whatever comes from mail is escaped by the template; there are no images, no scripts and no addresses but our own.
 */
import type { ShownDigest, ShownItem } from './digest-shown.ts';

/** HTML that is already escaped. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | Markup | readonly Markup[];

/** A template whose values are escaped unless they are markup themselves. */
function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.map((string, at) => string + (at < values.length ? textOf(values[at] ?? '') : '')).join(''));
}

function textOf(value: Value): string {
  if (value instanceof Markup) return value.text;
  return typeof value === 'string' ? escaped(value) : value.map(textOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const FONT = new Markup("font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif");

/** Programs that know dark mode take these; those that do not show the inline colours. `[data-ogsc]` is how Outlook.com asks. */
const DARK: readonly (readonly [name: string, style: string])[] = [
  ['b', 'background-color:#16181c!important'], ['c', 'background-color:#22252b!important;border-color:#3a3f47!important'], ['t', 'color:#f1f3f5!important'],
  ['m', 'color:#b3bac3!important'], ['ok', 'color:#7fd6a4!important'], ['no', 'color:#f0b357!important'], ['bad', 'color:#ff9d94!important'], ['p', 'background-color:#2a2f3a!important;border-color:#4b5568!important'],
  ['g', 'background-color:#23834f!important'], ['gt', 'color:#ffffff!important'], ['o', 'border-color:#5b636e!important'], ['a', 'color:#8ab8ff!important'], ['f', 'border-color:#3a3f47!important'],
];
const STYLE = new Markup([
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  'a{text-decoration:none}a:hover{text-decoration:underline}',
  `@media (prefers-color-scheme:dark){${DARK.map(([name, style]) => `.${name}{${style}}`).join('')}}`,
  DARK.map(([name, style]) => `[data-ogsc] .${name}{${style}}`).join(''),
  '@media (max-width:480px){.w{padding:12px 10px!important}.i{padding:14px!important}.bl{padding:11px 12px!important;font-size:14px!important}.l .bl{padding:11px 6px!important}.bt{margin-right:6px!important}}',
].join(''));

const SPACE = new Markup('<tr><td style="font-size:0;line-height:12px;height:12px">&nbsp;</td></tr>');

/** The whole document; lines end with `\n`. */
export function digestHtml(digest: ShownDigest): string {
  const { language, subject, title, intro, items, others, all } = digest;
  return html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"><title>${subject}</title><style>${STYLE}</style></head>
<body class="b" style="margin:0;padding:0;background-color:#f3f5f7">
<div style="display:none;max-height:0;overflow:hidden">${intro}</div>
<table role="presentation" class="b" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f5f7"><tr><td align="center" class="w" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;text-align:left">
${digest.phrase.url === null ? phraseRow(digest) : ''}
<tr><td style="${FONT};padding:18px 4px 16px"><h1 class="t" style="margin:0 0 6px;font-size:22px;line-height:28px;font-weight:600;color:#1c2024">${title}</h1><p class="m" style="margin:0;font-size:15px;line-height:22px;color:#5b636d">${intro}</p></td></tr>
${items.map((item) => new Markup(itemHtml(item)))}
${others.map((each) => html`<tr><td class="t" style="${FONT};padding:6px 4px;font-size:15px;line-height:22px;color:#1c2024">${each}</td></tr>`)}
<tr><td style="${FONT};padding:8px 4px 20px;font-size:15px;line-height:22px"><a class="a" href="${all.url}" style="color:#1a5fb4">${all.says}&nbsp;›</a></td></tr>
${digest.phrase.url === null ? '' : [phraseRow(digest), SPACE]}
${footer(digest)}
</table></td></tr></table></body></html>
`.text;
}

function phraseRow({ phrase }: ShownDigest): Markup {
  const says = phrase.url === null ? html`<strong>${phrase.says}</strong>` : html`<a class="a" href="${phrase.url}" style="color:#1a5fb4">${phrase.says}</a>`;
  return html`<tr><td class="p" style="${FONT};padding:10px 14px;border:1px solid #cfdcf0;border-radius:8px;background-color:#edf3fc"><div class="t" dir="auto" style="font-size:15px;line-height:21px;color:#1c2024">${says}</div><div class="m" style="font-size:13px;line-height:18px;color:#5b636d">${phrase.why}</div></td></tr>`;
}

/** One message as a card; a row of the table, and the space under it. */
export function itemHtml(item: ShownItem): string {
  const { address, proof, isConfirmed, isForged, beside, subject, when, why, links } = item;
  const badge = isForged ? html`<span class="bad" style="color:#b3261e;font-weight:600;white-space:nowrap">${proof}</span>` : isConfirmed ? html`<span class="ok" style="color:#1b7a4b;white-space:nowrap">✓&nbsp;${proof}</span>` : html`<span class="no" style="color:#9a5b00;white-space:nowrap">${proof}</span>`;
  const extra = beside.length === 0 ? '' : html`<div class="m" dir="auto" style="font-size:13px;line-height:19px;color:#5b636d">${beside.join(' · ')}</div>`;
  return html`<tr><td class="c i" style="${FONT};padding:16px 18px;border:1px solid #dde2e7;border-radius:10px;background-color:#ffffff"><div class="t" style="font-size:14px;line-height:20px;color:#1c2024;word-break:break-word"><strong>${address}</strong> ${badge}</div>${extra}<div class="t" dir="auto" style="margin:6px 0 4px;font-size:17px;line-height:24px;font-weight:600;color:#1c2024;word-break:break-word">${subject}</div><div class="m" style="margin:0 0 12px;font-size:14px;line-height:20px;color:#5b636d">${when} · ${why}</div>${links.map(linkHtml)}</td></tr>${SPACE}`.text;
}

function linkHtml({ says, url, role }: ShownItem['links'][number]): Markup {
  // A table for each button: the one way in which every program, Outlook's too, makes the whole of it large enough for a thumb.
  const link = (name: string, style: string): Markup => html`<a class="bl ${name}" href="${url}" style="display:inline-block;padding:11px 18px;font-size:15px;line-height:20px;${new Markup(style)}">${says}</a>`;
  const button = (name: string, style: string, inner: Markup): Markup => html`<table role="presentation" class="bt" cellpadding="0" cellspacing="0" border="0" style="display:inline-block;margin:0 8px 4px 0;vertical-align:top"><tr><td class="${name}" style="border-radius:8px;${new Markup(style)}">${inner}</td></tr></table>`;
  if (role === 'main') return button('g', 'background-color:#1b7a4b', link('gt', 'color:#ffffff;font-weight:600'));
  if (role === 'other') return button('o', 'border:1px solid #c3cad2', link('t', 'color:#1c2024'));
  return button('l', 'border:1px solid transparent', link('a', 'color:#1a5fb4'));
}

function footer({ notes, settings, stop }: ShownDigest): Markup {
  const style = new Markup('font-size:13px;line-height:20px;color:#5b636d');
  return html`<tr><td class="m f" style="${FONT};padding:14px 4px 0;border-top:1px solid #dde2e7;${style}">${notes.map((each) => html`${each}<br>`)}<br><a class="a" href="${settings.url}" style="color:#1a5fb4">${settings.says}</a> &nbsp;·&nbsp; <a class="a" href="${stop.url}" style="color:#1a5fb4">${stop.says}</a></td></tr>`;
}
