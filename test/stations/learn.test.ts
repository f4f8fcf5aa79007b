import type { Recorded } from '../../src/audit/recorded.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Authenticity } from '../../src/signals/signal.ts';
import { learnRelease, learnSent, learnUnwanted } from '../../src/stations/learn.ts';
import { envelope } from '../support/envelope.ts';
import { mail } from '../support/mail.ts';
import { decisionRow, heldRow, NOW } from '../storage/rows.ts';

function memory() {
  const learnt: unknown[] = [];
  const note = (...what: readonly unknown[]): void => void learnt.push(what);
  return {
    learnt,
    correspondents: { learn: (ours: string, theirs: readonly string[], _at: number, how: string) => note(how, ours, theirs) },
    history: { note: (event: string, addresses: readonly string[], proven: boolean, _at: number, count?: number) => note(event, addresses, proven, ...(count === undefined ? [] : [count])), sent: (id: string) => note('id', id) },
  };
}

const outgoing = (...header: readonly string[]) => ({ envelope: { ...envelope({ sender: 'bob@example.com', recipients: ['anna@example.net'] }), direction: 'out' as const }, bytes: mail(...header, '', 'Hello') });
const SENT = [['sent', 'bob@example.com', ['anna@example.net']], ['written', ['anna@example.net'], true]];

test.each<[string, readonly string[], readonly unknown[]]>([
  ['a letter', ['From: bob@example.com', 'Message-ID: <1@example.com>'], [...SENT, ['id', '<1@example.com>']]],
  ['a folded Message-ID', ['Message-ID:', ' <1@example.com>'], [...SENT, ['id', '<1@example.com>']]],
  ['no Message-ID', ['From: bob@example.com'], SENT],
  ['no machine', ['Auto-Submitted: no'], SENT],
  ['an absence notice', ['Auto-Submitted: auto-replied', 'Message-ID: <1@example.com>'], []],
  ['an absence notice of an old kind', ['Precedence: bulk'], []],
  ['another', ['X-Autoreply: yes'], []],
])('%s', (_, header, expected) => {
  const { learnt, ...parts } = memory();
  learnSent(outgoing(...header), ['anna@example.net'], parts, NOW);
  expect(learnt).toEqual(expected);
});

test('nobody accepted it; a bounce', () => {
  const { learnt, ...parts } = memory();
  learnSent(outgoing('From: bob@example.com'), [], parts, NOW);
  learnSent({ ...outgoing('From: x@example.com'), envelope: { ...envelope({ sender: '' }), direction: 'out' } }, ['anna@example.net'], parts, NOW);
  expect(learnt).toEqual([]);
});

async function released(author: Authenticity | null): Promise<readonly unknown[]> {
  const { learnt, ...parts } = memory();
  const facts: Partial<Recorded> = { v: 1, message: { authors: ['anna@sender.example'], author: author ?? { state: 'none' } } as never };
  const decisions = { find: async () => (author === null ? null : decisionRow({ facts: JSON.stringify(facts) })) };
  await learnRelease(heldRow(), { store: { ...parts, decisions }, clock: { now: () => NOW }, log: silentLog });
  return learnt;
}

test('a release makes an authenticated author a correspondent, and nobody else', async () => {
  expect(await released({ state: 'pass', by: 'dkim' })).toEqual([['released', ['anna@sender.example'], true], ['released', 'two@example.com', ['anna@sender.example']]]);
  expect(await released({ state: 'fail', policy: 'none' })).toEqual([['released', ['anna@sender.example'], false]]);
  expect(await released(null)).toEqual([]);
});

test('a database that fails stops nothing', async () => {
  const { learnt, ...parts } = memory();
  await learnRelease(heldRow(), { store: { ...parts, decisions: { find: () => Promise.reject(new Error('disk')) } }, clock: { now: () => NOW }, log: silentLog });
  expect(learnt).toEqual([]);
});

test('what somebody does not want, and what they thought better of', () => {
  const { learnt, history } = memory();
  const facts = JSON.stringify({ v: 1, message: { authors: ['anna@sender.example'], author: { state: 'none' } } });
  learnUnwanted(facts, history, NOW, 1);
  learnUnwanted(facts, history, NOW, -1);
  learnUnwanted('', history, NOW, 1);
  expect(learnt).toEqual([['blocked', ['anna@sender.example'], false, 1], ['blocked', ['anna@sender.example'], false, -1]]);
});
