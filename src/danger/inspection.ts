/** What is found in the files of one message, and how much may still be looked at. */
import { inspection as bounds } from '../message/limits.ts';

/** The closed set of what can be found in a file; each is a signal of the family `files`, with `file-` before it. */
export type FindingCode =
  | 'program' | 'program-packed' | 'program-disguised' | 'script-packed' | 'script-alone' | 'shortcut-packed' | 'name-trick'
  | 'archive-encrypted' | 'archive-nested' | 'archive-bomb' | 'archive-disagrees' | 'archive-foreign' | 'disk-image'
  | 'macro' | 'macro-autorun' | 'macro-acts' | 'macro-sheet' | 'office-encrypted' | 'office-embeds' | 'office-equation' | 'office-template' | 'office-dde' | 'office-activex'
  | 'rtf-object' | 'pdf-script' | 'pdf-opens' | 'pdf-launch' | 'pdf-embeds' | 'pdf-link' | 'pdf-form' | 'pdf-encrypted' | 'pdf-hidden-names'
  | 'page-password' | 'page-form-elsewhere' | 'page-sends' | 'page-built' | 'page-moves-on' | 'page-smuggles' | 'svg-script' | 'note-embeds';

export interface Finding {
  readonly code: FindingCode;
  /** A short word or a number in words: what exactly; '' when the code says all. */
  readonly value: string;
  /** Names from the attachment inward, joined by ` / `. */
  readonly where: string;
}

/** Reasons why something stays unseen; they go to the policies' `could-not-check`. */
export type UnopenedReason = 'encrypted' | 'too-large' | 'too-deep' | 'archive-not-openable' | 'damaged';

export interface UnopenedFile {
  readonly reason: UnopenedReason;
  readonly where: string;
}

/** A file and the way to it. */
export interface Item {
  readonly name: string;
  readonly data: Buffer;
  /** 0 for an attachment itself. */
  readonly depth: number;
  /** Names from the attachment inward, joined by ` / `. */
  readonly where: string;
}

export const inside = (parent: Item, name: string, data: Buffer): Item => {
  const shown = name.slice(-bounds.nameMaxChars);
  return { name: shown, data, depth: parent.depth + 1, where: `${parent.where} / ${shown}` };
};

/** An attached web page, as far as it can be told who it claims to be and where it sends what is typed in. */
export interface Page {
  /** Title and text without markup, its beginning. */
  readonly text: string;
  /** Hosts that forms and scripts send to, lower case. */
  readonly hosts: readonly string[];
  readonly asksForPassword: boolean;
}

/** Gathers findings under the bounds; shared by everything that looks into one message's files. */
export class Inspection {
  readonly #findings: Finding[] = [];
  readonly #unopened: UnopenedFile[] = [];
  readonly #pages: Page[] = [];
  readonly #seen = new Set<string>();
  #unpackedLeft: number = bounds.unpackedTotalMaxBytes;
  #filesLeft: number = bounds.filesMax;
  #namesLeft: number = bounds.namesMax;
  #lookedLeft: number = bounds.lookedTotalMaxBytes;
  #streamsLeft: number = bounds.pdfStreamsMax;
  #searchedLeft: number = bounds.searchedTotalMaxBytes;

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  get unopened(): readonly UnopenedFile[] {
    return this.#unopened;
  }

  get pages(): readonly Page[] {
    return this.#pages;
  }

  addPage(page: Page): void {
    if (this.#pages.length < bounds.pagesMax) this.#pages.push(page);
  }

  find(item: Item, code: FindingCode, value: string = ''): void {
    const key = `${code} ${value} ${item.where}`;
    if (this.#seen.has(key) || this.#findings.length >= bounds.findingsMax) return;
    this.#seen.add(key);
    this.#findings.push({ code, value: value.slice(0, bounds.nameMaxChars), where: item.where });
  }

  unopen(item: Item, reason: UnopenedReason): void {
    const key = `! ${reason} ${item.where}`;
    if (this.#seen.has(key) || this.#unopened.length >= bounds.findingsMax) return;
    this.#seen.add(key);
    this.#unopened.push({ reason, where: item.where });
  }

  /** Whether one more file may be looked into; says so where not. */
  takeFile(item: Item): boolean {
    if (this.#filesLeft-- > 0) return true;
    this.unopen(item, 'too-large');
    return false;
  }

  /** Whether a file may be looked into as a whole: several names of an archive may stand for the same bytes. */
  takeLook(item: Item): boolean {
    this.#lookedLeft -= item.data.length;
    if (this.#lookedLeft >= 0) return true;
    this.unopen(item, 'too-large');
    return false;
  }

  takeStream(item: Item): boolean {
    if (this.#streamsLeft-- > 0) return true;
    this.unopen(item, 'too-large');
    return false;
  }

  takeName(item: Item): boolean {
    if (this.#namesLeft-- > 0) return true;
    this.unopen(item, 'too-large');
    return false;
  }

  /** The beginning of what is to be searched, as far as the bound allows; says so where that is not all. */
  takeText(item: Item, data: Buffer, maxBytes: number): Buffer {
    const allowed = Math.min(maxBytes, this.#searchedLeft);
    if (data.length > allowed) this.unopen(item, 'too-large');
    const taken = data.subarray(0, allowed);
    this.#searchedLeft -= taken.length;
    return taken;
  }

  /** Bytes that one more unpacking may make. */
  get unpackMaxBytes(): number {
    return Math.max(0, Math.min(this.#unpackedLeft, bounds.unpackedFileMaxBytes));
  }

  spendUnpacked(bytes: number): void {
    this.#unpackedLeft -= Math.max(bytes, bounds.unpackingMinBytes);
  }
}
