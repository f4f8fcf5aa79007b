/** Health and metrics over HTTP, for machines: /healthz, /readyz, /metrics. Nothing here changes anything. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { runChecks } from './checks.ts';
import type { Check, Problem } from './checks.ts';
import type { ListenAddress } from '../config-values.ts';
import { ops } from '../message/limits.ts';
import type { Log } from '../platform/log.ts';

export interface OpsOptions {
  readonly listen: readonly ListenAddress[];
  /** By the name under which /readyz reports them. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly registry: Registry;
  readonly log: Log;
}

export interface Ops {
  /** In the order given, with the ports that were really taken. */
  readonly addresses: readonly ListenAddress[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Rejects with the error of `listen` (address in use, no permission); nothing stays open then. */
export async function openOps({ listen, checks, registry, log }: OpsOptions): Promise<Ops> {
  const problems = shared(() => runChecks(checks));
  const servers: Server[] = [];
  try {
    for (const address of listen) {
      const server = createServer({ requestTimeout: ops.requestTimeoutMs, headersTimeout: ops.requestTimeoutMs, keepAliveTimeout: ops.requestTimeoutMs }, (request, response) => {
        void respond(request, response, problems, registry);
      });
      server.maxConnections = ops.connectionsMax;
      await listening(server, address);
      servers.push(server);
      server.on('error', (error) => log.error({ err: error }, 'the listener for health and metrics failed'));
    }
  } catch (error) {
    await Promise.all(servers.map(closed));
    throw error;
  }
  return {
    addresses: servers.map((server, i) => actual(server, listen[i] as ListenAddress)),
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, problems: () => Promise<readonly Problem[]>, registry: Registry): Promise<void> {
  const answer = await answerTo(request, problems, registry).catch((error: unknown): Answer => json(500, { error: (error as Error).message }));
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    'content-type': answer.type, 'content-length': body.length, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff',
    ...(answer.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(request: IncomingMessage, problems: () => Promise<readonly Problem[]>, registry: Registry): Promise<Answer> {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path !== '/healthz' && path !== '/readyz' && path !== '/metrics') return json(404, { error: 'not here: /healthz, /readyz, /metrics' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  if (path === '/healthz') return json(200, { alive: true });
  if (path === '/metrics') return { status: 200, type: registry.contentType, body: await registry.metrics() };
  const found = await problems();
  return json(found.length === 0 ? 200 : 503, { ready: found.length === 0, problems: found });
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** Many who ask within a second share one answer, so that probes cannot load what they probe. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > ops.checksShareMs) last = { at: now, answer: ask() };
    return last.answer;
  };
}

function listening(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function actual(server: Server, asked: ListenAddress): ListenAddress {
  const address = server.address() as AddressInfo | string | null;
  return address === null || typeof address === 'string' ? asked : { host: address.address, port: address.port };
}
