/**
 * The policies in force: read as a whole, watched, replaced as a whole or not at all. While what stands in the folder
 * is wrong, the last good set stays in force, over a restart too.
 */
import { basename } from 'node:path';
import { DiskFolder } from './policy-files/folder.ts';
import { Gate, type InForce } from './policy-files/gate.ts';
import { readKeptSet } from './policy-files/kept-set.ts';
import { writeKept } from './policy-files/last-good.ts';
import { SetReader, type ReadSet } from './policy-files/read-set.ts';
import { watchFolder, type Watching } from './policy-files/watch.ts';
import type { RunExample } from './policy-examples.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { CompanyDefaults, Diagnostic } from './policy/model.ts';
import { renderDiagnostic } from './policy/render.ts';
import type { PolicySet } from './policy/resolved.ts';
import { words } from './words/index.ts';

export interface PolicyStatus {
  /** Of the set in force. */
  readonly revision: string;
  /** False while the folder holds something else than what is in force, because it is wrong. */
  readonly current: boolean;
  /** What is wrong or worth knowing about the folder as it is now: errors, warnings, notes. */
  readonly problems: readonly Diagnostic[];
  /** When this state began: milliseconds since 1970. */
  readonly since: number;
}

export interface PolicyFiles {
  current(): PolicySet;
  status(): PolicyStatus;
  /** Reads now what would be read on a change; resolves when the outcome is in force (or refused). */
  reload(): Promise<void>;
  /** Resolves when nothing is being read or written any more. */
  close(): Promise<void>;
}

export interface PolicyFilesOptions {
  readonly dir: string;
  readonly dataDir: string;
  readonly defaults: CompanyDefaults;
  /** Null: examples are no gate. */
  readonly runExample: RunExample | null;
  readonly log: Log;
  readonly clock: Clock;
}

/** `problems`: there is nothing to put in force; the service cannot start (exit 2). */
export type Opened = { readonly files: PolicyFiles } | { readonly problems: readonly Diagnostic[]; readonly languages: ReadonlyMap<string, string> };

/** Reads the folder, or the last good set while the folder is wrong, and watches it until `close`. */
export async function openPolicies(options: PolicyFilesOptions): Promise<Opened> {
  const { dir, defaults, runExample } = options;
  const shownAs = (name: string): string => (name === '' ? basename(dir) : `${basename(dir)}/${name}`);
  const folder = new DiskFolder(dir);
  const gate = runExample === null ? null : new Gate(runExample, words);
  const live = new LiveSet(options, folder, new SetReader(folder, defaults, shownAs), gate);
  const kept = await readKeptSet(options, shownAs);
  const first = await live.start(kept);
  return first === null ? { files: live } : first;
}

