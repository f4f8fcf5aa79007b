/** Compares the walker with mailparser on one message: where two programs read the same bytes differently, attackers live. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { domainToUnicode } from 'node:url';
import { type Attachment, type ParsedMail, simpleParser } from 'mailparser';
import type { Message, Part } from '../../src/message/message.ts';
import { toCrlf, walk } from '../../src/message/walk.ts';

/** Classes of disagreement. */
export const CLASSES = ['mailparser-fails', 'subject', 'from', 'attachment-count', 'attachment-types', 'attachment-names', 'text-plain', 'text-html'] as const;
export type DisagreementClass = (typeof CLASSES)[number];

export interface Comparison {
  readonly classes: readonly DisagreementClass[];
  /** What the walker reported about the message: a disagreement without any of these is unexplained. */
  readonly defects: readonly string[];
}

/** A message file, or all of a folder and those below it. */
export function messageFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml')).toSorted().map((name) => join(path, name));
}

export async function compare(bytes: Buffer): Promise<Comparison> {
  const crlf = toCrlf(bytes);
  const message = walk(crlf);
  const defects = [...new Set([...message.defects.map((defect) => defect.code), ...message.unopened.map((part) => part.reason)])];
  let parsed: ParsedMail;
  try {
    parsed = await simpleParser(crlf, { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true });
  } catch {
    return { classes: ['mailparser-fails'], defects };
  }
  const classes: DisagreementClass[] = [];
  if (squeezed(parsed.subject ?? '') !== squeezed(message.subject)) classes.push('subject');
  if (authors(parsed) !== message.from.map((mailbox) => comparable(mailbox.address)).filter(Boolean).join(' ')) classes.push('from');
  classes.push(...compareAttachments(parsed.attachments, message.parts.filter(isAttachment)), ...compareText(parsed, message));
  return { classes, defects };
}

function authors(parsed: ParsedMail): string {
  const entries = (parsed.from?.value ?? []).flatMap((entry) => entry.group ?? [entry]);
  return entries.map((entry) => comparable(entry.address ?? '')).filter(Boolean).join(' ');
}

/** mailparser shows A-labels as U-labels. */
function comparable(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).toLowerCase();
  return address.slice(0, at + 1).toLowerCase() + (domainToUnicode(domain) || domain);
}

/** What mailparser calls an attachment: every leaf but shown text. */
function isAttachment(part: Part): boolean {
  if (part.children.length > 0 || part.type.startsWith('multipart/')) return false;
  if (part.type === 'message/delivery-status') return false;
  return !(part.type === 'text/plain' || part.type === 'text/html') || part.disposition === 'attachment';
}

function compareAttachments(theirs: readonly Attachment[], ours: readonly Part[]): readonly DisagreementClass[] {
  if (theirs.length !== ours.length) return ['attachment-count'];
  const classes: DisagreementClass[] = [];
  // Of application/octet-stream mailparser makes what the name suggests.
  if (theirs.some((a, i) => a.contentType !== ours[i]?.type && ours[i]?.type !== 'application/octet-stream')) classes.push('attachment-types');
  const names = ours.map((part) => squeezed(part.filename ?? ''));
  if (theirs.some((a, i) => squeezed(a.filename ?? '') !== names[i])) classes.push('attachment-names');
  return classes;
}

function compareText(parsed: ParsedMail, message: Message): readonly DisagreementClass[] {
  if (message.html === null && !parsed.html) {
    // mailparser puts header lines before inner messages and adds delivery reports: there, words are compared.
    if (message.parts.some((part) => part.type.startsWith('message/'))) return covers(words(parsed.text ?? ''), words(message.text), 0.5) ? [] : ['text-plain'];
    const theirs = parsed.text ?? '';
    // Bytes that fit no charset: we guess windows-1252 and report it, mailparser shows replacement marks.
    const kept = (text: string): string => (theirs.includes('\ufffd') ? squeezed(text).replace(/[^\u0020-\u007e]+/g, '') : squeezed(text));
    return kept(theirs) === kept(message.text) ? [] : ['text-plain'];
  }
  // HTML of inner messages is the inner message's for mailparser, and of interest for us.
  if (!parsed.html !== (message.html === null)) return message.parts.some((part) => part.type.startsWith('message/')) ? [] : ['text-html'];
  const bare = (parsed.html || '').replace(/<(script|style|title)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi, ' ').replace(INLINE_TAGS, '').replace(/<[^>]*>/g, ' ');
  // Words with entities are left out: decoding them here would only repeat the walker's own library.
  const theirs = words(bare.replace(/[^\s<>]*&#?\w+;[^\s<>]*/g, ' '));
  const ours = words(`${message.html?.visibleText} ${message.html?.hiddenText} ${message.text}`);
  return covers(theirs, ours, 0.8) ? [] : ['text-html'];
}

const INLINE_TAGS = /<\/?(?:a|abbr|b|big|code|em|font|i|ins|label|mark|nobr|s|small|span|strong|sub|sup|tt|u|wbr)(?:\s[^>]*)?>/gi;

/** Whether our words hold this share of theirs. */
function covers(theirs: ReadonlySet<string>, ours: ReadonlySet<string>, share: number): boolean {
  let common = 0;
  for (const word of theirs) if (ours.has(word)) common++;
  return common >= theirs.size * share;
}

const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/** White space, invisible characters and replacement marks gone: how they are laid out is nobody's concern here. */
function squeezed(text: string): string {
  return text.normalize('NFC').replace(/[\s\u00ad\u200b\u2060\ufeff\u180e\ufffd\u0000-\u001f]+/g, '');
}
