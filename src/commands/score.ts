/** `usher score --jsonl PATH…`: one line of JSON for each message file, whatever is in it. Asks nobody on the network. */
import { createReadStream } from 'node:fs';
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mailAddress } from '../message/envelope.ts';
import type { Envelope } from '../message/envelope.ts';
import { dns, limitDefaults } from '../message/limits.ts';
import { toCrlf, walk } from '../message/walk.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { heuristicScorer } from '../scoring/heuristic.ts';
import type { Contribution, Scorer } from '../scoring/score.ts';
import { gather } from '../signals/gather.ts';
import type { Signal } from '../signals/signal.ts';
import type { Command } from './io.ts';

const USAGE = `Usage: usher score --jsonl PATH…

Scores message files, or all files in folders and below. Writes one line of JSON for each:
  {"file","score","kind","signals":[{"name","value","contribution"}],"model"}
score runs from 0 (wanted) to 1 (unwanted). A file that cannot be read gets a line with "error".
Nothing is asked of the network: what needs DNS is unknown.
`;

/** Exit code 0: done (a bad file is a line with `error`); 2: usage. */
export const scoreCommand: Command = async (args, io) => {
  const paths = args.filter((arg) => !arg.startsWith('--'));
  const options = args.filter((arg) => arg.startsWith('--'));
  if (options.includes('--help')) {
    await io.out(USAGE);
    return 0;
  }
  const unknownOption = options.find((option) => option !== '--jsonl' && option !== '--json');
  if (unknownOption !== undefined || paths.length === 0) {
    await io.err(unknownOption === undefined ? USAGE : `usher score does not know ${unknownOption}.\n\n${USAGE}`);
    return 2;
  }
  for (const path of paths) {
    for await (const file of filesUnder(path, io.cwd)) await io.out(`${JSON.stringify(await scoreFile(file, io.cwd, heuristicScorer))}\n`);
  }
  return 0;
};

/** The file itself, or all files of a folder and below, in order of name; what cannot be opened comes as it is. */
async function* filesUnder(path: string, cwd: string): AsyncGenerator<string> {
  const entries: Dirent[] = [];
  try {
    if (!(await stat(resolve(cwd, path))).isDirectory()) return yield path;
    for await (const entry of await opendir(resolve(cwd, path))) entries.push(entry);
  } catch {
    // Reading it fails again, and that line says why.
    return yield path;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    // A link to a folder may lead back up; pipes and devices would never end.
    if (entry.isDirectory()) yield* filesUnder(inside, cwd);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(resolve(cwd, inside))))) yield inside;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // A link that leads nowhere: reading it says so.
    return true;
  }
}

async function scoreFile(file: string, cwd: string, scorer: Scorer): Promise<object> {
  try {
    const bytes = toCrlf(await read(resolve(cwd, file)));
    const message = walk(bytes);
    const input = { envelope: envelopeOfFile(), message, bytes, ourDomains: NO_DOMAINS };
    const { signals, authentication } = await gather(input, offlineResolver, dns.deadlineMs);
    const { score, kind, contributions, model } = scorer.score({ message, signals, authentication });
    return { file, score, kind, signals: [...contributions, ...withoutWeight(signals, contributions)], model };
  } catch (error) {
    return { file, error: String((error as { message?: unknown } | null)?.message ?? error), model: scorer.model };
  }
}

/** Signals that are there and moved nothing: whoever compares models wants to see them too. */
function withoutWeight(signals: readonly Signal[], contributions: readonly Contribution[]): readonly Contribution[] {
  const weighed = new Set(contributions.map(({ name }) => name));
  return signals.flatMap((signal) => (signal.state === 'present' && !weighed.has(signal.name) ? [{ name: signal.name, value: signal.value, contribution: 0 }] : []));
}

const NO_DOMAINS: ReadonlySet<string> = new Set();

/** Reads a file, but no more of it than a message may have. */
async function read(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitDefaults.messageMaxBytes) throw new Error(`larger than ${limitDefaults.messageMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A stored message has no envelope any more: nobody knows who handed it over, or to whom. */
function envelopeOfFile(): Envelope {
  return {
    id: '', receivedAt: 0, door: 'command', direction: 'in', client: { ip: null, unknownReason: 'offline', name: null, helo: '' },
    tls: null, user: null, sender: mailAddress(''), parameters: [], recipients: [],
  };
}
