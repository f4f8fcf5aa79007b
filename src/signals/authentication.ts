/** SPF, DKIM and DMARC of one message, under one deadline. Never throws; what could not be checked is unknown. */
import type { Resolver } from '../platform/resolver.ts';
import { checkDkim } from './dkim.ts';
import type { DkimOutcome } from './dkim.ts';
import { checkDmarc } from './dmarc.ts';
import type { DmarcOutcome } from './dmarc.ts';
import { domainOf } from './family.ts';
import { Lookups } from './lookups.ts';
import { absent, present, unknown } from './signal.ts';
import type { Authentication, Signal, SignalDescription, SignalInput } from './signal.ts';
import { checkHelo, checkMailFrom } from './spf.ts';
import type { SpfOutcome } from './spf.ts';

export const authenticationDescribes: readonly SignalDescription[] = [
  { name: 'spf', meaning: 'What the domain of the envelope sender says about the server that handed the message over: pass, fail, softfail, neutral or permerror. Absent: the domain says nothing.' },
  { name: 'spf-helo', meaning: 'The same question about the name by which the server introduced itself.' },
  { name: 'dkim', meaning: 'The best result of the signatures on the message: pass, fail, neutral or policy. Absent: it is not signed.' },
  { name: 'dkim-aligned', meaning: "A valid signature of the author's own domain." },
  { name: 'dkim-partial', meaning: 'A valid signature leaves part of the text unsigned, so anybody could have added it.' },
  { name: 'dkim-too-many', meaning: 'There are more signatures than anybody needs; the rest was not looked at.' },
  { name: 'dmarc', meaning: 'Whether the author address passes or fails what its domain has published. Absent: it has published nothing.' },
  { name: 'dmarc-policy', meaning: 'What the domain asks for mail that fails: none, quarantine or reject. Only present when the message failed.' },
  { name: 'author-authentic', meaning: "The author's address is vouched for by its own domain, with or without a published policy." },
];

/**
 * @param deadlineMs time for all DNS questions of this message together
 * @returns the author's authenticity, the value of our Authentication-Results, signals, and the DNS answers used
 */
export async function authenticate(input: SignalInput, resolver: Resolver, deadlineMs: number): Promise<Authentication> {
  // Fields may stand beyond what was read: who the author is, nobody can say.
  if (input.message.unopened.some(({ reason }) => reason === 'header-too-large')) return notMade('header-too-large');
  const lookups = new Lookups(resolver, deadlineMs);
  try {
    return await check(input, lookups);
  } catch (error) {
    // A defect in a library must not stop mail; it is reported as what it is: a check that was not made.
    const detail = String((error as { message?: unknown } | null)?.message ?? error).slice(0, 100);
    return notMade(`check-failed: ${detail}`, lookups.record());
  } finally {
    lookups.close();
  }
}

const PLAIN_DOMAIN = /^(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;

async function check(input: SignalInput, lookups: Lookups): Promise<Authentication> {
  const { envelope, message, bytes } = input;
  // DMARC is judged last, but its record can travel while SPF and DKIM are checked.
  const author = domainOf(message.from[0]?.address ?? '');
  if (PLAIN_DOMAIN.test(author)) lookups.prefetch(`_dmarc.${author}`, 'TXT');
  const [spf, helo, dkim] = await Promise.all([
    checkMailFrom(envelope, lookups.asker()),
    checkHelo(envelope, lookups.asker()),
    checkDkim(message, bytes, envelope.sender.raw, lookups.asker()),
  ]);
  const dmarc = await checkDmarc(message, spf, dkim, lookups.asker());
  return {
    author: dmarc.author,
    dkimAligned: dmarc.dkimAligned,
    results: [spf.row, ...dkim.results, dmarc.row].join('; '),
    signals: [spfSignal('spf', spf), helo === null ? absent('spf-helo') : spfSignal('spf-helo', helo), ...dkimSignals(dkim), ...authorSignals(dmarc, dkim)],
    lookups: lookups.record(),
  };
}

/** Nobody could look: every signal is unknown for the same reason. */
export function notMade(reason: string, lookups: Readonly<Record<string, string>> = {}): Authentication {
  const signals = authenticationDescribes.map(({ name }) => unknown(name, reason));
  return { author: { state: 'unknown', reason }, dkimAligned: false, results: 'spf=temperror; dkim=temperror; dmarc=temperror', signals, lookups };
}

function spfSignal(name: string, { result, reason }: SpfOutcome): Signal {
  if (result === 'unknown' || result === 'temperror') return unknown(name, reason ?? 'servfail');
  return result === 'none' ? absent(name) : present(name, result);
}

const RANKING = ['pass', 'temperror', 'fail', 'policy', 'permerror', 'neutral'] as const;

function dkimSignals({ signatures, failure, ignored }: DkimOutcome): readonly Signal[] {
  const best = RANKING.find((result) => signatures.some((signature) => signature.result === result));
  const result = best === undefined ? absent('dkim') : best === 'temperror' ? unknown('dkim', failure ?? 'servfail') : present('dkim', best);
  const isPartial = signatures.some(({ result, partial }) => result === 'pass' && partial);
  return [result, isPartial ? present('dkim-partial') : absent('dkim-partial'), ignored > 0 ? present('dkim-too-many', ignored) : absent('dkim-too-many')];
}

function authorSignals({ author, dkimAligned, result, reason }: DmarcOutcome, dkim: DkimOutcome): readonly Signal[] {
  const dmarc = result === 'unknown' ? unknown('dmarc', reason ?? 'servfail') : result === 'none' ? absent('dmarc') : present('dmarc', result);
  const authentic =
    author.state === 'pass' ? present('author-authentic', author.by) : author.state === 'unknown' ? unknown('author-authentic', author.reason) : absent('author-authentic');
  // Only a signature whose key could not be fetched leaves open whether it would have aligned.
  const isOpen = dkim.signatures.some(({ result }) => result === 'temperror');
  const aligned = dkimAligned ? present('dkim-aligned') : isOpen ? unknown('dkim-aligned', dkim.failure ?? 'servfail') : absent('dkim-aligned');
  return [dmarc, author.state === 'fail' ? present('dmarc-policy', author.policy) : absent('dmarc-policy'), authentic, aligned];
}
