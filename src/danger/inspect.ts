/** Looks into the attached files of a message: by what they are, not by what they are called. Never throws. */
import { inspection as bounds } from '../message/limits.ts';
import { list7z, listCab, listRar } from './archive-lists.ts';
import type { Listing } from './archive-lists.ts';
import { contentKind, PROGRAMS } from './content-kind.ts';
import type { ContentKind } from './content-kind.ts';
import { baseName, claimsHarmless, isClickScript, isDisguised, isTrickName, kindOfName, lastExtension } from './file-names.ts';
import { inside, Inspection } from './inspection.ts';
import type { Item } from './inspection.ts';
import { readIso } from './iso9660.ts';
import { lookAtOle } from './office.ts';
import { isOoxml, lookAtOoxml } from './ooxml.ts';
import { lookAtDrawing, lookAtPage } from './page.ts';
import { lookAtPdf } from './pdf.ts';
import { lookAtRtf } from './rtf.ts';
import { readTar } from './tar.ts';
import { readTnef } from './tnef.ts';
import { unpack, unpackHead } from './unpack.ts';
import { readZip } from './zip.ts';
import type { ZipEntry } from './zip.ts';

export interface InspectedFile {
  readonly name: string;
  /** Decoded content. */
  readonly data: Buffer;
  /** There is more than `data` holds. */
  readonly isCut: boolean;
}

/** All files of one message share the bounds of `inspection` in limits.ts. */
export function inspectFiles(files: readonly InspectedFile[]): Inspection {
  const inspection = new Inspection();
  for (const { name, data, isCut } of files) {
    const item: Item = { name, data, depth: 0, where: name === '' ? 'attachment' : name };
    if (isCut && OPENED.has(contentKind(data))) inspection.unopen(item, 'too-large');
    lookAt(item, inspection);
  }
  return inspection;
}

/** Kinds whose insides matter: of a picture nobody misses the end. */
const OPENED: ReadonlySet<ContentKind> = new Set(['zip', 'rar', '7z', 'gzip', 'bzip2', 'xz', 'zstd', 'tar', 'cab', 'arj', 'ace', 'lzh', 'iso', 'disk-image', 'ole', 'onenote', 'tnef', 'rtf', 'pdf', 'html', 'svg', 'hta']);
const ARCHIVES: ReadonlySet<ContentKind> = new Set(['zip', 'rar', '7z', 'gzip', 'bzip2', 'xz', 'zstd', 'tar', 'cab', 'arj', 'ace', 'lzh']);

/** Whether such a file is looked into beyond its first bytes; a disc's image shows what it is only after 32 KiB. */
export const isOpened = (kind: ContentKind, name: string): boolean => OPENED.has(kind) || kindOfName(name) === 'page' || kindOfName(name) === 'disk-image';

function lookAt(item: Item, inspection: Inspection): void {
  const kind = contentKind(item.data);
  if (isProgram(kind, item, inspection)) return;
  if (item.depth > bounds.depthMax) {
    if (OPENED.has(kind)) inspection.unopen(item, 'too-deep');
    return;
  }
  if (OPENED.has(kind) && !inspection.takeLook(item)) return;
  if (item.depth > 0 && ARCHIVES.has(kind) && kind !== 'gzip' && !(kind === 'tar' && item.depth === 1)) nested(kind, item, inspection);
  const look = (each: Item): void => lookAt(each, inspection);
  switch (kind) {
    case 'zip': return lookAtZip(item, inspection);
    case 'rar': return lookAtList(listRar(item.data), item, inspection);
    case '7z': return lookAtList(list7z(item.data), item, inspection);
    case 'cab': return lookAtList(listCab(item.data), item, inspection);
    case 'gzip': case 'zstd': return lookAtPacked(kind, item, inspection);
    case 'tar': return lookAtMembers(readTar(item.data), item, inspection);
    case 'tnef': return lookAtMembers(readTnef(item.data), item, inspection);
    case 'iso': return lookAtDisc(item, inspection);
    case 'disk-image': inspection.find(item, 'disk-image'); return inspection.unopen(item, 'archive-not-openable');
    case 'bzip2': case 'xz': case 'arj': case 'ace': case 'lzh': return foreign(kind, item, inspection);
    case 'ole': return lookAtOle(item, inspection, look);
    case 'onenote': return lookAtNotes(item, inspection);
    case 'rtf': return lookAtRtf(item, inspection, look);
    case 'pdf': return lookAtPdf(item, inspection, look);
    case 'svg': return lookAtDrawing(item, inspection);
    case 'html': return lookAtPage(item, inspection);
    default: if (kindOfName(item.name) === 'page' && lastExtension(item.name) !== 'xml') lookAtPage(item, inspection);
  }
}

