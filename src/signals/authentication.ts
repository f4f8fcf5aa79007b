/** SPF, DKIM and DMARC of one message, under one deadline. Never throws; what could not be checked is unknown. */
import type { Resolver } from '../platform/resolver.ts';
import { checkDkim } from './dkim.ts';
import type { DkimOutcome } from './dkim.ts';
import { checkDmarc } from './dmarc.ts';
import type { DmarcOutcome } from './dmarc.ts';
import { isWithinOne } from './domains.ts';
import { domainOf } from './family.ts';
import { Lookups } from './lookups.ts';
import { isHeaderCutOff } from './plain-header.ts';
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
  { name: 'author-ours', meaning: 'The author writes from one of our own domains, and the domain vouches for it: forms on our website, programs of ours, colleagues elsewhere.' },
];

/**
 * @param deadlineMs time for all DNS questions of this message together
 * @returns the author's authenticity, the value of our Authentication-Results, signals, and the DNS answers used
 */
export async function authenticate(input: SignalInput, resolver: Resolver, deadlineMs: number): Promise<Authentication> {
  // Fields may stand beyond what was read: who the author is, nobody can say.
  if (isHeaderCutOff(input.message)) return notMade('header-too-large');
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
  const { envelope, message, bytes, ourDomains } = input;
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
    results: `${spf.row}; ${dkim.results.length === 1 ? dkim.results[0] : dkim.results.join('; ')}; ${dmarc.row}`,
    signals: signalsOf(spf, helo, dkim, dmarc, isWithinOne(author, ourDomains)),
    lookups: lookups.record(),
  };
}

function signalsOf(spf: SpfOutcome, helo: SpfOutcome | null, dkim: DkimOutcome, dmarc: DmarcOutcome, isOurs: boolean): readonly Signal[] {
  const signals: Signal[] = [spfSignal('spf', spf), helo === null ? NONE.helo : spfSignal('spf-helo', helo)];
  addDkim(signals, dkim);
  addAuthor(signals, dmarc, dkim);
  signals.push(isOurs ? oursSignal(dmarc.author) : NONE.ours);
  return signals;
}

/** Nobody could look: every signal is unknown for the same reason. */
export function notMade(reason: string, lookups: Readonly<Record<string, string>> = {}): Authentication {
  const signals = authenticationDescribes.map(({ name }) => unknown(name, reason));
  return { author: { state: 'unknown', reason }, dkimAligned: false, results: 'spf=temperror; dkim=temperror; dmarc=temperror', signals, lookups };
}

const NONE = {
  helo: absent('spf-helo'), dkim: absent('dkim'), partial: absent('dkim-partial'), tooMany: absent('dkim-too-many'), dmarc: absent('dmarc'), policy: absent('dmarc-policy'),
  authentic: absent('author-authentic'), aligned: absent('dkim-aligned'), ours: absent('author-ours'),
} as const;

function spfSignal(name: string, { result, reason }: SpfOutcome): Signal {
  if (result === 'unknown' || result === 'temperror') return unknown(name, reason ?? 'servfail');
  return result === 'none' ? absent(name) : present(name, result);
}

function oursSignal(author: DmarcOutcome['author']): Signal {
  return author.state === 'pass' ? present('author-ours') : author.state === 'unknown' ? unknown('author-ours', author.reason) : NONE.ours;
}

const RANKING = ['pass', 'temperror', 'fail', 'policy', 'permerror', 'neutral'] as const;

function addDkim(signals: Signal[], { signatures, failure, ignored }: DkimOutcome): void {
  const best = RANKING.find((result) => signatures.some((signature) => signature.result === result));
  signals.push(best === undefined ? NONE.dkim : best === 'temperror' ? unknown('dkim', failure ?? 'servfail') : present('dkim', best));
  const isPartial = signatures.some(({ result, partial }) => result === 'pass' && partial);
  signals.push(isPartial ? present('dkim-partial') : NONE.partial, ignored > 0 ? present('dkim-too-many', ignored) : NONE.tooMany);
}

function addAuthor(signals: Signal[], { author, dkimAligned, result, reason }: DmarcOutcome, dkim: DkimOutcome): void {
  signals.push(result === 'unknown' ? unknown('dmarc', reason ?? 'servfail') : result === 'none' ? NONE.dmarc : present('dmarc', result));
  signals.push(author.state === 'fail' ? present('dmarc-policy', author.policy) : NONE.policy);
  signals.push(author.state === 'pass' ? present('author-authentic', author.by) : author.state === 'unknown' ? unknown('author-authentic', author.reason) : NONE.authentic);
  // Only a signature whose key could not be fetched leaves open whether it would have aligned.
  const isOpen = dkim.signatures.some(({ result }) => result === 'temperror');
  signals.push(dkimAligned ? present('dkim-aligned') : isOpen ? unknown('dkim-aligned', dkim.failure ?? 'servfail') : NONE.aligned);
}
