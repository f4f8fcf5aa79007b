/**
 * What we rely on inside smtp-server, which its documentation does not promise. When one of these fails after an
 * update, read the library's new version before anything else.
 */
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';

const source = (of: (...args: never[]) => unknown): string => of.toString();
const connection = SMTPConnection.prototype as unknown as Record<string, (...args: never[]) => unknown>;
const server = SMTPServer.prototype as unknown as Record<string, (...args: never[]) => unknown>;
const stream = SMTPStream.prototype as unknown as Record<string, (...args: never[]) => unknown>;

test('the version is the one that was read', () => {
  const { version } = JSON.parse(readFileSync(require.resolve('smtp-server/package.json'), 'utf8')) as { version: string };
  expect(version).toBe('3.21.6');
});

test.each(['init', 'connectionReady', 'send', 'close', '_onClose', '_armTimeout', '_createParser', '_onCommand', '_setListeners', '_sendGreeting', '_getEnhancedStatusCode', 'upgrade'])(
  'connections have %s', (name) => expect(typeof connection[name]).toBe('function'));

test.each(['EHLO', 'HELO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'QUIT', 'HELP', 'VRFY', 'XCLIENT', 'XFORWARD', 'STARTTLS'])(
  'the handler of %s is where we replace it', (name) => expect(typeof connection[`handler_${name}`]).toBe('function'));

test('there is no handler that we neither replace nor disable', () => {
  const handlers = Object.getOwnPropertyNames(connection).filter((name) => name.startsWith('handler_')).sort();
  const known = ['AUTH', 'DATA', 'EHLO', 'HELO', 'HELP', 'KILL', 'MAIL', 'NOOP', 'QUIT', 'RCPT', 'RSET', 'SHELL', 'STARTTLS', 'VRFY', 'WIZ', 'XCLIENT', 'XFORWARD'];
  expect(handlers).toEqual(known.map((name) => `handler_${name}`));
});

test('nothing else writes to the socket than what we replace', () => {
  const writing = Object.getOwnPropertyNames(connection).filter((name) => name !== 'constructor' && /_socket\.write\(/.test(source(connection[name]!)));
  expect(writing).toEqual(['send']);
});

test('the greeting wait is in init, and the check for early talkers asks _ready', () => {
  expect(source(connection['init']!)).toMatch(/connectionReady\(\), 100\)/);
  expect(source(connection['_onCommand']!)).toMatch(/!this\._ready/);
});

test('STARTTLS takes its context from secureContext, retires the parser, and asks _createParser for a new one', () => {
  const upgrade = source(connection['upgrade']!);
  expect(upgrade).toMatch(/_parser\.isClosed = true/);
  expect(upgrade).toMatch(/_parser = this\._createParser\(\)/);
  expect(upgrade).toMatch(/createTLSSocketOptions/);
});

test('the context with the built-in key comes from updateSecureContext alone', () => {
  expect(source(server['updateSecureContext']!)).toMatch(/secureContext\.set\('\*'/);
  const others = Object.getOwnPropertyNames(server).filter((name) => name !== 'updateSecureContext' && name !== 'constructor' && /createSecureContext\(/.test(source(server[name]!)));
  expect(others).toEqual([]);
});

test('the parser is a stream whose _write, _flushData and isClosed are all that the connection needs', () => {
  expect(typeof stream['_write']).toBe('function');
  expect(typeof stream['_flushData']).toBe('function');
  expect(new SMTPStream().isClosed).toBe(false);
  expect(source(connection['_createParser']!)).toMatch(/new .*SMTPStream/);
});