/** A file of one package (docx, apk) is no nested archive. */
function nested(kind: ContentKind, item: Item, inspection: Inspection): void {
  if (kind === 'zip' && isOoxml(readZip(item.data))) return;
  inspection.find(item, 'archive-nested', kind);
}

/** By content; a script by its name too, because any text may be one. Names alone of attachments are judged elsewhere. */
function isProgram(kind: ContentKind, item: Item, inspection: Inspection): boolean {
  const { name, depth } = item;
  if (PROGRAMS.has(kind)) {
    inspection.find(item, depth === 0 ? 'program' : kind === 'shortcut' ? 'shortcut-packed' : 'program-packed', kind);
    if (kind !== 'hta' && (claimsHarmless(name) || isDisguised(name))) inspection.find(item, 'program-disguised', lastExtension(name));
    return true;
  }
  return false;
}

/** What the name of a file in an archive says, whether or not it can be unpacked. */
function judgeName(path: string, item: Item, inspection: Inspection): void {
  if (isTrickName(path)) inspection.find(item, 'name-trick');
  const name = baseName(path.slice(-bounds.nameMaxChars)); // No file system keeps a longer one.
  if (kindOfName(name) !== 'executable') return;
  const ending = lastExtension(name);
  if (isDisguised(name)) inspection.find(item, 'program-disguised', ending);
  if (ending === 'lnk') inspection.find(item, 'shortcut-packed', ending);
  else inspection.find(item, isClickScript(name) ? 'script-packed' : 'program-packed', ending);
}

function lookAtZip(item: Item, inspection: Inspection): void {
  const zip = readZip(item.data);
  if (zip.disagrees) inspection.find(item, 'archive-disagrees');
  if (zip.tooMany) inspection.unopen(item, 'too-large');
  if (isOoxml(zip)) return lookAtOoxml(zip, item, inspection, (each) => lookAt(each, inspection));
  // A package of Java or Android runs as a whole; what it holds is no news.
  if (zip.entries.some(({ name }) => name === 'AndroidManifest.xml')) return inspection.find(item, item.depth === 0 ? 'program' : 'program-packed', 'apk');
  if (zip.entries.some(({ name }) => name === 'META-INF/MANIFEST.MF') && zip.entries.some(({ name }) => name.endsWith('.class'))) return inspection.find(item, item.depth === 0 ? 'program' : 'program-packed', 'jar');
  if (zip.entries.length > 0 && zip.entries.length <= FEW && zip.entries.every(({ sizeBytes, packed }) => isBomb(sizeBytes, packed.length))) inspection.find(item, 'archive-bomb');
  alone(zip.entries.map(({ name }) => name), item, inspection);
  for (const entry of zip.entries) {
    if (!inspection.takeName(item)) return;
    lookAtEntry(entry, item, inspection);
  }
}
const FEW = 20;

/** An archive that brings hardly anything but a script or a shortcut; among a hundred files of a project it means nothing. */
function alone(names: readonly string[], item: Item, inspection: Inspection): void {
  const files = names.filter((name) => !name.endsWith('/'));
  if (files.length > 3) return;
  const first = files.find((name) => isClickScript(name) || lastExtension(name) === 'lnk');
  if (first !== undefined) inspection.find(item, 'script-alone', lastExtension(first));
}

/** Nothing that people write shrinks to a two-hundredth at this size. */
const isBomb = (sizeBytes: number, packedBytes: number): boolean => sizeBytes > 50 * 1024 * 1024 && sizeBytes > packedBytes * 200;

