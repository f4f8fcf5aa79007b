/** Reads a folder of pages with the lists and letters that they name into one set of policies, or into its problems. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { policyFiles } from '../message/limits.ts';
import { checkSet } from '../policy/check-set.ts';
import { decodePolicyText } from '../policy/decode.ts';
import { readList, type ListAddresses, type ListProblem } from '../policy/list-file.ts';
import { SenderSet } from '../policy/lists.ts';
import type { CompanyDefaults, Diagnostic, ListEntry, Page, Place } from '../policy/model.ts';
import { parsePage } from '../policy/parse.ts';
import { buildInPieces } from '../policy/resolve.ts';
import type { PolicySet } from '../policy/resolved.ts';
import { revisionOf } from '../policy/revision.ts';
import type { FileProblem, Folder } from './folder.ts';

export interface ReadSet {
  /** Null when there is an error among the problems. */
  readonly set: PolicySet | null;
  readonly pages: readonly Page[];
  /** Errors, warnings and notes, in the order of files and lines. */
  readonly problems: readonly Diagnostic[];
  /** Everything that was read: pages, lists, letters of examples; names relative to the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Name relative to the folder, by the name that people know (that of `Page.file`). */
  readonly names: ReadonlyMap<string, string>;
  /** Language in which to speak of a file's problems, by the name that people know. */
  readonly languages: ReadonlyMap<string, string>;
}

interface KnownPage { readonly bytes: Buffer; readonly page: Page | null; readonly draft: Page | null; readonly diagnostics: readonly Diagnostic[]; readonly language: string }
interface KnownList { readonly bytes: Buffer; readonly read: ListCell }
interface Broken { readonly problem: FileProblem }
type ListCell = ListAddresses | { readonly code: string; readonly hint: string | null; readonly values: Readonly<Record<string, string | number>> };

/** What one reading gathers. */
interface Gathering {
  readonly stamps: ReadonlyMap<string, string>;
  readonly files: Map<string, Buffer>;
  readonly problems: Diagnostic[];
}

/** Files looked at together: enough to keep the system busy, not enough to keep mail waiting. */
const LOOK_AT_ONCE = 64;

/** Reads sets; what did not change since the last time is not read or parsed again. */
export class SetReader {
  readonly #folder: Folder;
  readonly #defaults: CompanyDefaults;
  readonly #shownAs: (name: string) => string;
  readonly #contents = new Map<string, { readonly stamp: string; readonly bytes: Buffer }>();
  readonly #pages = new Map<string, KnownPage>();
  readonly #lists = new Map<string, KnownList>();
  /** Files that pages name, there or not. */
  readonly #named = new Set<string>();

  /** @param shownAs name of a file as people know it, e.g. `policies/sales.yaml` */
  constructor(folder: Folder, defaults: CompanyDefaults, shownAs: (name: string) => string = (name) => name) {
    this.#folder = folder;
    this.#defaults = defaults;
    this.#shownAs = shownAs;
  }

