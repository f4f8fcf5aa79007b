/** HTML as shops, offices and mail programs write it: markup of our own, after the habits of each. */

export interface PageContent {
  readonly name: string;
  readonly home: string;
  /** What mailboxes show beside the subject, hidden in the page. */
  readonly preview?: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly rows?: readonly (readonly [string, string])[];
  readonly button?: readonly [string, string];
  readonly foot: readonly string[];
}

export interface LetterContent {
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  readonly signature: readonly string[];
  readonly home?: readonly [string, string];
  readonly notice?: string;
  /** Of the message that is answered. */
  readonly quoted?: { readonly attribution: string; readonly lines: readonly string[] };
  readonly hasLogo?: true;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const each = (lines: readonly string[], write: (line: string, index: number) => string): string => lines.map(write).join('\n');
const hidden = (preview: string | undefined): string => (preview === undefined ? '' : `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;color:#f4f4f4">${escaped(preview)}${'&#847;&zwnj;&nbsp;'.repeat(30)}</div>`);

/** Tables in tables, a picture on top, a button, a footer. */
export const shopPage = ({ name, home, preview, greeting, paragraphs, rows = [], button, foot }: PageContent): string => `<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(name)}</title>
<style>body{margin:0;background:#f4f4f4}.cell{padding:32px}.go{background:#2a6f4e;color:#fff}@media (max-width:599px){.sheet{width:100%!important}}</style></head>
<body style="margin:0;background:#f4f4f4">${hidden(preview)}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" bgcolor="#f4f4f4"><tr><td align="center">
<table role="presentation" class="sheet" width="580" cellpadding="0" cellspacing="0" bgcolor="#ffffff">
<tr><td align="center" style="padding:24px"><a href="${home}"><img src="${home}mail/logo.png" width="150" alt="${escaped(name)}" style="border:0"></a></td></tr>
<tr><td class="cell" style="padding:32px;font:15px/1.5 Arial,sans-serif;color:#333333">
<p style="margin:0 0 14px">${escaped(greeting)}</p>
${each(paragraphs, (text) => `<p style="margin:0 0 14px">${escaped(text)}</p>`)}
${rows.length === 0 ? '' : `<table width="100%" style="border-collapse:collapse">\n${rows.map(([what, much]) => `<tr><td style="border-bottom:1px solid #dddddd;padding:7px 0">${escaped(what)}</td><td align="right" style="border-bottom:1px solid #dddddd;padding:7px 0">${escaped(much)}</td></tr>`).join('\n')}\n</table>`}
${button === undefined ? '' : `<table role="presentation" align="center" style="margin:24px auto"><tr><td class="go" bgcolor="#2a6f4e" style="border-radius:4px"><a href="${button[1]}" style="display:inline-block;padding:12px 26px;color:#ffffff;text-decoration:none">${escaped(button[0])}</a></td></tr></table>`}
</td></tr>
<tr><td align="center" style="padding:20px;font:12px/1.5 Arial,sans-serif;color:#888888">${each(foot, (line) => `<div>${line}</div>`)}</td></tr>
</table></td></tr></table></body></html>
`;

/** Little but lines, as ticket systems and registries write. */
export const plainPage = ({ greeting, paragraphs, button, foot }: PageContent): string => `<html><body style="font-family:Arial,sans-serif;font-size:14px">
<div>${escaped(greeting)}</div><br>
${each(paragraphs, (text) => `<div>${escaped(text)}</div><br>`)}
${button === undefined ? '' : `<div><a href="${button[1]}">${escaped(button[0])}</a></div><br>`}
${each(foot, (line) => `<div style="color:#666">${line}</div>`)}
</body></html>
`;

/** As Word's mail editor writes. */
export function outlookLetter({ greeting, paragraphs, signature, home, notice, quoted, hasLogo }: LetterContent): string {
  const line = (text: string, style = ''): string => `<p class=MsoNormal>${style === '' ? text : `<span style='${style}'>${text}</span>`}<o:p></o:p></p>`;
  const empty = '<p class=MsoNormal><o:p>&nbsp;</o:p></p>';
  return `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15 (filtered medium)">
<style><!--
@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
a:link {color:#0563C1; text-decoration:underline;}
div.WordSection1 {page:WordSection1;}
--></style></head><body lang=EN-GB link="#0563C1" style='word-wrap:break-word'><div class=WordSection1>
${line(escaped(greeting))}${empty}
${each(paragraphs, (text) => `${line(escaped(text))}${empty}`)}
${each(signature, (text, i) => line(escaped(text), i === 1 ? 'font-size:10.0pt;font-weight:bold;color:#1F3864' : 'font-size:10.0pt;color:#404040'))}
${hasLogo === undefined ? '' : line('<img width=170 height=48 src="cid:logo@letter" alt="logo">')}
${home === undefined ? '' : line(`<a href="${home[1]}">${home[0]}</a>`, 'font-size:10.0pt')}
${notice === undefined ? '' : `${empty}${line(escaped(notice), 'font-size:8.0pt;color:gray')}`}
${quoted === undefined ? '' : `${empty}<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>${line(escaped(quoted.attribution))}</div>${each(quoted.lines, (text) => line(escaped(text)))}`}
</div></body></html>
`;
}

/** As webmail writes. */
export const webLetter = ({ greeting, paragraphs, signature, home, quoted }: LetterContent): string => `<div dir="ltr"><div>${escaped(greeting)}</div><div><br></div>
${each(paragraphs, (text) => `<div>${escaped(text)}</div><div><br></div>`)}
<div dir="ltr" class="gmail_signature">${each(signature, (text) => `<div style="color:rgb(102,102,102)">${escaped(text)}</div>`)}${home === undefined ? '' : `<div><a href="${home[1]}" target="_blank">${home[0]}</a></div>`}</div></div>
${quoted === undefined ? '' : `<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">${escaped(quoted.attribution)}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">${each(quoted.lines, (text) => `<div>${escaped(text)}</div>`)}</blockquote></div>`}
`;

/** As a telephone writes. */
export const phoneLetter = ({ greeting, paragraphs, signature, quoted }: LetterContent): string => `<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">${escaped(greeting)}<div><br></div>
${each(paragraphs, (text) => `<div>${escaped(text)}</div>`)}
<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">${signature.map(escaped).join('<br>')}</div>
${quoted === undefined ? '' : `<div dir="ltr"><br><blockquote type="cite">${escaped(quoted.attribution)}<br><br></blockquote></div><blockquote type="cite">${each(quoted.lines, (text) => `<div dir="ltr">${escaped(text)}</div>`)}</blockquote>`}
</body></html>
`;

/** What stands beside it as plain text. */
export const textOf = (content: PageContent | LetterContent): string => [
  content.greeting, ...content.paragraphs,
  ...('foot' in content
    ? [(content.rows ?? []).map(([what, much]) => `${what}: ${much}`).join('\n'), content.button === undefined ? '' : `${content.button[0]}: ${content.button[1]}`, content.foot.map((line) => line.replace(/<a href="([^"]*)">([^<]*)<\/a>/g, '$2 ($1)')).join('\n')]
    : [content.signature.join('\n'), content.home?.[0] ?? '', content.notice ?? '', (content.quoted === undefined ? [] : [content.quoted.attribution, ...content.quoted.lines.map((line) => `> ${line}`)]).join('\n')]),
].filter((part) => part !== '').join('\n\n');
