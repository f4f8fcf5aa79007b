/** Office files of the new formats (ECMA-376): a ZIP of XML parts. */
import { inspection as bounds } from '../message/limits.ts';
import type { Inspection, Item } from './inspection.ts';
import { lookAtMacroProject, lookAtObject } from './office.ts';
import type { LookInside } from './office.ts';
import { tags } from './scan.ts';
import { unpack } from './unpack.ts';
import type { Zip, ZipEntry } from './zip.ts';

/** Every such file holds this part, whatever it is called. */
export const isOoxml = ({ entries }: Zip): boolean => entries.some(({ name }) => name === '[Content_Types].xml');

/** Links to what is fetched when the document opens; hyperlinks and pictures are none of them. */
const FETCHED = /\/(attachedTemplate|oleObject|frame|subDocument|externalLink|aFChunk|mailMergeSource)"/;

export function lookAtOoxml(zip: Zip, item: Item, inspection: Inspection, look: LookInside): void {
  for (const entry of zip.entries) {
    const { name } = entry;
    if (/vbaProject\.bin$/i.test(name)) withContent(entry, item, inspection, (data) => lookAtMacroProject(data, item, inspection));
    else if (/\.rels$/i.test(name)) withContent(entry, item, inspection, (data) => relations(inspection.takeText(item, data, bounds.xmlMaxBytes).toString('latin1'), item, inspection));
    else if (/\/(?:macrosheets|intlmacrosheets)\/[^/]+\.(?:xml|bin)$/i.test(name)) inspection.find(item, 'macro-sheet');
    else if (/\/activeX\/activeX\d*\.(?:xml|bin)$/i.test(name)) inspection.find(item, 'office-activex');
    else if (/\/embeddings\/[^/]+\.bin$/i.test(name)) {
      inspection.find(item, 'office-embeds');
      withContent(entry, item, inspection, (data) => lookAtObject(data, item, inspection, look));
    } else if (/^word\/(?:document\d*|header\d*|footer\d*)\.xml$/i.test(name)) withContent(entry, item, inspection, (data) => fields(data, item, inspection));
    else if (/^xl\/externalLinks\/[^/]+\.xml$/i.test(name)) withContent(entry, item, inspection, (data) => {
      if (data.includes('ddeLink')) inspection.find(item, 'office-dde');
    });
  }
}

/** Parts that matter are few; one that cannot be unpacked leaves the file unseen. */
function withContent(entry: ZipEntry, item: Item, inspection: Inspection, use: (data: Buffer) => void): void {
  if (!inspection.takeFile(item)) return;
  if (entry.isEncrypted) return inspection.unopen(item, 'encrypted');
  if (entry.method === 0) return use(entry.packed.subarray(0, bounds.xmlMaxBytes));
  if (entry.method !== 8) return inspection.unopen(item, 'archive-not-openable');
  const unpacked = unpack(entry.packed, 'deflate', inspection, bounds.xmlMaxBytes);
  if ('data' in unpacked) use(unpacked.data);
  else inspection.unopen(item, unpacked.problem);
}

function relations(xml: string, item: Item, inspection: Inspection): void {
  for (const relation of tags(xml, '<relationship')) {
    if (!/TargetMode="External"/i.test(relation)) continue;
    const kind = FETCHED.exec(relation)?.[1];
    if (kind === undefined) continue;
    // Workbooks refer to workbooks, templates lie on a company's own server: only what the open Internet gives counts.
    const target = /Target="([^"]{1,2000})"/.exec(relation)?.[1] ?? '';
    if (!/^(?:https?|ftp|mhtml?|ms-\w+):|^\\\\[\w.-]+\.[a-z]{2,}[\\@]/i.test(target) || kind === 'externalLink') continue;
    // An exclamation mark asks for the page to be run as an object (CVE-2022-30190).
    inspection.find(item, 'office-template', kind === 'oleObject' && target.endsWith('!') ? 'runs' : kind);
  }
}

/** Word runs what a field names: DDE, and DDEAUTO at once. Instructions are split over runs of text. */
function fields(data: Buffer, item: Item, inspection: Inspection): void {
  if (!data.includes('instr')) return;
  const xml = inspection.takeText(item, data, bounds.xmlMaxBytes).toString('latin1');
  const instructions = xml.split('<w:instrText').slice(1).map((piece) => piece.slice(piece.indexOf('>') + 1, piece.indexOf('<'))).join('');
  const simple = xml.split('w:instr="').slice(1).map((piece) => piece.slice(0, 300)).join(' ');
  if (/\bDDE(?:AUTO)?\b/.test(instructions) || /\bDDE(?:AUTO)?\b/.test(simple)) inspection.find(item, 'office-dde');
}
