/** What a file is by its first bytes, whatever its name says. */
import { decodeUtf16 } from './names.ts';

export type ContentKind =
  | 'pe' | 'elf' | 'mach-o' | 'java-class' | 'shortcut' | 'hta' | 'help' | 'script'
  | 'zip' | 'rar' | '7z' | 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'tar' | 'cab' | 'arj' | 'ace' | 'lzh'
  | 'iso' | 'disk-image' | 'ole' | 'onenote' | 'tnef' | 'rtf' | 'pdf' | 'html' | 'svg' | 'xml' | 'image' | 'unknown';

/** Kinds that run when they are opened. */
export const PROGRAMS: ReadonlySet<ContentKind> = new Set(['pe', 'elf', 'mach-o', 'java-class', 'shortcut', 'hta', 'help']);

const MAGIC: readonly (readonly [ContentKind, string])[] = [
  ['elf', '7f454c46'], ['mach-o', 'feedface'], ['mach-o', 'feedfacf'], ['mach-o', 'cefaedfe'], ['mach-o', 'cffaedfe'],
  ['shortcut', '4c0000000114020000000000c0'], ['help', '49545346'],
  ['zip', '504b0304'], ['zip', '504b0506'], ['zip', '504b3030504b0304'], ['rar', '526172211a07'], ['rar', '52457e5e'], ['7z', '377abcaf271c'], ['gzip', '1f8b'], ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'], ['zstd', '28b52ffd'], ['cab', '4d534346'], ['arj', '60ea'],
  ['disk-image', '7668647866696c65'], ['disk-image', '636f6e6563746978'], ['disk-image', '4d5357494d000000'],
  ['ole', 'd0cf11e0a1b11ae1'], ['onenote', 'e4525c7b8cd8a74daeb15378d02996d3'], ['tnef', '789f3e22'], ['rtf', '7b5c7274'],
  ['image', 'ffd8ff'], ['image', '89504e47'], ['image', '47494638'], ['image', '49492a00'], ['image', '4d4d002a'],
];
/** Sorted by first byte, so that most files are told by a few comparisons. */
const BY_FIRST: ReadonlyMap<number, readonly (readonly [ContentKind, Buffer])[]> = Map.groupBy(
  MAGIC.map(([kind, hex]) => [kind, Buffer.from(hex, 'hex')] as const),
  ([, bytes]) => bytes[0] ?? 0,
);

/** @param data decoded content from its start; a few kilobytes suffice, a disc's image is told from 32 KiB on */
export function contentKind(data: Buffer): ContentKind {
  if (data.length < 4) return 'unknown';
  if (isWindowsProgram(data)) return 'pe';
  const known = BY_FIRST.get(data[0] ?? 0)?.find(([, bytes]) => data.subarray(0, bytes.length).equals(bytes));
  if (known !== undefined) return known[0];
  if (data.readUInt32BE(0) === 0xcafebabe) return javaOrMac(data);
  // The first byte of each mark is compared before any text is made.
  if (data.length > 262 && data[257] === 0x75 && data.toString('latin1', 257, 262) === 'ustar') return 'tar';
  if (data.length > 14 && data[7] === 0x2a && data.toString('latin1', 7, 14) === '**ACE**') return 'ace';
  if (data[2] === 0x2d && /^-lh[0-7d]-$/.test(data.toString('latin1', 2, 7))) return 'lzh';
  if (data.length > 0x8006 && isDiscMark(data[0x8001]) && /^(?:CD001|BEA01|NSR0)/.test(data.toString('latin1', 0x8001, 0x8006))) return 'iso';
  return data.readUInt32BE(0) === PDF && data[4] === 0x2d ? 'pdf' : textKind(data);
}

const PDF = 0x25504446;
const isDiscMark = (byte: number | undefined): boolean => byte === 0x43 || byte === 0x42 || byte === 0x4e;

/** Both begin alike: a number of architectures stands where a class file has its version, 45 at least. */
function javaOrMac(data: Buffer): ContentKind {
  return data.length >= 8 && data.readUInt32BE(4) >= 45 ? 'java-class' : 'mach-o';
}

function textKind(data: Buffer): ContentKind {
  const isWide = (data[0] === 0xff && data[1] === 0xfe) || (data[1] === 0 && data[3] === 0);
  const text = (isWide ? decodeUtf16(data, 0, 2048) : data.toString('latin1', 0, 2048)).replace(/^(?:\uFEFF|\xEF\xBB\xBF)/, '').trimStart();
  if (text.startsWith('#!')) return 'script';
  // Readers look for the mark of a PDF within the first kilobyte.
  if (text.lastIndexOf('%PDF-', 1024) >= 0) return 'pdf';
  if (!text.startsWith('<')) return 'unknown';
  if (/<hta:application\b/i.test(text)) return 'hta';
  const first = text.slice(prologueEnd(text));
  if (/^(?:<!doctype svg[^>]*>\s*)?<svg\b/i.test(first)) return 'svg';
  if (/^<(?:!doctype html|html|head|body|script|meta|title|style|div|form|iframe|center|table)\b/i.test(first)) return 'html';
  return text.startsWith('<?xml') ? 'xml' : 'unknown';
}

const SPACE = /\s*/y;

/** Where the declaration of XML and the comments in front of the first tag end. Step by step: an expression would try each way to take many comments for one. */
function prologueEnd(text: string): number {
  const behindSpace = (at: number): number => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    return SPACE.lastIndex;
  };
  let at = text.slice(0, 5).toLowerCase() === '<?xml' && text.includes('>') ? behindSpace(text.indexOf('>') + 1) : 0;
  while (text.startsWith('<!--', at)) {
    const end = text.indexOf('-->', at + 2);
    if (end < 0) break;
    at = behindSpace(end + 3);
  }
  return at;
}

/** `MZ` alone also begins text; the offset at 0x3C must lead to `PE` or stay within a small old header. */
function isWindowsProgram(data: Buffer): boolean {
  if (data[0] !== 0x4d || data[1] !== 0x5a || data.length < 0x40) return false;
  const offset = data.readUInt32LE(0x3c);
  return offset + 2 > data.length ? offset < 0x10000 && data.subarray(0, 0x40).includes(0) : data[offset] === 0x50 && data[offset + 1] === 0x45;
}