  /** State of all files without reading them: a set need not be read again while it stays the same. */
  async stamps(): Promise<ReadonlyMap<string, string> | null> {
    const pages = await this.#folder.pages();
    if (pages === null) return null;
    const names = [...new Set([...pages, ...this.#named])];
    const stamps = new Map<string, string>();
    for (let i = 0; i < names.length; i += LOOK_AT_ONCE) {
      const some = names.slice(i, i + LOOK_AT_ONCE);
      const states = await Promise.all(some.map((name) => this.#folder.stamp(name)));
      some.forEach((name, at) => stamps.set(name, states[at] as string));
    }
    return stamps;
  }

  /** @param stamps of just before; null: the folder cannot be read */
  async read(stamps: ReadonlyMap<string, string> | null): Promise<ReadSet> {
    const names = stamps === null ? null : await this.#folder.pages();
    if (stamps === null || names === null) return failed([fileProblem('policies-unreadable', this.#shownAs(''))]);
    if (names.length > policyFiles.filesMax) return failed([fileProblem('too-many-pages', this.#shownAs(''), { limit: policyFiles.filesMax })]);
    const gathering: Gathering = { stamps, files: new Map(), problems: [] };
    const { files, problems } = gathering;
    const languages = new Map<string, string>();
    const shown = new Map(names.map((name) => [this.#shownAs(name), name]));
    const drafts: Page[] = [];
    const pages: Page[] = [];
    for (const name of names) {
      const known = await this.#page(name, gathering);
      if ('problem' in known) {
        problems.push(fileProblem(`page-${known.problem}`, this.#shownAs(name), { limit: policyFiles.fileMaxBytes / 1024 }));
        continue;
      }
      languages.set(this.#shownAs(name), known.language);
      problems.push(...known.diagnostics);
      if (known.draft !== null) drafts.push(known.draft);
      if (known.page !== null) pages.push(await this.#withFiles(known.page, gathering));
    }
    this.#forgetAllBut(files);
    const broken = new Set(problems.filter(({ severity }) => severity === 'error').map(({ place }) => `${place.file}:${place.line}`));
    // What follows from a line that is wrong anyway is not worth a second complaint.
    problems.push(...checkSet(drafts, this.#defaults).filter(({ severity, place }) => severity === 'error' || !broken.has(`${place.file}:${place.line}`)));
    problems.sort((a, b) => compare(a.place.file, b.place.file) || a.place.line - b.place.line || a.place.column - b.place.column);
    const whole = problems.every(({ severity }) => severity !== 'error');
    const revision = revisionOf([...files].map(([name, content]) => ({ name, content })));
    const set = whole ? await inPieces(buildInPieces(pages, this.#defaults, revision)) : null;
    return { set, pages, problems, files, names: shown, languages };
  }

  /** The same Buffer as long as the file stays the same, so that what was made of it need not be made again. */
  async #bytes(name: string, maxBytes: number, { stamps, files }: Gathering): Promise<Buffer | Broken> {
    const before = this.#contents.get(name);
    if (before !== undefined && before.stamp === (stamps.get(name) ?? (await this.#folder.stamp(name)))) {
      files.set(name, before.bytes);
      return before.bytes;
    }
    const answer = await this.#folder.read(name, maxBytes);
    if ('problem' in answer) return answer;
    const bytes = before?.bytes.equals(answer.bytes) === true ? before.bytes : answer.bytes;
    this.#contents.set(name, { stamp: answer.stamp, bytes });
    files.set(name, bytes);
    return bytes;
  }

  async #page(name: string, gathering: Gathering): Promise<KnownPage | Broken> {
    const bytes = await this.#bytes(name, policyFiles.fileMaxBytes, gathering);
    if ('problem' in bytes) return bytes;
    const known = this.#pages.get(name);
    if (known?.bytes === bytes) return known;
    await nextTurn();
    const file = this.#shownAs(name);
    const decoded = decodePolicyText(bytes, file);
    const { page, draft, diagnostics, language } = parsePage(decoded.text, file, this.#defaults);
    const legible = decoded.diagnostics.every(({ severity }) => severity !== 'error');
    const fresh = { bytes, page: legible ? page : null, draft, diagnostics: decoded.text === '' && !legible ? decoded.diagnostics : [...decoded.diagnostics, ...diagnostics], language };
    this.#pages.set(name, fresh);
    return fresh;
  }

  /** The page with its lists filled in; reads the letters of its examples. */
  async #withFiles(page: Page, gathering: Gathering): Promise<Page> {
    for (const example of page.examples) {
      if (example.file === null) continue;
      this.#named.add(example.file);
      const letter = await this.#bytes(example.file, policyFiles.exampleFileMaxBytes, gathering);
      if (!('problem' in letter)) continue;
      gathering.problems.push(problemAt(`example-file-${letter.problem}`, page, example.place, { text: example.file, limit: policyFiles.exampleFileMaxBytes / 1024 / 1024 }));
    }
    if (![...page.alwaysWelcome, ...page.neverWelcome].some(({ by }) => by === 'list')) return page;
    const alwaysWelcome: ListEntry[] = [];
    const neverWelcome: ListEntry[] = [];
    for (const entry of page.alwaysWelcome) alwaysWelcome.push(await this.#filled(entry, page, gathering));
    for (const entry of page.neverWelcome) neverWelcome.push(await this.#filled(entry, page, gathering));
    return { ...page, alwaysWelcome, neverWelcome };
  }

  async #filled(entry: ListEntry, page: Page, gathering: Gathering): Promise<ListEntry> {
    if (entry.by !== 'list') return entry;
    this.#named.add(entry.file);
    const cell = await this.#list(entry.file, entry.column, gathering);
    const problem = (code: string, values: Diagnostic['values'], hint: string | null, severity: Diagnostic['severity']): void => {
      gathering.problems.push({ ...problemAt(code, page, entry.place, { text: entry.file, ...values }, severity), hint });
    };
    if (!('addresses' in cell)) {
      problem(cell.code, { column: entry.column ?? '', ...cell.values }, cell.hint, 'error');
      return entry;
    }
    if (cell.skipped > 0) problem('list-rows-skipped', { count: cell.skipped, sample: cell.sample }, null, 'warning');
    return { ...entry, addresses: cell.addresses };
  }

  async #list(file: string, column: string | null, gathering: Gathering): Promise<ListCell> {
    const bytes = await this.#bytes(file, policyFiles.listFileMaxBytes, gathering);
    if ('problem' in bytes) return { code: `list-${bytes.problem}`, hint: bytes.problem === 'missing' ? 'list-missing' : null, values: { limit: policyFiles.listFileMaxBytes / 1024 / 1024 } };
    const id = `${column ?? ''}\n${file}`;
    const known = this.#lists.get(id);
    if (known?.bytes === bytes) return known.read;
    const read: ListCell = isSpreadsheet(bytes) ? { code: 'list-not-text', hint: 'save-as-csv', values: {} } : cellOf(await inPieces(readList(textOf(bytes), column)));
    if ('addresses' in read) await inPieces(new SenderSet().fill(read.addresses));
    this.#lists.set(id, { bytes, read });
    return read;
  }

  #forgetAllBut(files: ReadonlyMap<string, Buffer>): void {
    for (const name of this.#contents.keys()) if (!files.has(name)) this.#contents.delete(name);
    for (const name of this.#pages.keys()) if (!files.has(name)) this.#pages.delete(name);
    for (const id of this.#lists.keys()) if (!files.has(id.slice(id.indexOf('\n') + 1))) this.#lists.delete(id);
  }
}

function cellOf(read: ListAddresses | ListProblem): ListCell {
  if ('addresses' in read) return read;
  return read.code === 'list-column-missing' ? { code: read.code, hint: 'column-of-list', values: { headings: read.headings } } : { code: read.code, hint: null, values: {} };
}

/** A workbook (a ZIP archive or an OLE file) where its text is due. */
function isSpreadsheet(bytes: Buffer): boolean {
  return /^(504b0304|d0cf11e0)/.test(bytes.subarray(0, 4).toString('hex'));
}

/** Addresses are ASCII in every code page; a guess hurts at most a heading. */
function textOf(bytes: Buffer): string {
  return decodePolicyText(bytes, '').text;
}

/** Runs long work in pieces, with mail let through between them. */
async function inPieces<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}

function failed(problems: readonly Diagnostic[]): ReadSet {
  return { set: null, pages: [], problems, files: new Map(), names: new Map(), languages: new Map() };
}

function fileProblem(code: string, file: string, values: Diagnostic['values'] = {}): Diagnostic {
  return { severity: 'error', code, place: { file, line: 1, column: 1, length: 1 }, excerpt: null, values: { file, ...values }, hint: null };
}

/** A problem at a place of a page, with the line in question. */
export function problemAt(code: string, page: Page, place: Place, values: Diagnostic['values'], severity: Diagnostic['severity'] = 'error'): Diagnostic {
  const line = page.text?.split('\n', place.line)[place.line - 1];
  return { severity, code, place, excerpt: line === undefined ? null : line.replace(/\r$/, '').slice(0, 300), values, hint: null };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
