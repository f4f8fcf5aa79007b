/** What takes more than one conversation: limits on connections, certificates that change, listeners, shutting down. */
import { copyFileSync, existsSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { NextHopUnavailable } from '../../src/intake/door.ts';
import { Certificate } from '../../src/intake/certificate.ts';
import { openSmtpProxy, type SmtpProxy, type SmtpProxyOptions } from '../../src/intake/smtp-proxy.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { ScriptedGateway } from '../support/scripted-gateway.ts';
import { certificateFiles } from '../support/smtp-door.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';

const dir = tempDir('proxy');
afterAll(() => dir.remove());

const proxies: SmtpProxy[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close(10)));
});

async function open(more: Partial<SmtpProxyOptions> = {}): Promise<SmtpProxy> {
  const proxy = await openSmtpProxy({
    listen: { host: '127.0.0.1', port: 0 }, protocol: 'smtp', hostname: 'mx.example.test', gateway: new ScriptedGateway({ options: [] }), limits: limitDefaults,
    bareLineBreaks: 'refuse', trustedNetworks: ['127.0.0.1/32'], relays: [], ourNetworks: [], tls: null, clock: systemClock, log: silentLog, ...more,
  });
  proxies.push(proxy);
  return proxy;
}

function dial(proxy: SmtpProxy, localAddress = '127.0.0.1'): Socket {
  const address = proxy.address();
  const socket = 'path' in address ? connect(address) : connect({ ...address, localAddress });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

async function says(socket: Socket, text?: string): Promise<string> {
  if (text !== undefined) socket.write(`${text}\r\n`);
  const [chunk] = await once(socket, 'data') as [Buffer];
  return chunk.toString();
}

test('connections in all are limited, trusted or not, and a place becomes free again', async () => {
  const proxy = await open({ limits: { ...limitDefaults, connectionsMax: 2 } });
  const first = dial(proxy);
  expect(await says(first)).toMatch(/^220 /);
  expect(await says(dial(proxy))).toMatch(/^220 /);
  const third = dial(proxy);
  expect(await says(third)).toBe('421 4.7.0 Too many connections, please try again later\r\n');
  await once(third, 'end');
  expect(await says(first, 'QUIT')).toMatch(/^221 /);
  expect(await says(dial(proxy))).toMatch(/^220 /);
  expect(proxy.stats).toMatchObject({ connections: 4, connectionsRefused: 1, connectionsOpen: 2 });
});

test('connections of one client are limited, those of another and of trusted servers are not', async () => {
  const proxy = await open({ limits: { ...limitDefaults, connectionsPerClientMax: 1 } });
  const first = dial(proxy, '127.0.0.5');
  expect(await says(first)).toMatch(/^220 /);
  expect(await says(dial(proxy, '127.0.0.5'))).toBe('421 4.7.0 Too many connections from your address, please try again later\r\n');
  expect(await says(dial(proxy, '127.0.0.6'))).toMatch(/^220 /);
  expect(await says(dial(proxy))).toMatch(/^220 /);
  expect(await says(dial(proxy))).toMatch(/^220 /);
  first.destroy();
  await waitFor('its end', () => proxy.stats.connectionsOpen === 3);
  expect(await says(dial(proxy, '127.0.0.5'))).toMatch(/^220 /);
});

test('trusted networks are greeted at once, others after the wait', async () => {
  const proxy = await open();
  const taken = async (from: string): Promise<number> => {
    const start = performance.now();
    await says(dial(proxy, from));
    return performance.now() - start;
  };
  // On a loaded machine a single one may be late for other reasons.
  const trusted = [await taken('127.0.0.1'), await taken('127.0.0.1'), await taken('127.0.0.1')];
  expect(Math.min(...trusted)).toBeLessThan(95);
  expect(await taken('127.0.0.5')).toBeGreaterThan(95);
});

test('a port in use and an unusable certificate are errors at the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(open({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
  await expect(open({ tls: { certFile: join(dir.path, 'none'), keyFile: join(dir.path, 'none') } })).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(open({ tls: { certFile: certificateFiles('first').certFile, keyFile: certificateFiles('second').keyFile } })).rejects.toThrow(/key/i);
});

