/** What a file is by its name and by its first bytes. */

/** Runs by a click where most mail is read, and has no honest business in it. */
const EXECUTABLE = new Set(
  ('exe scr com pif bat cmd vbs vbe js jse wsf wsh ws msi msp mst hta cpl jar ps1 psm1 lnk scf application gadget appx msix appinstaller chm ' +
    'library-ms search-ms settingcontent-ms xll wll ppam xlam diagcab').split(' '),
);
/** Commands, packages and shortcuts that run on some computers, or only when asked to; developers do send them. */
const SCRIPTS = new Set('py pyc rb pl sh csh ksh command osx workflow action run elf bin app apk ipa url website reg inf sys drv dll ocx msc iqy slk one'.split(' '));
const MACROS = new Set('docm dotm xlsm xltm xlsb pptm potm ppsm sldm accdb mdb ade'.split(' '));
const OLD_OFFICE = new Set('doc dot xls xlt ppt pps rtf'.split(' '));
const ARCHIVES = new Set('zip rar 7z gz bz2 xz tar tgz ace arj lzh lha z cab zipx r00 001 zst'.split(' '));
const DISK_IMAGES = new Set('iso img vhd vhdx udf dmg wim'.split(' '));
const PAGES = new Set('html htm shtml xhtml mht mhtml svg xml'.split(' '));
/** What a reader takes for harmless, and attackers put in front of the real ending. */
const HARMLESS = new Set('pdf doc docx xls xlsx ppt pptx txt jpg jpeg png gif mp3 mp4 avi csv rtf htm html zip'.split(' '));

export type FileKind = 'executable' | 'script' | 'macros' | 'old-office' | 'archive' | 'disk-image' | 'page' | 'other';

/** Lower-case endings of a file name, last first; trailing dots and spaces do not count (Windows drops them). */
export function extensions(filename: string): readonly string[] {
  const parts = filename.toLowerCase().replace(/[\s.]+$/, '').split('.');
  return parts.slice(1).reverse().map((part) => part.trim());
}

export function kindOfName(filename: string): FileKind {
  const last = extensions(filename)[0] ?? '';
  if (EXECUTABLE.has(last)) return 'executable';
  if (SCRIPTS.has(last)) return 'script';
  if (MACROS.has(last)) return 'macros';
  if (OLD_OFFICE.has(last)) return 'old-office';
  if (ARCHIVES.has(last)) return 'archive';
  if (DISK_IMAGES.has(last)) return 'disk-image';
  return PAGES.has(last) ? 'page' : 'other';
}

/** Whether a harmless ending stands before one that runs, is a page, or is packed, e.g. `invoice.pdf.exe`. */
export function isDisguised(filename: string): boolean {
  const [last = '', before = ''] = extensions(filename);
  return HARMLESS.has(before) && before !== last && (EXECUTABLE.has(last) || PAGES.has(last) || DISK_IMAGES.has(last));
}

export type Magic = 'program' | 'script' | 'shortcut' | 'zip' | 'zip-encrypted' | 'rar' | '7z' | 'gzip' | 'ole' | 'pdf' | 'image' | 'html' | 'disk-image' | 'unknown';

const MAGIC: readonly (readonly [Magic, string])[] = [
  ['program', '7f454c46'], ['program', 'cafebabe'], ['program', 'cffaedfe'], ['program', 'feedfacf'], ['shortcut', '4c0000000114020000000000c0'],
  ['rar', '526172211a07'], ['7z', '377abcaf271c'], ['gzip', '1f8b'], ['ole', 'd0cf11e0a1b11ae1'], ['pdf', '25504446'], ['image', 'ffd8ff'], ['image', '89504e47'], ['image', '47494638'],
];

/** What the first bytes say. @param data decoded content, from its start */
export function magicOf(data: Buffer): Magic {
  if (data.length < 4) return 'unknown';
  if (isWindowsProgram(data)) return 'program';
  // A zip's local file header: bit 0 of the flags means that the content is encrypted (APPNOTE.TXT 4.4.4).
  if (data.readUInt32BE(0) === 0x504b0304) return data.length > 7 && ((data[6] ?? 0) & 1) === 1 ? 'zip-encrypted' : 'zip';
  const start = data.toString('hex', 0, 16);
  const known = MAGIC.find(([, bytes]) => start.startsWith(bytes));
  if (known !== undefined) return known[0];
  if (data.length > 0x8006 && data.toString('latin1', 0x8001, 0x8006) === 'CD001') return 'disk-image';
  const text = data.toString('latin1', 0, 1024).trimStart().toLowerCase();
  if (text.startsWith('#!')) return 'script';
  return /^(?:\xEF\xBB\xBF)?\s*<(?:!doctype html|html|head|body|script|svg)\b/.test(text) ? 'html' : 'unknown';
}

/** `MZ` alone also begins text; the offset at 0x3C must lead to `PE` or stay within a small old header. */
function isWindowsProgram(data: Buffer): boolean {
  if (data[0] !== 0x4d || data[1] !== 0x5a || data.length < 0x40) return false;
  const offset = data.readUInt32LE(0x3c);
  return offset + 2 > data.length ? offset < 0x10000 && data.subarray(0, 0x40).includes(0) : data[offset] === 0x50 && data[offset + 1] === 0x45;
}
