/** Web pages and drawings as attachments: they open in a browser, where no filter of links looks. */
import { inspection as bounds } from '../message/limits.ts';
import { parseUrl } from '../message/names.ts';
import type { Inspection, Item } from './inspection.ts';
import { decodeUtf16 } from './names.ts';
import { layersOf } from './page-layers.ts';
import { hasBlob, split, tags } from './scan.ts';

export function lookAtPage(item: Item, inspection: Inspection): void {
  const written = asText(inspection.takeText(item, item.data, bounds.pageMaxBytes));
  const { text, isBuilt } = layersOf(written);
  const { within: scripts, around } = split(text, 'script');
  const forms = [...new Set([...tags(text, '<form')].slice(0, 100).flatMap(formTarget))];
  const sent = sentTo(scripts);
  const asksForPassword = some(tags(text, '<input'), /\btype\s{0,5}=\s{0,5}["']?password/i) || /\.type\s{0,3}=\s{0,3}["']password["']/.test(scripts);
  const withBlob = hasBlob(scripts);
  if (asksForPassword) inspection.find(item, 'page-password');
  if (forms.length > 0) inspection.find(item, 'page-form-elsewhere', forms[0]);
  if (sent.length > 0) inspection.find(item, 'page-sends', sent[0]);
  if (isBuilt || (withBlob && BUILDS.test(scripts))) inspection.find(item, 'page-built');
  const next = movesOn(text, scripts);
  if (next !== null) inspection.find(item, 'page-moves-on', next);
  if (withBlob && smuggles(text, scripts)) inspection.find(item, 'page-smuggles');
  inspection.addPage({ text: readable(around), hosts: [...forms, ...sent], asksForPassword });
}

export function lookAtDrawing(item: Item, inspection: Inspection): void {
  const text = asText(item.data.subarray(0, bounds.pageMaxBytes));
  if (!/<script\b|\bon(?:load|click|mouseover|error|begin)\s{0,5}=|<foreignObject\b|href\s{0,5}=\s{0,5}["']?\s{0,5}(?:javascript|data:text\/html)/i.test(text)) return;
  inspection.find(item, 'svg-script');
  lookAtPage(item, inspection);
}

function asText(data: Buffer): string {
  if (data[0] === 0xff && data[1] === 0xfe) return decodeUtf16(data, 2);
  if (data[0] === 0xfe && data[1] === 0xff) return Buffer.from(data.subarray(2, data.length & ~1)).swap16().toString('utf16le');
  return data.toString('utf8');
}

function some(all: Iterable<string>, pattern: RegExp): boolean {
  for (const each of all) if (pattern.test(each)) return true;
  return false;
}

function hostOf(url: string): string | null {
  const host = parseUrl(url.startsWith('//') ? `https:${url}` : url)?.hostname.toLowerCase() ?? '';
  return host === '' || LIBRARIES.test(host) ? null : host;
}
/** Hosts that scripts and fonts are fetched from, as countless pages do. */
const LIBRARIES = /(?:^|\.)(?:googleapis\.com|gstatic\.com|jquery\.com|cloudflare\.com|jsdelivr\.net|unpkg\.com|bootstrapcdn\.com|w3\.org|aspnetcdn\.com)$/;

function formTarget(tag: string): readonly string[] {
  const action = /\baction\s{0,5}=\s{0,5}["']?\s{0,5}((?:https?:)?\/\/[^"'\s>]{4,1900})/i.exec(tag)?.[1];
  const host = action === undefined ? null : hostOf(action);
  return host === null ? [] : [host];
}

/** Addresses in scripts that send something. */
function sentTo(scripts: string): readonly string[] {
  if (!/\bfetch\s{0,5}\(|XMLHttpRequest|\$\.(?:ajax|post)|axios|sendBeacon|\.action\s{0,3}=/.test(scripts)) return [];
  const hosts: string[] = [];
  for (const match of scripts.matchAll(/["'`]((?:https?:)?\/\/[a-z0-9.-]{4,253}\/)/gi)) {
    const host = hostOf(match[1] ?? '');
    if (host !== null) hosts.push(host);
    if (hosts.length >= 50) break;
  }
  return [...new Set(hosts)];
}

const BUILDS = /\batob\b|unescape|decodeURI|fromCharCode|\beval\b|document\.write|innerHTML|createObjectURL/;

/** Where the page leads by itself; `script` when that is worked out; null when it stays. */
function movesOn(text: string, scripts: string): string | null {
  for (const tag of tags(text, '<meta')) {
    if (!/http-equiv\s{0,5}=\s{0,5}["']?refresh/i.test(tag)) continue;
    const url = /url\s{0,5}=\s{0,5}["']?(https?:\/\/[^"'\s>]{4,500})/i.exec(tag)?.[1];
    if (url !== undefined) return hostOf(url);
  }
  const script = /location(?:\.href)?\s{0,5}(?:=|\.(?:replace|assign)\s{0,5}\()\s{0,5}["'`]?(https?:\/\/[^"'`\s)]{4,500})?/.exec(scripts);
  return script === null ? null : (hostOf(script[1] ?? '') ?? 'script');
}

/** A file that is put together by a script and saved by itself: how programs get past filters that look into archives. */
function smuggles(text: string, scripts: string): boolean {
  const makes = /createObjectURL|msSaveOrOpenBlob|msSaveBlob/.test(scripts) || /\.href\s{0,3}=\s{0,3}["'`]data:application/.test(scripts);
  const saves = /\.download\s{0,3}=|setAttribute\(\s{0,3}["']download|msSave(?:OrOpen)?Blob/.test(scripts) || some(tags(text, '<a'), /\bdownload\b/i);
  return makes && saves && /\.click\s{0,3}\(|msSave|dispatchEvent|location/.test(scripts);
}

/** @param around text without scripts */
function readable(around: string): string {
  const bare = split(around.slice(0, bounds.pageTextMaxChars * 20), 'style').around;
  let text = '';
  for (const piece of bare.split('<')) {
    const end = piece.indexOf('>');
    text += ` ${end < 0 ? (text === '' ? piece : '') : piece.slice(end + 1)}`;
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, bounds.pageTextMaxChars);
}
