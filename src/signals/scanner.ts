/** What a virus scanner says, when one is configured. */
import type { Scanner } from '../platform/clamd.ts';
import { probe, Unknown } from './probe.ts';
import type { Asked, Probe } from './probe.ts';
import type { SignalInput } from './signal.ts';

const MEANINGS = {
  'virus': 'The scanner knows what is in the message as harmful; the value is its name for it.',
  'virus-suspected': 'The scanner finds something suspicious, or a program that some do not want; the value is its name for it.',
} as const;

/** Guesses and matters of taste: clamd names them so. */
const SUSPICIONS = /^(?:Heuristics|PUA|PUP|Sanesecurity\.(?:Spam|Junk|Scam|Casino|Jurlbl))\b|(?:^|\.)UNOFFICIAL\.Spam/i;

/** @param scanner null: none is configured */
export function scannerProbe(scanner: Scanner | null): Probe {
  return probe('scanner', MEANINGS, (input) => (scanner === null ? { answers: null } : scan(scanner, input)));
}

async function scan(scanner: Scanner, { bytes }: SignalInput): Promise<Asked<keyof typeof MEANINGS>> {
  const result = await scanner.scan(bytes);
  // A scanner that is there and could not look leaves the message unchecked (policy language, item 8).
  if (result.state === 'unknown') return { answers: new Unknown(result.reason), unopened: [{ reason: result.reason, path: '' }] };
  if (result.state === 'clean') return { answers: null };
  const isSuspicion = SUSPICIONS.test(result.name);
  return { answers: { 'virus': isSuspicion ? null : result.name, 'virus-suspected': isSuspicion ? result.name : null } };
}
