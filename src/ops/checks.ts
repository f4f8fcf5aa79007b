/** What /readyz asks. A check gives what is wrong in English sentences for the operator; none: all is well. What it throws is wrong too. */
import { statfs } from 'node:fs/promises';
import { ops } from '../message/limits.ts';
import type { QuarantineFolders } from '../quarantine/folders.ts';
import type { Store } from '../storage/store.ts';

export type Check = () => Promise<readonly string[]>;

/** Whether the database answers, and can still write. */
export function storeCheck(store: Pick<Store, 'ping' | 'problems'>): Check {
  return async () => {
    await store.ping();
    return store.problems();
  };
}

/** Whether a message could be held now. */
export function quarantineCheck(folders: Pick<QuarantineFolders, 'checkWritable'>): Check {
  return async () => {
    await folders.checkWritable();
    return [];
  };
}

/** @param directory on the file system in question; must exist */
export function diskCheck(directory: string, freeMinBytes: number = ops.diskFreeMinBytes): Check {
  return async () => {
    const { bavail, bsize } = await statfs(directory);
    const freeBytes = bavail * bsize;
    return freeBytes >= freeMinBytes ? [] : [`only ${Math.floor(freeBytes / 2 ** 20)} MiB are free in ${directory}`];
  };
}

export interface Problem {
  readonly check: string;
  readonly problem: string;
}

/** Runs all checks at once, each for a bounded time. Never rejects. */
export async function runChecks(checks: Readonly<Record<string, Check>>): Promise<readonly Problem[]> {
  const results = await Promise.all(Object.entries(checks).map(async ([check, run]) => {
    const found = await withinTime(run).catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    return found.map((problem) => ({ check, problem }));
  }));
  return results.flat();
}

async function withinTime(run: Check): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(resolve, ops.checkTimeoutMs, [`no answer within ${ops.checkTimeoutMs / 1000} s`]);
  try {
    return await Promise.race([run(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
