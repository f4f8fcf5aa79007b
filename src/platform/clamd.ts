/** A small client for ClamAV's clamd: INSTREAM (clamd(8)), one connection for each message, bounded in number, size and time. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { scanner as bounds } from '../message/limits.ts';

export type ScanResult =
  | { readonly state: 'clean' }
  /** What the scanner calls it. */
  | { readonly state: 'found'; readonly name: string }
  | { readonly state: 'unknown'; readonly reason: 'scanner-down' | 'too-large' };

export interface Scanner {
  /** Never rejects: what goes wrong is an answer. */
  scan(bytes: Buffer): Promise<ScanResult>;
}

export type ScannerAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface ScannerOptions {
  readonly timeoutMs?: number;
  readonly connectionsMax?: number;
  readonly messageMaxBytes?: number;
  /** Told why a scan failed, for the log. */
  readonly failed?: (why: string) => void;
}

const DOWN: ScanResult = Object.freeze({ state: 'unknown', reason: 'scanner-down' });

/** @param options what is left out is as in message/limits.ts */
export function clamdScanner(address: ScannerAddress, options: ScannerOptions = {}): Scanner {
  const { timeoutMs = bounds.timeoutMs, connectionsMax = bounds.connectionsMax, messageMaxBytes = bounds.messageMaxBytes, failed } = options;
  let free = connectionsMax;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  /** False when no place was free in time. */
  const place = async (signal: AbortSignal): Promise<boolean> => {
    if (free > 0) {
      free--;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const take = (): void => resolve(true);
    waiting.push(take);
    signal.addEventListener('abort', () => {
      const at = waiting.indexOf(take);
      if (at >= 0) waiting.splice(at, 1);
      if (at >= 0) resolve(false);
    }, { once: true });
    return promise;
  };
  return {
    async scan(bytes) {
      if (bytes.length > messageMaxBytes) return { state: 'unknown', reason: 'too-large' };
      const signal = AbortSignal.timeout(timeoutMs);
      if (!(await place(signal))) {
        failed?.('no free connection');
        return DOWN;
      }
      try {
        return await conversation(address, bytes, signal);
      } catch (error) {
        failed?.((error as Error).message);
        return DOWN;
      } finally {
        release();
      }
    },
  };
}

/** Rejects when the connection fails, ends early, or takes too long. */
async function conversation(address: ScannerAddress, bytes: Buffer, signal: AbortSignal): Promise<ScanResult> {
  const socket = connect({ ...address, noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let reply = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    reply += text;
    if (reply.includes('\0') || reply.length > bounds.replyMaxBytes) resolve(reply);
  });
  socket.on('end', () => resolve(reply));
  socket.on('error', (error) => {
    // clamd answers and closes when it has read enough: its answer counts, not that our last bytes were not wanted.
    if (reply === '') reject(error);
    else resolve(reply);
  });
  const abort = (): void => reject(new Error('no answer in time'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    send(socket, bytes);
    return readReply(await promise);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/** `zINSTREAM` and a NUL, chunks with their length (4 bytes, network order), a chunk of length zero. */
function send(socket: Socket, bytes: Buffer): void {
  socket.write('zINSTREAM\0');
  for (let start = 0; start < bytes.length; start += bounds.chunkBytes) {
    const chunk = bytes.subarray(start, start + bounds.chunkBytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    socket.write(length);
    socket.write(chunk);
  }
  socket.write(Buffer.alloc(4));
}

/** @throws when the answer is none that clamd gives */
function readReply(reply: string): ScanResult {
  const text = reply.replace(/\0[^]*$/, '').trim();
  const found = /^stream: (.{1,200}) FOUND$/.exec(text);
  if (found !== null) return { state: 'found', name: found[1] ?? '' };
  if (/^stream: OK$/.test(text)) return { state: 'clean' };
  if (/size limit exceeded/i.test(text)) return { state: 'unknown', reason: 'too-large' };
  throw new Error(text === '' ? 'no answer' : `answered: ${text.slice(0, 100)}`);
}
