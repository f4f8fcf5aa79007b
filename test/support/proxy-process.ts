/** A proxy in a process of its own, whose memory can be measured: `node proxy-process.ts`, prints its port, ends with its input. */
import { openSmtpProxy } from '../../src/intake/smtp-proxy.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import { silentLog } from '../../src/platform/log.ts';

const OK = { code: 250, enhanced: '2.1.0', text: 'Ok' };
const capabilities = { pipelining: true, eightBitMime: true, smtpUtf8: true, dsn: true, enhancedStatusCodes: true, sizeMaxBytes: 0 };

const proxy = await openSmtpProxy({
  listen: { host: '127.0.0.1', port: 0 }, protocol: 'smtp', hostname: 'mx.example.test', limits: limitDefaults, bareLineBreaks: 'refuse',
  trustedNetworks: ['127.0.0.0/8'], relays: [], ourNetworks: [], tls: null, clock: Date, log: silentLog,
  gateway: {
    capabilities: async () => capabilities,
    open: async () => ({ capabilities, mail: async () => OK, rcpt: async () => OK, release: () => {} }),
    handle: async ({ envelope, bytes }) => ({ verdicts: [], replies: envelope.recipients.map(() => ({ code: 250, enhanced: '2.0.0', text: `${bytes.length} bytes` })) }),
  },
});
console.log(JSON.stringify(proxy.address()));
process.stdin.on('end', () => process.exit(0)).resume();
