/** Attachments: what their names, their declared types and their first bytes say, and where these disagree. */
import { attachedOf } from './attached.ts';
import type { Attached } from './attached.ts';
import { counted, family } from './family.ts';
import { isDisguised, kindOfName } from './file-types.ts';
import type { FileKind } from './file-types.ts';
import { hasDirectionOverride, hasInvisible } from './scripts.ts';
import type { SignalInput } from './signal.ts';

export const attachments = family(
  'attachments',
  {
    'attachment-count': 'How many files are attached.',
    'attachment-executable': 'An attached file would run as a program, script or shortcut; the value is its ending or what it is.',
    'attachment-script': 'An attached file holds commands, a package or a shortcut that runs on some computers.',
    'attachment-disguised': 'An attached file pretends to be a document by a second ending, as in invoice.pdf.exe.',
    'attachment-reversed': "The name of an attached file is written partly backwards or with invisible characters, to hide its ending.",
    'attachment-macros': 'An attached office document can run macros.',
    'attachment-old-office': 'An attached document is of an old office format, which may run macros.',
    'attachment-archive': 'An archive is attached.',
    'attachment-encrypted': 'An attached archive is encrypted, so nobody can look into it.',
    'attachment-disk-image': 'A disk image is attached.',
    'attachment-page': 'A web page is attached: a usual way to bring a false sign-in form past filters.',
    'attachment-page-form': 'An attached web page holds a form, a script or an address to send to.',
    'attachment-type-differs': 'The content of an attached file is something other than its name says.',
    'attachment-type-vague': 'An attached file is declared as something general, and its name as something particular.',
    'attachment-long-name': 'The name of an attached file has a long gap or is very long, so that its ending is out of sight.',
    'attachment-pdf': 'A PDF is attached.',
    'attachment-only': 'There is an attachment and hardly any text.',
  },
  look,
);

function look({ message, bytes }: SignalInput) {
  const attached = attachedOf(message, bytes);
  if (attached.length === 0) return NOTHING;
  const kinds = attached.map(({ filename }) => kindOfName(filename));
  const has = (kind: FileKind): boolean => kinds.includes(kind);
  const some = (test: (item: Attached) => boolean): boolean => attached.some(test);
  const pages = attached.filter(({ part, filename, magic }) => isPage(part.type, filename, magic));
  return {
    'attachment-count': counted(attached.length),
    'attachment-executable': executable(attached),
    'attachment-script': some(({ filename, part }) => kindOfName(filename) === 'script' && !part.type.startsWith('text/')),
    'attachment-disguised': some(({ filename }) => isDisguised(filename)),
    'attachment-reversed': some(({ filename }) => hasDirectionOverride(filename) || hasInvisible(filename)),
    'attachment-macros': has('macros'),
    'attachment-old-office': has('old-office'),
    'attachment-archive': has('archive') || some(({ magic }) => ['rar', '7z', 'zip-encrypted'].includes(magic)),
    'attachment-encrypted': some(({ magic }) => magic === 'zip-encrypted'),
    'attachment-disk-image': has('disk-image') || some(({ magic }) => magic === 'disk-image'),
    'attachment-page': pages.length > 0,
    'attachment-page-form': pages.some(({ data }) => /<form\b|<script\b|\batob\(|unescape\(|type\s*=\s*["']?password/i.test(data.toString('latin1'))),
    'attachment-type-differs': some(differs),
    'attachment-type-vague': some(({ part, filename }) => part.type === 'application/octet-stream' && /\.\w{2,5}$/.test(filename)),
    'attachment-long-name': some(({ filename }) => filename.length > 120 || /\s{8}|_{12}/.test(filename)),
    'attachment-pdf': some(({ part, magic }) => magic === 'pdf' || part.type === 'application/pdf'),
    'attachment-only': message.text.trim().length < 40,
  };
}

function executable(attached: readonly Attached[]): string | null {
  for (const { filename, magic, part, data } of attached) {
    if (kindOfName(filename) === 'executable' && !isNamedAfterSite(filename, data)) return filename.slice(filename.lastIndexOf('.') + 1).toLowerCase().trim();
    if (magic === 'program' || magic === 'shortcut') return magic;
    if (part.type === 'application/hta' || part.type === 'application/x-ms-shortcut') return part.type;
  }
  return null;
}

/** `report for example.com` is a text about a site; a program of that ending is none. */
const isNamedAfterSite = (filename: string, data: Buffer): boolean => /\.com\W*$/i.test(filename) && data.length > 0 && !data.subarray(0, 1024).includes(0) && !data.toString('latin1', 0, 2).startsWith('MZ');

const isPage = (type: string, filename: string, magic: string): boolean =>
  kindOfName(filename) === 'page' ? !/\.xml$/i.test(filename) || magic === 'html' : filename !== '' && (type === 'text/html' || magic === 'html');

/** Endings whose content is known by its first bytes. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  pdf: ['pdf'], jpg: ['image'], jpeg: ['image'], png: ['image'], gif: ['image'], zip: ['zip', 'zip-encrypted'], docx: ['zip', 'ole'], xlsx: ['zip', 'ole'], pptx: ['zip', 'ole'],
};

function differs({ filename, magic }: Attached): boolean {
  const expected = EXPECTED[filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()];
  return expected !== undefined && magic !== 'unknown' && !expected.includes(magic);
}

const NOTHING = {
  'attachment-count': null, 'attachment-executable': null, 'attachment-script': null, 'attachment-disguised': null, 'attachment-reversed': null, 'attachment-macros': null, 'attachment-old-office': null,
  'attachment-archive': null, 'attachment-encrypted': null, 'attachment-disk-image': null, 'attachment-page': null, 'attachment-page-form': null, 'attachment-type-differs': null,
  'attachment-type-vague': null, 'attachment-long-name': null, 'attachment-pdf': null, 'attachment-only': null,
} as const;
