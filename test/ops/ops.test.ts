import { request } from 'node:http';
import { silentLog } from '../../src/platform/log.ts';
import { diskCheck } from '../../src/ops/checks.ts';
import type { Check } from '../../src/ops/checks.ts';
import { boundedNames, createMetrics } from '../../src/ops/metrics.ts';
import { openOps } from '../../src/ops/server.ts';
import type { Ops } from '../../src/ops/server.ts';
import { tempDir } from '../support/temp-dir.ts';

const well: Check = async () => [];
let ops: Ops | null = null;
afterEach(async () => {
  await ops?.close();
  ops = null;
});

async function open(checks: Record<string, Check> = {}, metrics = createMetrics({ outboxPending: async () => 3, processMetrics: false })): Promise<void> {
  ops = await openOps({ listen: [{ host: '127.0.0.1', port: 0 }], checks, registry: metrics.registry, log: silentLog });
}

function ask(path: string, method = 'GET'): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const address = ops?.addresses[0];
  if (address === undefined || !('port' in address)) throw new Error('not open');
  return new Promise((resolve, reject) => {
    const sent = request({ ...address, path, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { body += chunk; }).on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}

test('alive and ready', async () => {
  await open({ store: well });
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"alive":true}\n' });
  expect(await ask('/readyz?verbose')).toMatchObject({ status: 200, body: '{"ready":true,"problems":[]}\n' });
});

test('not ready says everything that is wrong, also what threw', async () => {
  await open({ store: async () => { throw new Error('SQLITE_IOERR: disk I/O error'); }, policies: async () => ['sales.yaml:3:1: no', 'a.yaml:1:1: no'], quarantine: well });
  const { status, body } = await ask('/readyz');
  expect(status).toBe(503);
  expect(JSON.parse(body)).toEqual({ ready: false, problems: [
    { check: 'store', problem: 'SQLITE_IOERR: disk I/O error' }, { check: 'policies', problem: 'sales.yaml:3:1: no' }, { check: 'policies', problem: 'a.yaml:1:1: no' },
  ] });
  expect((await ask('/healthz')).status).toBe(200);
});

test('a check that hangs is a problem, not a probe that hangs', async () => {
  await open({ nextHop: () => new Promise(() => undefined) });
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('no answer within 3 s') });
});

test('many probes share one look', async () => {
  let looks = 0;
  await open({ store: async () => { looks++; return []; } });
  await Promise.all(Array.from({ length: 20 }, () => ask('/readyz')));
  expect(looks).toBe(1);
});

test.each([['POST', '/metrics', 405], ['DELETE', '/healthz', 405], ['PUT', '/readyz', 405], ['GET', '/', 404], ['GET', '//evil.example/metrics', 404], ['HEAD', '/healthz', 200]])('%s %s: %i', async (method, path, status) => {
  await open();
  const answer = await ask(path, method);
  expect(answer.status).toBe(status);
  if (method === 'HEAD') expect(answer).toMatchObject({ body: '', headers: { 'content-length': '15' } });
  if (status === 405) expect(answer.headers['allow']).toBe('GET, HEAD');
});

test('metrics carry what was counted', async () => {
  const metrics = createMetrics({ outboxPending: async () => 3, processMetrics: false });
  await open({}, metrics);
  metrics.decided('sales', 'quarantine');
  metrics.decided('sales', 'quarantine');
  metrics.stage('walk', 0.2);
  metrics.connectionOpened('smtp');
  metrics.connectionOpened('smtp');
  metrics.connectionClosed('smtp');
  metrics.nextHopError('4xx');
  const { status, body, headers } = await ask('/metrics');
  expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/plain')]);
  for (const line of [
    'usher_decisions_total{policy="sales",action="quarantine"} 2', 'usher_stage_seconds_bucket{le="0.00025",stage="walk"} 1', 'usher_stage_seconds_count{stage="walk"} 1',
    'usher_connections_total{door="smtp"} 2', 'usher_connections_open{door="smtp"} 1', 'usher_next_hop_errors_total{kind="4xx"} 1', 'usher_outbox_pending 3',
  ]) expect(body.split('\n')).toContain(line);
});

test('a number that cannot be asked for is unknown, not zero', async () => {
  await open({}, createMetrics({ outboxPending: () => Promise.reject(new Error('down')), processMetrics: false }));
  expect((await ask('/metrics')).body).toMatch(/^usher_outbox_pending Nan$/im);
});

test('names beyond the bound share one label', () => {
  const name = boundedNames(2);
  expect(['a', 'b', 'c', 'a', 'd'].map(name)).toEqual(['a', 'b', 'other', 'a', 'other']);
});

test('a disk with too little room is a problem', async () => {
  const { path, remove } = tempDir('disk');
  expect(await diskCheck(path, 1)()).toEqual([]);
  expect(await diskCheck(path, Number.MAX_SAFE_INTEGER)()).toEqual([expect.stringMatching(/^only \d+ MiB are free in /)]);
  remove();
});

test('a port in use is told, and nothing stays open', async () => {
  await open();
  const taken = ops?.addresses[0];
  if (taken === undefined) throw new Error('not open');
  const { registry } = createMetrics({ outboxPending: async () => 0, processMetrics: false });
  await expect(openOps({ listen: [{ host: '127.0.0.1', port: 0 }, taken], checks: {}, registry, log: silentLog })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
