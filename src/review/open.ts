/** Opens `listen.web`: the pages for people. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../config-values.ts';
import type { Asset, ReviewParts } from './parts.ts';
import { reviewServer } from './server.ts';

const TYPES: Readonly<Record<string, string>> = { 'usher.css': 'text/css; charset=utf-8', 'usher.js': 'text/javascript; charset=utf-8', 'icon.svg': 'image/svg+xml' };

/** @param folder where the files lie: `src/review/assets` */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  return new Map(Object.entries(TYPES).map(([name, type]) => [name, { type, body: readFileSync(join(folder, name), 'utf8') }]));
}

export interface ReviewPages {
  /** In the order given, with the ports that were really taken. */
  readonly addresses: readonly ListenAddress[];
  close(): Promise<void>;
}

/** Rejects with the error of `listen`; nothing stays open then. */
export async function openReview(listen: readonly ListenAddress[], parts: ReviewParts): Promise<ReviewPages> {
  const servers: ReturnType<typeof reviewServer>[] = [];
  const addresses: ListenAddress[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (const address of listen) {
      const server = reviewServer(parts);
      servers.push(server);
      await server.listen(address);
      const bound = server.server.address() as AddressInfo | string | null;
      addresses.push(bound === null || typeof bound === 'string' ? address : { host: bound.address, port: bound.port });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}
