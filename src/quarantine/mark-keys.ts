/** The keys of our marks: kept in the settings, replaced every month, the one before still valid. */
import { randomBytes } from 'node:crypto';
import { quarantine } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Settings } from '../storage/store.ts';
import type { MarkKey } from './mark.ts';

const SETTING = 'release-keys';
const KEYS_KEPT = 2;

interface StoredKey {
  readonly id: string;
  readonly secret: string;
  readonly since: number;
}

/** The newest key first; makes one where there is none or the newest is a month old. Rejects with StoreError. */
export async function markKeys(settings: Pick<Settings, 'get' | 'set'>, clock: Clock): Promise<readonly [MarkKey, ...MarkKey[]]> {
  const stored = await settings.get(SETTING);
  const keys: readonly StoredKey[] = stored === null ? [] : (JSON.parse(stored) as StoredKey[]);
  const now = clock.now();
  const newest = keys[0];
  if (newest !== undefined && now - newest.since < quarantine.markKeyRotateMs) return [usable(newest), ...keys.slice(1).map(usable)];
  const fresh = { id: newId(now), secret: randomBytes(32).toString('base64'), since: now };
  const kept = [fresh, ...keys].slice(0, KEYS_KEPT);
  await settings.set(SETTING, JSON.stringify(kept));
  return [usable(fresh), ...kept.slice(1).map(usable)];
}

function usable(key: StoredKey): MarkKey {
  return { id: key.id, secret: Buffer.from(key.secret, 'base64') };
}
