/**
 * Invariant 1, for every combination of verdicts, answers of the next hop and failures of the disk:
 * a 2xx for a recipient means that their message was delivered or is durably held, and a "no" means that it is not.
 */
import fc from 'fast-check';
import { HoldError } from '../src/actions/hold.ts';
import { mailAddress, type Door, type Transaction } from '../src/message/envelope.ts';
import { walk } from '../src/message/walk.ts';
import { handle, type Assessment, type DeliveryGroup, type Onward, type Reply, type Stations } from '../src/pipeline.ts';
import { silentLog } from '../src/platform/log.ts';
import { settle } from '../src/policy/combine.ts';
import { messageFacts } from '../src/policy/facts.ts';
import { ACTIONS, type Action, type Verdict } from '../src/policy/verdict.ts';
import { replyForAll } from '../src/intake/reply.ts';
import { notMade } from '../src/signals/authentication.ts';
import { act } from '../src/stations/act.ts';
import { fail, passOn } from '../src/stations/pass-on.ts';
import { envelope } from './support/envelope.ts';

const bytes = Buffer.from('From: a@b.example\r\nSubject: x\r\nX-Usher-Verdict: deliver\r\n\r\nHello\r\n');
const assessment: Assessment = {
  message: walk(bytes), signals: [], authentication: notMade('offline'), scoringFailed: false,
  score: { score: 0.5, kind: 'wanted', proof: null, newsletter: false, contributions: [], model: 'test' },
};

function verdictFor(recipient: string, action: Action): Verdict {
  return {
    recipient, action, policy: 'p', revision: 'r', reason: 'spam', qualifiers: [], match: null, wouldHave: null, spamThreshold: 1, certainThreshold: 1,
    markWith: action === 'mark' ? '[S]' : null, junkFolder: action === 'junk-folder' ? 'Junk' : null, folder: 'Suspected spam', words: action === 'reject' ? 'no' : null, language: 'en',
  };
}

const replyOf = (code: number): Reply => ({ code, enhanced: null, text: 'next hop' });

interface World {
  readonly delivered: Set<number>;
  readonly held: Set<number>;
}

function nextHop(world: World, codes: readonly number[]): Onward {
  let at = 0;
  return {
    deliver: async (group: DeliveryGroup) => group.recipients.map((recipient) => {
      const code = codes[at++ % codes.length] as number;
      if (code < 300) world.delivered.add(recipient);
      return replyOf(code);
    }),
    abandon: async () => undefined,
  };
}

function holder(world: World, works: boolean, undeliveredWorks: boolean) {
  const keep = (recipients: readonly number[], can: boolean) => {
    if (!can) throw new HoldError('disk-full', new Error('ENOSPC'));
    const fresh = recipients.filter((each) => !world.held.has(each));
    for (const each of fresh) world.held.add(each);
    return { withdraw: async () => fresh.forEach((each) => world.held.delete(each)) };
  };
  return {
    hold: async (_t: unknown, _m: unknown, _s: unknown, _v: unknown, recipients: readonly number[]) => keep(recipients, works),
    holdUndelivered: async (_t: unknown, _m: unknown, _s: unknown, _v: unknown, recipients: readonly number[]) => keep(recipients, undeliveredWorks),
  };
}

interface Run { readonly door: Door; readonly actions: readonly Action[]; readonly codes: readonly number[]; readonly holds: boolean; readonly undelivered: boolean; readonly breaks: boolean; readonly direction: 'in' | 'out' }

async function run({ door, actions, codes, holds, undelivered, breaks, direction }: Run) {
  const world: World = { delivered: new Set(), held: new Set() };
  const transaction: Transaction = {
    bytes,
    envelope: {
      id: '0123456789abcdef', receivedAt: 0, door, direction, client: { ip: '192.0.2.1', unknownReason: null, name: null, helo: 'x' }, tls: null, user: null,
      sender: mailAddress('a@b.example'), parameters: [], recipients: actions.map((_, index) => ({ address: mailAddress(`r${index}@example.com`), parameters: [] })),
    },
  };
  const stations: Stations = {
    isExempt: async () => direction === 'out',
    passOn: (given, onward) => passOn(given, onward, { hostname: 'h', correspondents: { learn: () => undefined }, history: { note: () => undefined, sent: () => undefined }, clock: { now: () => 0 }, timed: () => undefined }),
    assess: async () => assessment,
    decide: async () => {
      if (breaks) throw new Error('the database is away');
      return { verdicts: settle(actions.map((action, index) => verdictFor(`r${index}@example.com`, action)), door === 'lmtp'), recipientFacts: [], facts: messageFacts(assessment, new Set(), false), decidedAt: 0 };
    },
    act: (given, seen, verdicts, onward) => act(given, seen, verdicts, onward, { holder: holder(world, holds, undelivered), hostname: 'h', log: silentLog, timed: () => undefined, holdFailed: () => undefined }),
    fail: (given, onward, error) => fail(given, onward, error, { hostname: 'h', onFailure: 'ask-to-retry', markUncheckedWith: '[?]', log: silentLog, timed: () => undefined }),
    record: () => undefined,
  };
  const outcome = await handle(transaction, nextHop(world, codes), stations);
  return { world, outcome };
}

