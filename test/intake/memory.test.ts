/** What large messages and many idle connections cost, in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MIB = 1024 * 1024;
let child: ChildProcess;
let port = 0;

beforeEach(async () => {
  child = spawn(process.execPath, [join(__dirname, '../support/proxy-process.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line') as [string];
  port = (JSON.parse(line) as { port: number }).port;
});

afterEach(async () => {
  child.stdin!.end();
  await once(child, 'exit');
});

/** Of the process, in bytes; `VmHWM` is the highest it ever was. */
function memory(what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
}

async function replyTo(socket: Socket, text: string | null): Promise<string> {
  if (text !== null) socket.write(text);
  const [chunk] = await once(socket, 'data') as [Buffer];
  return chunk.toString();
}

async function greeted(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  expect(await replyTo(socket, null)).toMatch(/^220 /);
  return socket;
}

async function sendMessage(socket: Socket, size: number, parameters: string): Promise<string> {
  await replyTo(socket, 'EHLO client\r\n');
  await replyTo(socket, `MAIL FROM:<a@sender.test>${parameters}\r\n`);
  await replyTo(socket, 'RCPT TO:<b@example.test>\r\n');
  await replyTo(socket, 'DATA\r\n');
  const block = Buffer.from(`${'x'.repeat(1022)}\r\n`.repeat(64));
  for (let sent = 0; sent < size; sent += block.length) if (!socket.write(block)) await once(socket, 'drain');
  return replyTo(socket, '.\r\n');
}

test.each(['', ' SIZE=52428800'])('a message of 50 MiB (declared:%s) costs at most 64 MiB', async (parameters) => {
  const socket = await greeted();
  expect(await sendMessage(socket, 1 * MIB, '')).toMatch(/^250 /);
  const before = memory('VmRSS');
  expect(await sendMessage(socket, 50 * MIB, parameters)).toBe(`250 2.0.0 ${50 * MIB} bytes\r\n`);
  expect(memory('VmHWM') - before).toBeLessThan(64 * MIB);
  socket.destroy();
});

test('a message beyond the limit is read to its end without being kept', async () => {
  const socket = await greeted();
  const before = memory('VmRSS');
  expect(await sendMessage(socket, 80 * MIB, '')).toMatch(/^552 5\.3\.4 /);
  expect(memory('VmHWM') - before).toBeLessThan(90 * MIB);
  expect(await replyTo(socket, 'NOOP\r\n')).toMatch(/^250 /);
  socket.destroy();
});

test('1,000 idle connections fit in 200 MB', async () => {
  const sockets = await Promise.all(Array.from({ length: 1000 }, greeted));
  expect(memory('VmRSS')).toBeLessThan(200e6);
  for (const socket of sockets) socket.destroy();
});
