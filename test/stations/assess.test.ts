import { silentLog } from '../../src/platform/log.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { messageFacts } from '../../src/policy/facts.ts';
import { judgeKind } from '../../src/scoring/kinds.ts';
import type { Scorer } from '../../src/scoring/score.ts';
import { assess } from '../../src/stations/assess.ts';
import { openProbes } from '../../src/stations/open-probes.ts';
import { PROGRAM, zip } from '../support/files.ts';
import { attached, input } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

/** Knows danger, and nothing else. */
const scorer: Scorer = {
  model: 'none',
  score: (input) => ({ ...judgeKind(input, false), score: 0, contributions: [], model: 'none' }),
  thresholdFor: () => ({ threshold: 1, estimatedShare: 0, conservativeShare: 1, proven: false, lacking: 0 }),
};

const nobody = { counts: async () => ({ proven: ZERO, unproven: ZERO }), wasSent: async () => false };
const ZERO = { written: 0, released: 0, blocked: 0, complained: 0 };

async function judged(mail: MailTraits, clamav: { readonly path: string } | null = null) {
  const { envelope, bytes } = input(mail);
  const probes = openProbes({ clamav, dnsLists: [{ zone: 'ip.list', kind: 'ip', codes: [] }], trustedArcSealers: [] }, nobody, { now: () => 0 }, silentLog);
  const assessment = await assess({ envelope, bytes }, { resolver: offlineResolver, scorer, ourDomains: new Set(), log: silentLog, timed: () => undefined, probes });
  return messageFacts(assessment, new Set(), false);
}

test('what nobody could open reaches the policies, whoever found it', async () => {
  expect((await judged({})).unopened).toEqual([]);
  expect((await judged(attached('a.zip', zip([{ name: 'a.txt', data: 'x' }])))).unopened).toEqual([]);
  expect((await judged(attached('a.zip', zip([{ name: 'a.txt', data: 'x', encrypted: true }])))).unopened).toEqual(['encrypted']);
  expect((await judged({}, { path: '/nonexistent/clamd.sock' })).unopened).toEqual(['scanner-down']);
});

test('what is dangerous is so whatever wraps it', async () => {
  expect((await judged(attached('a.zip', zip([{ name: 'photos.zip', data: zip([{ name: 'x.txt', data: PROGRAM }]) }]))))).toMatchObject({ kind: 'dangerous', proof: 'executable' });
});