class LiveSet implements PolicyFiles {
  readonly #options: PolicyFilesOptions;
  readonly #folder: DiskFolder;
  readonly #reader: SetReader;
  readonly #gate: Gate | null;
  #inForce: InForce | null = null;
  #status: PolicyStatus | null = null;
  #stamps: ReadonlyMap<string, string> | null = null;
  #keptRevision: string | null = null;
  #watching: Watching | null = null;
  #reading: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PolicyFilesOptions, folder: DiskFolder, reader: SetReader, gate: Gate | null) {
    this.#options = options;
    this.#folder = folder;
    this.#reader = reader;
    this.#gate = gate;
  }

  /** Null when a set is in force. */
  async start(kept: InForce | null): Promise<Exclude<Opened, { files: PolicyFiles }> | null> {
    this.#inForce = kept;
    this.#keptRevision = kept?.set.revision ?? null;
    const read = await this.#read(true);
    if (this.#inForce === null) return { problems: this.#status?.problems ?? [], languages: read.languages };
    this.#watching = watchFolder(() => this.reload(), () => this.#differs());
    this.#watching.follow(this.#folder.directories);
    // The set that ran before the restart runs at once; its examples are looked at while it does.
    if (this.#keptRevision !== null && this.#inForce.set.revision === kept?.set.revision) void this.reload();
    return null;
  }

  current(): PolicySet {
    return (this.#inForce as InForce).set;
  }

  status(): PolicyStatus {
    return this.#status as PolicyStatus;
  }

  /** One at a time; never rejects. */
  reload(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (this.#closed) return;
      try {
        await this.#read(false);
        this.#watching?.follow(this.#folder.directories);
      } catch (error) {
        this.#options.log.error({ error: String(error) }, 'policies could not be read; the last good ones stay in force');
      }
    });
    return this.#reading;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#watching?.close();
    return this.#reading;
  }

  async #read(atStart: boolean): Promise<ReadSet> {
    const started = performance.now();
    const stamps = await this.#reader.stamps();
    const read = await this.#reader.read(stamps);
    this.#stamps = stamps;
    const { set } = read;
    if (set === null) {
      this.#report(read, read.problems);
      return read;
    }
    if (set.revision === this.#inForce?.set.revision) {
      // Nothing new to decide by: what is in force serves while the examples are run again.
      this.#inForce = { set, files: read.files };
      if (atStart) {
        this.#report(read, read.problems);
        return read;
      }
    }
    const failures = this.#gate === null ? [] : await this.#gate.examine({ ...read, set }, this.#inForce);
    const problems = [...read.problems, ...failures];
    const passed = failures.every(({ severity }) => severity !== 'error');
    if (passed) this.#putInForce({ set, files: read.files }, performance.now() - started);
    this.#report(read, problems);
    if (passed) await this.#keep({ set, files: read.files });
    return read;
  }

  #putInForce(next: InForce, ms: number): void {
    const before = this.#inForce?.set.revision;
    this.#inForce = next;
    const { revision, pages } = next.set;
    if (revision !== before) this.#options.log.info({ revision, before: before ?? null, pages: pages.length, ms: Math.round(ms) }, 'policies in force');
  }

  async #keep({ set: { revision }, files }: InForce): Promise<void> {
    if (revision === this.#keptRevision) return;
    const { log, clock, dataDir } = this.#options;
    try {
      await writeKept(dataDir, { revision, files }, clock.now());
      this.#keptRevision = revision;
    } catch (error) {
      log.error({ revision, error: String(error) }, 'policies are in force, but could not be kept for a restart');
    }
  }

  #report(read: ReadSet, problems: readonly Diagnostic[]): void {
    const { log, clock } = this.#options;
    if (this.#inForce === null) {
      this.#status = { revision: '', current: false, problems, since: clock.now() };
      return;
    }
    const { revision } = this.#inForce.set;
    const current = problems.every(({ severity }) => severity !== 'error');
    const before = this.#status;
    const news = before === null || before.revision !== revision || before.current !== current || !sameProblems(before.problems, problems);
    this.#status = { revision, current, problems, since: news ? clock.now() : before.since };
    if (!news) return;
    for (const problem of problems.slice(0, LOGGED_MAX)) {
      const said = renderDiagnostic(problem, words, read.languages.get(problem.place.file) ?? this.#options.defaults.language);
      if (problem.severity === 'error') log.error({ revision, problem: said }, 'policies not in force');
      else if (problem.severity === 'warning') log.warn({ revision, problem: said }, 'policy warning');
    }
  }

  async #differs(): Promise<boolean> {
    const now = await this.#reader.stamps();
    const before = this.#stamps;
    if (now === null || before === null) return now !== before;
    if (now.size !== before.size) return true;
    for (const [name, stamp] of now) if (before.get(name) !== stamp) return true;
    return false;
  }
}

/** A thousand broken pages are one broken folder: the rest is on the policy page. */
const LOGGED_MAX = 20;

function sameProblems(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return a.length === b.length && a.every((one, i) => JSON.stringify(one) === JSON.stringify(b[i]));
}