test('a socket file that was left behind is replaced, one in use is not', async () => {
  const path = join(dir.path, 'smtp.sock');
  const first = await open({ listen: { path } });
  await expect(open({ listen: { path } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await says(dial(first))).toMatch(/^220 /);
  await first.close(10);
  expect(existsSync(path)).toBe(false);
  // As kill -9 leaves it behind: a socket file without anybody listening.
  const { spawnSync } = await import('node:child_process');
  spawnSync(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`]);
  expect(existsSync(path)).toBe(true);
  const second = await open({ listen: { path } });
  expect(await says(dial(second))).toMatch(/^220 /);
});

async function tlsName(proxy: SmtpProxy): Promise<string> {
  const socket = dial(proxy);
  await says(socket);
  await says(socket, 'EHLO client.test');
  expect(await says(socket, 'STARTTLS')).toMatch(/^220 /);
  const secure: TLSSocket = connectTls({ socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  const name = String(secure.getPeerCertificate().subject.CN);
  secure.destroy();
  return name;
}

test('STARTTLS shows the operator\'s certificate, never the library\'s', async () => {
  expect(await tlsName(await open({ tls: certificateFiles('second') }))).toBe('second.example.test');
});

test('a changed certificate is read again; a broken one leaves the one before in use, and is logged once', () => {
  const files = { certFile: join(dir.path, 'cert.pem'), keyFile: join(dir.path, 'key.pem') };
  let stamp = 1;
  const put = (name: 'first' | 'second'): void => {
    copyFileSync(certificateFiles(name).certFile, files.certFile);
    copyFileSync(certificateFiles(name).keyFile, files.keyFile);
    utimesSync(files.certFile, stamp, stamp++);
  };
  const errors: unknown[] = [];
  let now = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
  put('first');
  const certificate = new Certificate(files, { ...silentLog, info: () => {}, error: (what: unknown) => void errors.push(what) } as never);
  const first = certificate.context();
  put('second');
  expect(certificate.context()).toBe(first); // looked at once a second at most
  now += 2000;
  const second = certificate.context();
  expect(second).not.toBe(first);
  writeFileSync(files.certFile, 'half a certif');
  for (let i = 0; i < 3; i++) {
    now += 2000;
    expect(certificate.context()).toBe(second);
  }
  expect(errors).toHaveLength(1);
  put('first');
  now += 2000;
  expect(certificate.context()).not.toBe(second);
  clock.mockRestore();
});

test('closing waits for the message under way, for no longer than it is told, and new connections are refused', async () => {
  const gateway = new ScriptedGateway({ options: [['verdict', '* => after 150 ms deliver']] });
  const proxy = await open({ gateway });
  const idle = dial(proxy);
  const busy = dial(proxy);
  await says(idle);
  await says(busy);
  await says(busy, 'HELO a');
  await says(busy, 'MAIL FROM:<a@sender.test>');
  await says(busy, 'RCPT TO:<b@example.test>');
  await says(busy, 'DATA');
  busy.write('Hi\r\n.\r\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const goodbye = once(idle, 'data');
  const start = performance.now();
  const closed = proxy.close(5000);
  expect(String((await goodbye)[0])).toMatch(/^421 4\.3\.2 /);
  const refused = await new Promise((resolve) => dial(proxy).once('error', resolve).once('data', resolve));
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  expect(await says(busy)).toMatch(/^250 2\.0\.0 Ok: queued\r\n421 4\.3\.2 /);
  await closed;
  expect(performance.now() - start).toBeLessThan(3000);
  expect(proxy.stats.connectionsOpen).toBe(0);
});

test('a handshake that breaks or never comes ends that connection alone', async () => {
  const proxy = await open({ tls: certificateFiles('first'), limits: { ...limitDefaults, commandTimeoutMs: 150 } });
  for (const handshake of ['this is no handshake\r\n', '']) {
    const socket = dial(proxy);
    await says(socket);
    await says(socket, 'EHLO client.test');
    await says(socket, 'STARTTLS');
    socket.write(handshake);
    await new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  }
  expect(await tlsName(proxy)).toBe('first.example.test');
});

test('byte by byte, the same comes of it', async () => {
  const gateway = new ScriptedGateway({ options: [] });
  const socket = dial(await open({ gateway }));
  await says(socket);
  let heard = '';
  socket.on('data', (chunk: Buffer) => { heard += chunk.toString(); });
  for (const char of 'HELO a\r\nMAIL FROM:<a@sender.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nHi\r\n..\r\n.\r\nQUIT\r\n') {
    socket.write(char);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'end');
  expect(heard.replace(/ .*/g, '').split('\r\n')).toEqual(['250', '250', '250', '354', '250', '221', '']);
  expect(gateway.record().message?.toString()).toBe('Hi\r\n.\r\n');
});

test('why the next hop cannot be reached is said in its own words, where there are any', async () => {
  const unreachable = { ...new ScriptedGateway({ options: [] }), capabilities: async () => { throw new Error('down'); }, handle: async () => ({ verdicts: [], replies: [] }) };
  for (const [error, expected] of [
    [new NextHopUnavailable({ code: 450, enhanced: '4.3.2', text: 'Closed for the night' }), '450 4.3.2 Closed for the night\r\n'],
    [new NextHopUnavailable({ code: 421, enhanced: '4.3.2', text: 'Too busy' }), '451 4.3.2 Too busy\r\n'],
    [new Error('ECONNREFUSED 192.0.2.1:25'), '451 4.4.1 The mail server behind this filter cannot be reached just now, please try again later\r\n'],
  ] as const) {
    const socket = dial(await open({ gateway: { ...unreachable, open: async () => { throw error; } } }));
    await says(socket);
    await says(socket, 'EHLO client.test');
    expect(await says(socket, 'MAIL FROM:<a@sender.test>')).toBe(expected);
  }
});

test('closing waits for a message whose client has gone', async () => {
  const gateway = new ScriptedGateway({ options: [['verdict', '* => after 150 ms deliver']] });
  const proxy = await open({ gateway });
  const socket = dial(proxy);
  await says(socket);
  for (const line of ['HELO a', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<b@example.test>', 'DATA']) await says(socket, line);
  socket.write('Hi\r\n.\r\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  await proxy.close(5000);
  expect(gateway.record().nextHop.at(-1)).toBe('release');
});
