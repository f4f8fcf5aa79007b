/** The SMTP and LMTP proxy as a door for conversations. */
import { join } from 'node:path';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { openSmtpProxy } from '../../src/intake/smtp-proxy.ts';
import { limitDefaults } from '../../src/message/limits.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Conversation, ConversationDoor, OpenDoor } from './conversation.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

/** @param dir for sockets; the caller removes it */
export function smtpDoor(dir: string): ConversationDoor {
  return { name: 'smtp', open: (conversation) => openDoor(conversation, dir) };
}

async function openDoor(conversation: Conversation, dir: string): Promise<OpenDoor> {
  const of = (key: string): string | undefined => conversation.options.find(([name]) => name === key)?.[1];
  const list = (key: string): string[] => of(key)?.split(/\s+/) ?? [];
  const limits = Object.fromEntries(list('limits').map((each) => [each.split('=')[0], Number(each.split('=')[1])]));
  const gateway = new ScriptedGateway(conversation);
  const budgetMaxBytes = Number(of('budget') ?? Infinity);
  const proxy = await openSmtpProxy({
    listen: of('listen') === 'unix' ? { path: join(dir, `c${process.pid}.sock`) } : { host: '127.0.0.1', port: 0 },
    protocol: of('protocol') === 'lmtp' ? 'lmtp' : 'smtp',
    hostname: 'mx.example.test',
    gateway,
    limits: { ...limitDefaults, ...limits },
    bareLineBreaks: of('bare-line-breaks') === 'normalise' ? 'normalise' : 'refuse',
    // Others than 127.0.0.1 are strangers: every address in 127.0.0.0/8 can be connected from.
    trustedNetworks: ['127.0.0.1/32'],
    relays: list('relays'),
    ourNetworks: list('our-networks'),
    tls: of('tls') === 'yes' ? certificateFiles('first') : null,
    budget: new ByteBudget(budgetMaxBytes),
    clock: { now: () => 1_780_000_000_000 },
    log: silentLog,
  });
  const address = proxy.address();
  const others: Promise<void>[] = [];
  return {
    target: 'path' in address ? address : { ...address, localAddress: of('client') ?? '127.0.0.1' },
    record: () => gateway.record(),
    perform: async (action) => {
      if (!action.startsWith('shut down')) throw new Error(`no such action: ${action}`);
      others.push(proxy.close(Number(/within (\d+) ms/.exec(action)?.[1] ?? 2000)));
    },
    close: async () => {
      await Promise.all([...others, proxy.close(50)]);
      if (proxy.stats.bytesInFlight !== 0) throw new Error(`${conversation.file}: ${proxy.stats.bytesInFlight} bytes were never given back`);
    },
  };
}

/** Certificates made for these tests; whoever reads this has their keys. */
export function certificateFiles(name: 'first' | 'second'): { readonly certFile: string; readonly keyFile: string } {
  const dir = join(__dirname, '../fixtures/tls');
  return { certFile: join(dir, `${name}.cert.pem`), keyFile: join(dir, `${name}.key.pem`) };
}
