/** Clients that do anything at any time: nothing crashes, nothing stays behind. */
import * as fc from 'fast-check';
import { connect } from 'node:net';
import type { Gateway } from '../../src/intake/door.ts';
import { assumedCapabilities } from '../../src/intake/capabilities.ts';
import { reply } from '../../src/intake/reply.ts';
import { openSmtpProxy, type SmtpProxy } from '../../src/intake/smtp-proxy.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { certificateFiles } from '../support/smtp-door.ts';

const counts = { opened: 0, released: 0, overlapping: 0, handled: 0 };

/** Slow and moody; watches that it is used as agreed. */
const gateway: Gateway = {
  capabilities: async () => assumedCapabilities,
  open: async () => {
    counts.opened++;
    let busy = false;
    let calls = counts.opened;
    const answer = async () => {
      if (busy) counts.overlapping++;
      busy = true;
      await new Promise((resolve) => setTimeout(resolve, calls % 3));
      busy = false;
      return reply(++calls % 7 === 0 ? 450 : 250, null, 'answer');
    };
    return { capabilities: assumedCapabilities, mail: answer, rcpt: answer, release: () => { if (busy) counts.overlapping++; counts.released++; } };
  },
  handle: async ({ envelope, bytes }) => {
    counts.handled++;
    await new Promise((resolve) => setTimeout(resolve, bytes.length % 3));
    if (bytes.length % 11 === 0) throw new Error('moody');
    return { verdicts: [], replies: envelope.recipients.map(() => reply(250, null, 'taken')) };
  },
};

let proxy: SmtpProxy;
beforeAll(async () => {
  proxy = await openSmtpProxy({
    listen: { host: '127.0.0.1', port: 0 }, protocol: 'smtp', hostname: 'mx.example.test', gateway, bareLineBreaks: 'refuse', trustedNetworks: ['127.0.0.0/8'], relays: [], ourNetworks: [],
    tls: certificateFiles('first'), clock: systemClock, log: silentLog, limits: { ...limitDefaults, messageMaxBytes: 2000, commandTimeoutMs: 2000, commandsMax: 30 },
  });
});

const line = fc.constantFrom('EHLO a', 'HELO a', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA', 'text', '.', '..', 'RSET', 'NOOP', 'QUIT', 'STARTTLS', 'XCLIENT ADDR=192.0.2.1', 'XFORWARD ADDR=192.0.2.1', 'BDAT 3', 'x'.repeat(3000), '\0\x01', 'VRFY x');
const usual = fc.constant(['EHLO a', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA', 'Hi', '.']);
const script = fc.tuple(
  fc.array(fc.oneof({ weight: 2, arbitrary: usual }, { weight: 3, arbitrary: line.map((one) => [one]) }), { maxLength: 12 }).map((parts) => parts.flat()),
  fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }), fc.constantFrom('end', 'destroy', 'reset'));

/** @returns every reply line */
function talk([lines, ending, cuts, leaving]: [string[], string, number[], string]): Promise<string[]> {
  return new Promise((resolve) => {
    const address = proxy.address() as { host: string; port: number };
    const socket = connect(address);
    let heard = '';
    const bytes = Buffer.from(lines.map((each) => each + ending).join(''), 'latin1');
    let at = 0;
    const next = (): void => {
      const length = cuts.shift() ?? bytes.length;
      socket.write(bytes.subarray(at, at + length));
      at += length;
      if (at < bytes.length) return void setImmediate(next);
      if (leaving === 'end') socket.end();
      else setTimeout(() => (leaving === 'reset' ? socket.resetAndDestroy() : socket.destroy()), 3);
    };
    socket.once('connect', next).on('data', (chunk: Buffer) => { heard += chunk.toString('latin1'); }).on('error', () => {}).once('close', () => resolve(heard.split('\r\n').slice(0, -1)));
  });
}

test('whatever clients do, replies are replies, and every transaction is released once', async () => {
  await fc.assert(fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 8 }), async (scripts) => {
    for (const heard of await Promise.all(scripts.map(talk))) {
      // Behind STARTTLS comes a handshake record, not a line.
      const upToTls = heard.slice(0, heard.findIndex((each) => each.includes('Ready to start TLS')) + 1 || heard.length);
      for (const each of upToTls) expect(each).toMatch(/^[2345]\d\d(?:[ -][\x20-\x7e]*)?$/);
    }
  }), { numRuns: 150 });
  await proxy.close(2000);
  expect(counts.handled).toBeGreaterThan(20);
  expect(counts.overlapping).toBe(0);
  expect(counts.released).toBe(counts.opened);
  expect(proxy.stats).toMatchObject({ connectionsOpen: 0, bytesInFlight: 0 });
}, 60_000);