function lookAtEntry(entry: ZipEntry, item: Item, inspection: Inspection): void {
  if (entry.name.endsWith('/')) return;
  judgeName(entry.name, item, inspection);
  if (entry.isEncrypted) {
    inspection.find(item, 'archive-encrypted');
    return inspection.unopen(item, 'encrypted');
  }
  if (entry.method !== 0 && entry.method !== 8) return foreign(`zip-${entry.method}`, item, inspection);
  if (!inspection.takeFile(item)) return;
  const head = entry.method === 0 ? entry.packed.subarray(0, bounds.headBytes) : unpackHead(entry.packed, 'deflate', inspection);
  const within = inside(item, entry.name, head);
  const kind = contentKind(head);
  if (isProgram(kind, within, inspection) || !isOpened(kind, entry.name)) return;
  if (entry.method === 0) return lookAt({ ...within, data: entry.packed }, inspection);
  const unpacked = unpack(entry.packed, 'deflate', inspection);
  if ('data' in unpacked) lookAt({ ...within, data: unpacked.data }, inspection);
  else {
    if (isBomb(entry.sizeBytes, entry.packed.length)) inspection.find(item, 'archive-bomb');
    inspection.unopen(within, unpacked.problem);
  }
}

function lookAtPacked(kind: 'gzip' | 'zstd', item: Item, inspection: Inspection): void {
  const name = baseName(item.name).replace(/\.(?:gz|zst)$/i, '').replace(/\.tgz$/i, '.tar');
  if (kind === 'gzip') {
    const head = unpackHead(item.data, 'gzip', inspection);
    const within = inside(item, name, head);
    judgeName(name, item, inspection);
    if (isProgram(contentKind(head), within, inspection) || !OPENED.has(contentKind(head))) return;
  }
  const unpacked = unpack(item.data, kind, inspection);
  if ('data' in unpacked) lookAt(inside(item, name, unpacked.data), inspection);
  else inspection.unopen(item, unpacked.problem);
}

function lookAtMembers(members: Iterable<{ readonly name: string; readonly data: Buffer }>, item: Item, inspection: Inspection): void {
  for (const { name, data } of members) {
    if (!inspection.takeName(item) || !inspection.takeFile(item)) return;
    judgeName(name, item, inspection);
    lookAt(inside(item, name, data), inspection);
  }
}

function lookAtDisc(item: Item, inspection: Inspection): void {
  inspection.find(item, 'disk-image');
  const members = [...readIso(item.data)];
  alone(members.map(({ name }) => name), item, inspection);
  lookAtMembers(members, item, inspection);
  if (members.length === 0) inspection.unopen(item, 'archive-not-openable');
}

/** Names are judged; contents are seen only where they are stored as they are. */
function lookAtList({ entries, isEncrypted }: Listing, item: Item, inspection: Inspection): void {
  alone(entries.map(({ name }) => name), item, inspection);
  for (const { name, data } of entries) {
    if (!inspection.takeName(item)) return;
    judgeName(name, item, inspection);
    if (data !== null && inspection.takeFile(item)) lookAt(inside(item, name, data), inspection);
  }
  if (isEncrypted) inspection.find(item, 'archive-encrypted');
  if (entries.length === 0 || entries.some(({ data }) => data === null)) inspection.unopen(item, isEncrypted ? 'encrypted' : 'archive-not-openable');
}

function foreign(kind: string, item: Item, inspection: Inspection): void {
  // Method 99 is AES (APPNOTE.TXT 7.2).
  if (kind === 'zip-99') {
    inspection.find(item, 'archive-encrypted');
    return inspection.unopen(item, 'encrypted');
  }
  inspection.find(item, 'archive-foreign', kind);
  inspection.unopen(item, 'archive-not-openable');
}

/** FileDataStoreObject (MS-ONESTORE section 2.6.13): identifier, length (8), unused (4), reserved (8), the file. */
const NOTE_FILE = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex');

function lookAtNotes(item: Item, inspection: Inspection): void {
  const { data } = item;
  for (let at = data.indexOf(NOTE_FILE); at >= 0 && at + 36 < data.length; at = data.indexOf(NOTE_FILE, at + 16)) {
    if (!inspection.takeFile(item)) return;
    const file = data.subarray(at + 36, at + 36 + data.readUInt32LE(at + 16));
    const kind = contentKind(file);
    if (kind !== 'image' && kind !== 'unknown') inspection.find(item, 'note-embeds', kind);
    // A script has no mark of its own: what looks like one is told by its words.
    if (kind === 'unknown' && /createobject|wscript|powershell|cmd(?:\.exe)? \/c|mshta|<job\b/i.test(file.toString('latin1', 0, bounds.headBytes))) inspection.find(item, 'note-embeds', 'script');
    lookAt(inside(item, 'file', file), inspection);
  }
}
