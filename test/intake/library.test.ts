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

test.each(['init', 'connectionReady', 'send', 'close', '_onClose', '_onCloseEvent', '_onError', '_armTimeout', '_createParser', '_setListeners', '_sendGreeting', '_getEnhancedStatusCode', 'upgrade'])(
  'connections have %s', (name) => expect(typeof connection[name]).toBe('function'));

test('commands reach the library by its parser alone, which we replace: none of its own handlers ever runs', () => {
  const calling = (what: RegExp): string[] => Object.getOwnPropertyNames(connection).filter((name) => name !== 'constructor' && what.test(source(connection[name]!)));
  expect(calling(/_onCommand\(command, callback\)(?! \{)|[=>] this\._onCommand\(/)).toEqual(['_createParser']);
  expect(calling(/this\._getHandler\(/)).toEqual(['_onCommand', '_isSupported']);
  expect(calling(/\.handler_[A-Z]+\(/)).toEqual([]);
});

test('what is read of the constructor is what it takes from us: no name is made up, no address asked for', () => {
  const made = source(SMTPConnection as unknown as (...args: never[]) => unknown);
  expect(made).toMatch(/options\.id \|\|/);
  expect(made).toMatch(/options\.localAddress \|\|/);
  expect(source(server['_handleProxy']!)).toMatch(/^_handleProxy\(socket, callback\)[^]*callback\(null, socketOptions\)/);
});

test('nothing else writes to the socket than what we replace', () => {
  const writing = Object.getOwnPropertyNames(connection).filter((name) => name !== 'constructor' && /_socket\.write\(/.test(source(connection[name]!)));
  expect(writing).toEqual(['send']);
});

test('the greeting wait is in init, and the greeting in connectionReady', () => {
  expect(source(connection['init']!)).toMatch(/connectionReady\(\), 100\)/);
  expect(source(connection['connectionReady']!)).toMatch(/_ready = true[^]*_sendGreeting\(\)/);
});

test('STARTTLS takes its context from secureContext, retires the parser, and asks _createParser for a new one', () => {
  const upgrade = source(connection['upgrade']!);
  expect(upgrade).toMatch(/_parser\.isClosed = true/);
  expect(upgrade).toMatch(/_parser = this\._createParser\(\)/);
  expect(upgrade).toMatch(/createTLSSocketOptions/);
  expect(upgrade).toMatch(/_socket\.pipe\(this\._parser\)/);
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
