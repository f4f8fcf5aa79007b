import { mailAddress, type Envelope } from '../../src/message/envelope.ts';
import { walk } from '../../src/message/walk.ts';
import type { Assessment } from '../../src/pipeline.ts';
import { decideForAll } from '../../src/stations/decide.ts';
import { calibration, NOON, set } from '../support/policies.ts';

const bytes = Buffer.from('From: Shop <News@Shop.example>\r\nSubject: x\r\n\r\nHello\r\n');
const assessment: Assessment = {
  message: walk(bytes), signals: [], scoringFailed: false,
  authentication: { author: { state: 'pass', by: 'dkim' }, dkimAligned: true, results: '', signals: [], lookups: {} },
  score: { score: 0.1, kind: 'wanted', proof: null, newsletter: false, contributions: [], model: 'test' },
};

test('what one recipient said counts for them alone, with plus-addresses, by the address in From', async () => {
  const asked: unknown[] = [];
  const recipients = ['anna@example.com', 'anna+shop@example.com', 'boris@example.com'].map((address) => ({ address: mailAddress(address), parameters: [] }));
  const envelope = { id: 'x', receivedAt: 0, door: 'lmtp', direction: 'in', client: { ip: null, unknownReason: null, name: null, helo: '' }, tls: null, user: null, sender: mailAddress('a@b.example'), parameters: [], recipients } as Envelope;
  const decision = await decideForAll({ envelope, bytes }, assessment, {
    policies: () => set(''), calibration: calibration(), correspondents: { knows: async () => false }, retries: { ask: async () => 'first' }, ourDomains: new Set(), clock: { now: () => NOON },
    personal: {
      find: async (recipient, senders, now) => {
        asked.push([recipient, senders, now]);
        return recipient === 'anna@example.com' ? [{ recipient, sender: 'news@shop.example', kind: 'unwelcome', reason: '', at: 0, until: Infinity }] : [];
      },
    },
  });
  expect(decision.verdicts.map(({ action, reason }) => `${action} ${reason}`)).toEqual(['quarantine personal-block', 'quarantine personal-block', 'deliver looks-fine']);
  expect(asked).toEqual([['anna@example.com', ['news@shop.example'], NOON], ['anna@example.com', ['news@shop.example'], NOON], ['boris@example.com', ['news@shop.example'], NOON]]);
  // Recorded, so that the decision can be made again.
  expect(decision.recipientFacts.map(({ personal }) => personal?.unwelcome ?? null)).toEqual(['news@shop.example', 'news@shop.example', null]);
});
