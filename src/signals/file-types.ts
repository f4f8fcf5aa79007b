/** What a file is by its name and by its first bytes, as families of signals speak of it. */
import { contentKind } from '../danger/content-kind.ts';
import type { ContentKind } from '../danger/content-kind.ts';

export { extensions, isDisguised, kindOfName } from '../danger/file-names.ts';
export type { FileKind } from '../danger/file-names.ts';

export type Magic = 'program' | 'script' | 'shortcut' | 'zip' | 'zip-encrypted' | 'rar' | '7z' | 'gzip' | 'ole' | 'pdf' | 'image' | 'html' | 'disk-image' | 'unknown';

const MAGIC: Readonly<Partial<Record<ContentKind, Magic>>> = {
  pe: 'program', elf: 'program', 'mach-o': 'program', 'java-class': 'program', hta: 'program', help: 'program', shortcut: 'shortcut', script: 'script', rar: 'rar', '7z': '7z', gzip: 'gzip', ole: 'ole',
  pdf: 'pdf', image: 'image', html: 'html', svg: 'html', iso: 'disk-image', 'disk-image': 'disk-image',
};

/** What the first bytes say. @param data decoded content, from its start  @param kind of it */
export function magicOf(data: Buffer, kind: ContentKind = contentKind(data)): Magic {
  // A zip's local file header: bit 0 of the flags means that the content is encrypted (APPNOTE.TXT 4.4.4).
  if (kind === 'zip') return data.length > 7 && ((data[6] ?? 0) & 1) === 1 ? 'zip-encrypted' : 'zip';
  return MAGIC[kind] ?? 'unknown';
}
