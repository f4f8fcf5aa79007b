/** What a file claims to be by its name. */

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
/** Scripts that Windows runs by a click: shown apart, because archives of source code hold `.js` and `.bat` files by the dozen. */
const CLICK_SCRIPTS = new Set('vbs vbe js jse wsf wsh ws bat cmd ps1 psm1'.split(' '));

export type FileKind = 'executable' | 'script' | 'macros' | 'old-office' | 'archive' | 'disk-image' | 'page' | 'other';

/** Lower-case endings of a file name, last first; trailing dots and spaces do not count (Windows drops them). */
export function extensions(filename: string): readonly string[] {
  let end = filename.length; // Not by an expression that looks for the end: it would begin anew at every space.
  while (end > 0 && /[\s.]/.test(filename[end - 1] as string)) end--;
  const parts = filename.slice(0, end).toLowerCase().split('.');
  return parts.slice(1).reverse().map((part) => part.trim());
}

export const lastExtension = (filename: string): string => extensions(filename)[0] ?? '';

export function kindOfName(filename: string): FileKind {
  const last = lastExtension(filename);
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

export const isClickScript = (filename: string): boolean => CLICK_SCRIPTS.has(lastExtension(filename));
export const claimsHarmless = (filename: string): boolean => HARMLESS.has(lastExtension(filename));

/** Whether a path would leave the folder it is unpacked into, or shows its ending backwards. */
export function isTrickName(path: string): boolean {
  return /[\u202A-\u202E\u2066-\u2069\0]/.test(path) || /(?:^|[\\/])\.\.(?:[\\/]|$)/.test(path) || /^(?:[a-z]:)?[\\/]{1,2}[^\\/]/i.test(path);
}

export const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
