/** The keys of our links: one for each span of 30 days, made by whoever needs it first, forgotten when no link of its time can live. */
import { createSecretKey, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Settings } from '../storage/store.ts';
import { keySpans, type LinkKey } from './tokens.ts';

const nameOf = (span: number): string => `link-key-${span}`;
/** How many spans back forgotten keys are looked for: a service that stood still for longer leaves one behind, which opens nothing. */
const FORGET_SPANS = 3;

/** The newest first. Rejects with StoreError. */
export async function linkKeys(settings: Settings, clock: Clock): Promise<readonly [LinkKey, ...LinkKey[]]> {
  const [present, ...before] = keySpans(clock.now());
  const known = await settings.get(nameOf(present));
  // Of two processes that get here at once, the first to write wins, and both go on with its key.
  const secret = known ?? await settings.add(nameOf(present), randomBytes(32).toString('base64'));
  if (known === null) {
    const oldest = before.at(-1) ?? present;
    for (let back = 1; back <= FORGET_SPANS; back++) await settings.remove(nameOf(oldest - back));
  }
  const kept: LinkKey[] = [];
  for (const span of before) {
    const earlier = await settings.get(nameOf(span));
    if (earlier !== null) kept.push(keyOf(span, earlier));
  }
  return [keyOf(present, secret), ...kept];
}

function keyOf(span: number, secret: string): LinkKey {
  return { id: String(span), secret: createSecretKey(secret, 'base64') };
}
