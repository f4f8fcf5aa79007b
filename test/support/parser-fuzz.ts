/**
 * Parsers under any bytes, each on its own: what is near a real file or field must be read or given up, never end in an
 * exception, give no more than its bounds allow, and take no longer than is promised.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Random } from '../../bench/random.ts';

export interface FuzzedParser {
  /** Of its file, below `src`; names the folder of what was found. */
  readonly name: string;
  /** What it is made for; mutations begin here. */
  readonly seeds: () => readonly Buffer[];
  /** Reads it all and throws when what comes out breaks a bound. */
  readonly read: (bytes: Buffer) => void | Promise<void>;
}

/** Longest input that mutations make: enough for what grows with the square of it to show. */
export const INPUT_MAX_BYTES = 128 * 1024;

const SEEDS_DIR = join(import.meta.dirname, '../fuzz-seeds');
const folderOf = (parser: FuzzedParser): string => join(SEEDS_DIR, parser.name.replace('/', '-'));

/** Inputs on which a parser once failed. */
export function foundSeeds(parser: FuzzedParser): readonly Buffer[] {
  const dir = folderOf(parser);
  if (!existsSync(dir)) return [];
  return readdirSync(dir).toSorted().map((name) => Buffer.from(readFileSync(join(dir, name), 'latin1').replace(/^#.*$/gm, '').replace(/\s+/g, ''), 'hex'));
}

/** Keeps an input, and gives the name of its file. */
export function keepSeed(parser: FuzzedParser, input: Buffer, why: string): string {
  const dir = folderOf(parser);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `found-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.hex`);
  writeFileSync(file, `# ${why}\n${input.toString('hex').replace(/.{1,120}/g, '$&\n')}`);
  return file;
}

/** Longest wait for one that reads in its own time. */
const ANSWER_MAX_MS = 20_000;

/** Rejects when the parser fails, or takes more processor time than this, in each of three tries. */
export async function examineParser(parser: FuzzedParser, input: Buffer, cpuMaxMs: number): Promise<void> {
  let least = Infinity;
  for (let tries = 0; tries < 3 && least > cpuMaxMs; tries++) {
    // At an odd address, as a piece of something larger stands: not all of what computers do with bytes is the same there.
    const copy = Buffer.concat([Buffer.from('+'), input]).subarray(1);
    const before = process.cpuUsage();
    const reading = parser.read(copy);
    if (reading !== undefined) await answered(reading);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
    assert(copy.equals(input), 'the input was written to');
  }
  assert(least <= cpuMaxMs, `took ${Math.round(least)} ms`);
}

async function answered(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`no answer in ${ANSWER_MAX_MS} ms`)), ANSWER_MAX_MS); });
  await Promise.race([reading, patience]).finally(() => clearTimeout(timer));
}

const BYTES = [0, 1, 2, 4, 8, 0x0a, 0x0d, 0x20, 0x22, 0x25, 0x28, 0x2d, 0x3c, 0x3d, 0x3e, 0x3f, 0x5c, 0x7f, 0x80, 0xfe, 0xff];
const NUMBERS = [0, 1, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** An input near another one. */
export function mutateBytes(input: Buffer, others: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(input);
  for (let times = random.between(1, 8); times > 0; times--) bytes = mutateOnce(bytes, others, random).subarray(0, INPUT_MAX_BYTES);
  return Buffer.from(bytes);
}

function mutateOnce(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const at = random.between(0, Math.max(0, bytes.length - 1));
  const length = random.between(1, random.next() < 0.8 ? 16 : 600);
  const head = bytes.subarray(0, at);
  const piece = bytes.subarray(at, at + length);
  switch (random.between(0, 9)) {
    case 0: case 1: {
      const changed = Buffer.from(bytes);
      if (changed.length > 0) changed[at] = random.next() < 0.5 ? random.pick(BYTES) : random.between(0, 255);
      return changed;
    }
    case 2: {
      const changed = Buffer.from(bytes);
      const width = random.pick([2, 4]);
      const value = random.pick(NUMBERS) >>> 0;
      if (at + width > changed.length) return changed;
      if (width === 2) changed[random.next() < 0.5 ? 'writeUInt16LE' : 'writeUInt16BE'](value & 0xffff, at);
      else changed[random.next() < 0.5 ? 'writeUInt32LE' : 'writeUInt32BE'](value, at);
      return changed;
    }
    case 3: return Buffer.concat([head, bytes.subarray(at + length)]);
    case 4: return head;
    case 5: return Buffer.concat([head, random.bytes(Math.min(length, 32)), bytes.subarray(at)]);
    case 6: return Buffer.concat([head, piece, bytes.subarray(at)]);
    // Again and again, so that whoever looks back each time is found out.
    case 7: return Buffer.concat([head, ...Array<Buffer>(random.between(2, Math.max(2, Math.min(4000, Math.floor(INPUT_MAX_BYTES / piece.length || 1))))).fill(piece), bytes.subarray(at)]);
    default: {
      const other = random.pick(others);
      const from = random.between(0, other.length);
      return Buffer.concat([head, other.subarray(from, from + length), bytes.subarray(random.next() < 0.5 ? at : at + length)]);
    }
  }
}
