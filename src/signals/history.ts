/**
 * What this company knows of the author: whether we wrote to them, what became of their mail, whether this answers us.
 * Only an authenticated author inherits a good name: a forged message from a known address is worse than one from a stranger,
 * not better. And what a forger did is never held against the one whose name was borrowed.
 */
import { history as bounds } from '../message/limits.ts';
import { mailAddress } from '../message/envelope.ts';
import type { Message } from '../message/message.ts';
import { field } from './family.ts';
import { probe, Unknown } from './probe.ts';
import type { Asked, Probe, ProbeContext } from './probe.ts';
import type { SignalInput } from './signal.ts';

/** Weights of events that have faded with time; the port of storage/store.ts, as far as it is needed. */
export interface KnownSenders {
  counts(address: string, now: number): Promise<Readonly<Record<'proven' | 'unproven', Readonly<Record<'written' | 'released' | 'blocked' | 'complained', number>>>>>;
  wasSent(messageIds: readonly string[], now: number): Promise<boolean>;
}

const MEANINGS = {
  'known-correspondent': 'Somebody here has written to the author, who is authenticated; the value is once or often. It fades with time.',
  'known-but-unproven': 'Somebody here has written to this address, and nothing proves that the message comes from there: fail or none, as its domain says.',
  'answers-ours': 'The message answers one of ours, and its author is authenticated: known (we have written to them) or other.',
  'sender-released': "Mail of this authenticated author was let through from quarantine; the value is once or often.",
  'sender-blocked': 'Mail of this author was blocked by people here; the value is once or often.',
  'sender-complained': 'People here complained of mail of this author; the value is once or often.',
} as const;

/** @param known null: nobody remembers (command line) */
export function historyProbe(known: KnownSenders | null): Probe {
  return probe('history', MEANINGS, (input, context) => {
    if (known === null) return { answers: NO_HISTORY };
    const author = input.message.from[0]?.address ?? '';
    // Of several authors nobody can say who is vouched for.
    return input.message.from.length !== 1 || !author.includes('@') ? { answers: null } : recall(known, author, input, context);
  });
}

const NO_HISTORY = new Unknown('no-history');

async function recall(known: KnownSenders, author: string, { message, envelope }: SignalInput, { authentication }: ProbeContext): Promise<Asked<keyof typeof MEANINGS>> {
  const now = envelope.receivedAt;
  const references = referencesOf(message);
  const [{ proven, unproven }, isAnswer, { author: authenticity }] = await Promise.all([known.counts(mailAddress(author).key, now), references.length > 0 && known.wasSent(references, now), authentication]);
  if (authenticity.state === 'unknown') return { answers: new Unknown(authenticity.reason) };
  const isProven = authenticity.state === 'pass';
  const bad = isProven ? proven : unproven;
  return {
    answers: {
      'known-correspondent': isProven ? often(proven.written) : null,
      'known-but-unproven': !isProven && often(proven.written) !== null ? authenticity.state : null,
      'answers-ours': isProven && isAnswer ? (often(proven.written) === null ? 'other' : 'known') : null,
      'sender-released': isProven ? often(proven.released) : null,
      'sender-blocked': often(bad.blocked),
      'sender-complained': often(bad.complained),
    },
  };
}

function often(weight: number): 'once' | 'often' | null {
  if (weight < bounds.forgottenBelow) return null;
  return weight >= bounds.oftenFrom ? 'often' : 'once';
}

/** The message that is answered, and the latest before it (RFC 5322 section 3.6.4). */
function referencesOf(message: Message): readonly string[] {
  const answered = field(message, 'in-reply-to'), earlier = field(message, 'references');
  if (answered === undefined && earlier === undefined) return [];
  const ids = `${answered?.value.slice(0, 2000) ?? ''} ${earlier?.value.slice(-4000) ?? ''}`.match(/<[^<>\s]{3,998}>/g) ?? [];
  return [...new Set([...ids.slice(0, 1), ...ids.slice(1).reverse()])].slice(0, bounds.referencesExaminedMax);
}
