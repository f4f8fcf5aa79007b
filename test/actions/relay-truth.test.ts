/** Whatever the next hop does at whatever stage: a success is told only to whom the next hop gave one, message and all. */
import * as fc from 'fast-check';
import { mailAddress } from '../../src/message/envelope.ts';
import type { Step } from '../support/next-hop.ts';
import { RelayCase } from '../support/relay-case.ts';

const bad: fc.Arbitrary<Step> = fc.constantFrom<Step[]>('450 4.2.0 Later', '550 5.7.1 No', '421 4.3.2 Bye', 'close', { raw: 'garbage\r\n' }, { raw: '250 2.0.0 a\r\n250 2.0.0 b\r\n' }, { reply: '451 4.3.0 Off', andClose: true });
/** Mostly as it should be. */
const mostly = (good: string): fc.Arbitrary<Step> => fc.oneof({ weight: 6, arbitrary: fc.constant<Step>(good) }, { weight: 1, arbitrary: bad });

const plan = fc.record({
  protocol: fc.constantFrom<('smtp' | 'lmtp')[]>('smtp', 'lmtp'),
  pipelining: fc.boolean(),
  mail: mostly('250 2.1.0 Ok'), data: mostly('354 Go'), rset: mostly('250 2.0.0 Ok'),
  rcpt: fc.array(mostly('250 2.1.5 Ok'), { minLength: 4, maxLength: 4 }),
  dot: fc.array(mostly('250 2.0.0 Ok'), { minLength: 4, maxLength: 4 }),
  /** For each transaction: what group each recipient is in; -1: held by us. */
  transactions: fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
  hangUpBeforeData: fc.boolean(),
});

it('no success without the message at the next hop, and none of those held goes there', async () => {
  await fc.assert(fc.asyncProperty(plan, async ({ protocol, pipelining, mail, data, rset, rcpt, dot, transactions, hangUpBeforeData }) => {
    const relay = await RelayCase.start({ protocol, mail, data, rset, rcpt: (_, n) => rcpt[n % 4] as Step, dot: (_, n) => dot[n % 4] as Step, capabilities: pipelining ? ['PIPELINING'] : [] }, { timeoutMs: 400 });
    try {
      for (const [t, groups] of transactions.entries()) {
        const session = await relay.open();
        const accepted: number[] = [];
        if ((await session.mail(mailAddress('a@sender.example'), [])).code === 250) {
          for (const [n, group] of groups.entries()) if ((await session.rcpt(mailAddress(`t${t}r${n}@example.com`), [])).code === 250) accepted.push(group === -1 ? -1 : n);
        }
        if (hangUpBeforeData) relay.hop.hangUp();
        for (const group of [0, 1]) {
          const indices = accepted.flatMap((n, index) => (n >= 0 && groups[n] === group ? [index] : []));
          if (indices.length === 0) continue;
          const text = `t${t}g${group}\r\n.\r\n.b\r\n`;
          const replies = await session.deliver(indices, [Buffer.from(text)]);
          expect(replies).toHaveLength(indices.length);
          replies.forEach((reply, at) => {
            const address = `t${t}r${accepted[indices[at] as number]}@example.com`;
            expect([2, 4, 5]).toContain(Math.floor(reply.code / 100));
            if (reply.code < 300) expect(relay.hop.messages.some((each) => each.bytes.toString() === text && each.recipients.some((recipient) => recipient.address === address))).toBe(true);
          });
        }
        session.release();
      }
      // No text reached anybody outside its group, and nobody held got anything.
      for (const message of relay.hop.messages) {
        const [, t = '', group = ''] = /^t(\d)g(\d)/.exec(message.bytes.toString()) ?? [];
        for (const { address } of message.recipients) {
          const n = Number(/r(\d)@/.exec(address)?.[1]);
          expect([address.startsWith(`t${t}r`), transactions[Number(t)]?.[n]]).toEqual([true, Number(group)]);
        }
      }
    } finally {
      await relay.stop();
    }
  }), { numRuns: 150 });
}, 60_000);
