/** Office files of the old formats, and whatever else lives in an OLE compound file. */
import { inspection as bounds } from '../message/limits.ts';
import { inside } from './inspection.ts';
import type { Inspection, Item } from './inspection.ts';
import { actsOutside, macroSource, runsByItself } from './macros.ts';
import { decodeUtf16, untilNul } from './names.ts';
import { readOle } from './ole.ts';
import type { Ole, OleEntry } from './ole.ts';

/** Looks into a file inside another; given by the dispatcher, so that files need not know of each other. */
export type LookInside = (item: Item) => void;

/** Class identifiers as their bytes stand: Windows Installer, its patch and transform; the equation editor of Office 2000. */
const INSTALLERS = new Set(['84100c0000000000c000000000000046', '86100c0000000000c000000000000046', '82100c0000000000c000000000000046']);
const EQUATION_CLASS = '02ce020000000000c000000000000046';

export function lookAtOle(item: Item, inspection: Inspection, look: LookInside): void {
  const ole = readOle(item.data);
  if (ole === null) return inspection.unopen(item, 'damaged');
  const root = ole.entries[0];
  if (root !== undefined && INSTALLERS.has(root.classId)) inspection.find(item, item.depth === 0 ? 'program' : 'program-packed', 'msi');
  const byName = new Map(ole.entries.map((entry) => [entry.name.toLowerCase(), entry]));
  if (byName.has('encryptedpackage')) {
    inspection.find(item, 'office-encrypted');
    inspection.unopen(item, 'encrypted');
    return;
  }
  macros(ole, item, inspection);
  const workbook = byName.get('workbook') ?? byName.get('book');
  if (workbook !== undefined) lookAtWorkbook(readStream(ole, workbook, inspection, bounds.xmlMaxBytes), item, inspection);
  const word = byName.get('worddocument');
  // fEncrypted (MS-DOC section 2.5.2).
  if (word !== undefined && ((ole.read(word, 12)[11] ?? 0) & 1) === 1) encrypted(item, inspection);
  for (const entry of ole.entries) embedded(ole, entry, item, inspection, look);
}

/** Entries may share their sectors, so each reading counts. */
function readStream(ole: Ole, entry: OleEntry, inspection: Inspection, maxBytes: number): Buffer {
  const data = ole.read(entry, Math.min(maxBytes, inspection.unpackMaxBytes));
  inspection.spendUnpacked(data.length);
  return data;
}

function encrypted(item: Item, inspection: Inspection): void {
  inspection.find(item, 'office-encrypted');
  inspection.unopen(item, 'encrypted');
}

function* streamsOf(ole: Ole, inspection: Inspection): Generator<Buffer> {
  for (const entry of ole.entries) {
    if (entry.isStream && entry.parent.toLowerCase() === 'vba' && entry.name.toLowerCase() !== 'dir') yield readStream(ole, entry, inspection, bounds.macroTextMaxBytes * 2);
  }
}

/** The macros of an OLE file (a whole document, or the vbaProject.bin of a new one). */
function macros(ole: Ole, item: Item, inspection: Inspection): void {
  if (!ole.entries.some(({ name }) => /^_?vba(?:_project(?:_cur)?)?$/i.test(name))) return;
  macroFindings(macroSource(streamsOf(ole, inspection)), item, inspection);
}

function macroFindings(modules: string, item: Item, inspection: Inspection): void {
  const source = inspection.takeText(item, Buffer.from(modules, 'latin1'), bounds.macroTextMaxBytes).toString('latin1');
  // Every document with a project has modules; those of one line of attributes do nothing.
  const code = source.replace(/^Attribute [^\n]*\n?/gm, '').trim();
  if (code === '') return;
  inspection.find(item, 'macro');
  if (runsByItself(code)) inspection.find(item, 'macro-autorun');
  const acts = actsOutside(code);
  if (acts !== null) inspection.find(item, 'macro-acts', acts);
}

/** A vbaProject.bin inside an OOXML file. */
export function lookAtMacroProject(data: Buffer, item: Item, inspection: Inspection): void {
  const ole = readOle(data);
  if (ole === null) inspection.find(item, 'macro');
  else macros(ole, item, inspection);
}

const BOUNDSHEET = 0x85, LABEL = 0x18, FILEPASS = 0x2f, END_OF_PART = 0x0a;

/** Records of the workbook's globals (MS-XLS section 2.1.4): type, length, content. */
function lookAtWorkbook(stream: Buffer, item: Item, inspection: Inspection): void {
  let hasSheet = false, runs = false;
  for (let at = 0, count = 0; at + 4 <= stream.length && count < bounds.recordsMax; count++) {
    const type = stream.readUInt16LE(at), length = stream.readUInt16LE(at + 2);
    const body = stream.subarray(at + 4, at + 4 + length);
    if (type === FILEPASS) return encrypted(item, inspection);
    if (type === END_OF_PART) break;
    if (type === BOUNDSHEET && body[5] === 1) hasSheet = true;
    // A built-in name of code 1 is Auto_Open (MS-XLS section 2.4.150).
    if (type === LABEL && ((body[0] ?? 0) & 0x20) !== 0 && body[15] === 1) runs = true;
    at += 4 + length;
  }
  if (hasSheet) inspection.find(item, 'macro-sheet', runs ? 'auto-open' : '');
}

function embedded(ole: Ole, entry: OleEntry, item: Item, inspection: Inspection, look: LookInside): void {
  const name = entry.name.toLowerCase();
  if (entry.classId === EQUATION_CLASS || name === 'equation native') inspection.find(item, 'office-equation');
  if (!entry.isStream) return;
  if (name === '\x01ole10native') packaged(readStream(ole, entry, inspection, bounds.unpackedFileMaxBytes), item, inspection, look);
  // Attachments of a message saved by Outlook (MS-OXMSG section 2.1.3): PidTagAttachDataBinary.
  else if (name === '__substg1.0_37010102' && inspection.takeFile(item)) look(inside(item, attachedName(ole, entry), readStream(ole, entry, inspection, bounds.unpackedFileMaxBytes)));
}

/** The long name of the attachment that stands in the same storage. */
function attachedName(ole: Ole, { parent }: OleEntry): string {
  const named = ole.entries.find((each) => each.parent === parent && /^__substg1\.0_(?:3707|3704)001f$/i.test(each.name));
  return named === undefined ? 'attachment' : decodeUtf16(ole.read(named, 600));
}

/** A packaged file: size, two bytes, name, path, …, and the file itself; read by looking for its parts. */
function packaged(stream: Buffer, item: Item, inspection: Inspection, look: LookInside): void {
  const name = untilNul(stream, 6, 6 + bounds.nameMaxChars);
  const path = untilNul(stream, 6 + name.length + 1, 6 + name.length + 1 + 1024);
  const afterPaths = 6 + name.length + 1 + path.length + 1 + 4;
  const temporaryBytes = afterPaths + 4 <= stream.length ? stream.readUInt32LE(afterPaths) : 0;
  const start = afterPaths + 4 + Math.min(temporaryBytes, 4096) + 4;
  inspection.find(item, 'office-embeds');
  if (start < stream.length && inspection.takeFile(item)) look(inside(item, name.toString('latin1') || 'object', stream.subarray(start)));
}

/** A stream of an embedded object on its own: OOXML and RTF carry them so. */
export function lookAtObject(data: Buffer, item: Item, inspection: Inspection, look: LookInside): void {
  if (readOle(data) !== null) lookAtOle({ ...item, data }, inspection, look);
}