const runs: fc.Arbitrary<Run> = fc.record({
  door: fc.constantFrom<Door>('smtp', 'lmtp'),
  actions: fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 5 }),
  codes: fc.array(fc.constantFrom(250, 451, 550), { minLength: 1, maxLength: 5 }),
  holds: fc.boolean(), undelivered: fc.boolean(), breaks: fc.boolean(), direction: fc.constantFrom<'in' | 'out'>('in', 'in', 'out'),
});

test('never a 250 without delivery or a durable hold, for anybody', async () => {
  await fc.assert(fc.asyncProperty(runs, async (each) => {
    const { world, outcome } = await run(each);
    const replies = each.door === 'lmtp' ? outcome.replies : each.actions.map(() => replyForAll(outcome.replies));
    expect(replies).toHaveLength(each.actions.length);
    replies.forEach((reply, index) => {
      if (reply.code < 300) expect(world.delivered.has(index) || world.held.has(index)).toBe(true);
    });
  }), { numRuns: 3000 });
});

test('what could not be scored is held without a score', async () => {
  const scores: unknown[] = [];
  const keep = async (_t: unknown, _m: unknown, score: unknown) => {
    scores.push(score);
    return { withdraw: async () => undefined };
  };
  const transaction = { bytes, envelope: envelope({ recipients: ['r0@example.com'] }) };
  for (const scoringFailed of [true, false]) {
    await act(transaction, { ...assessment, scoringFailed }, [verdictFor('r0@example.com', 'quarantine')], nextHop({ delivered: new Set(), held: new Set() }, [250]), { holder: { hold: keep, holdUndelivered: keep }, hostname: 'h', log: silentLog, timed: () => undefined, holdFailed: () => undefined });
  }
  expect(scores).toEqual([null, assessment.score]);
});

test('who was told "no" for good has it nowhere', async () => {
  await fc.assert(fc.asyncProperty(runs, async (each) => {
    const { world, outcome } = await run(each);
    if (each.direction === 'out') return; // A next hop that answers each recipient apart may have taken it for some.
    const replies = each.door === 'lmtp' ? outcome.replies : each.actions.map(() => replyForAll(outcome.replies));
    replies.forEach((reply, index) => {
      if (reply.code >= 500) expect([world.delivered.has(index), world.held.has(index)]).toEqual([false, false]);
    });
  }), { numRuns: 3000 });
});

test.each<[string, Partial<Run>, number[]]>([
  ['the next hop answers for delivered mail', { actions: ['deliver'], codes: [250] }, [250]],
  ['its refusal is passed on', { actions: ['deliver'], codes: [550] }, [550]],
  ['held alone is accepted', { actions: ['quarantine'] }, [250]],
  ['held with a full disk is put off', { actions: ['quarantine'], holds: false }, [452]],
  ['rejected alone is rejected', { actions: ['reject'] }, [550]],
  ['who would reject holds when others accept', { actions: ['reject', 'deliver'], codes: [250] }, [250, 250]],
  ['over LMTP each has their own answer', { door: 'lmtp', actions: ['reject', 'deliver', 'quarantine'], codes: [250] }, [550, 250, 250]],
  ['over LMTP a full disk hits only what would be held', { door: 'lmtp', actions: ['quarantine', 'deliver'], codes: [250], holds: false }, [452, 250]],
  ['a held copy is withdrawn when the delivery is refused', { actions: ['quarantine', 'deliver'], codes: [550] }, [550, 550]],
  ['two versions of one message, the second refused: kept for the outbox', { actions: ['deliver', 'mark'], codes: [250, 451] }, [250, 250]],
  ['no decision: the sender tries again', { actions: ['deliver'], breaks: true }, [451]],
])('%s', async (_name, given, codes) => {
  const { outcome } = await run({ door: 'smtp', actions: ['deliver'], codes: [250], holds: true, undelivered: true, breaks: false, direction: 'in', ...given });
  expect(outcome.replies.map((reply) => reply.code)).toEqual(codes);
});
