/** What the milter counts and measures. */
import type { MilterError, MilterObserver, MilterVerdict } from '../../../src/intake/milter/connection.ts';
import { limitDefaults } from '../../../src/message/limits.ts';
import { createMetrics } from '../../../src/ops/metrics.ts';
import { MilterClient } from '../../support/milter-client.ts';
import { answerAll, openTestMilter, type TestMilter } from '../../support/milter-server.ts';
import { waitFor } from '../../support/wait.ts';

const LETTER = Buffer.from('From: <ann@sender.test>\r\n\r\nGood day.\r\n');
const BOB = [['<bob@example.test>']];

const seen = { opened: 0, closed: 0, verdicts: [] as MilterVerdict[], times: [] as number[], errors: [] as MilterError[] };
const observer: MilterObserver = {
  connectionOpened: () => void seen.opened++,
  connectionClosed: () => void seen.closed++,
  messageAnswered: (verdict, ms) => void (seen.verdicts.push(verdict), seen.times.push(ms)),
  protocolError: (kind) => void seen.errors.push(kind),
};
let milter: TestMilter;

beforeEach(async () => {
  Object.assign(seen, { opened: 0, closed: 0, verdicts: [], times: [], errors: [] });
  milter = await openTestMilter({ observer, times: { packetTimeoutMs: 50 }, limits: { ...limitDefaults, connectionsMax: 3 } });
});
afterEach(() => milter.server.close(1000));

test('each message, by what its MTA was told, with the time it took', async () => {
  const mta = await MilterClient.connect(milter.server.address());
  await mta.hello();
  await mta.message({ recipients: BOB, bytes: LETTER });
  milter.decide = answerAll(550, '5.7.1', 'No');
  await mta.message({ recipients: BOB, bytes: LETTER });
  milter.decide = answerAll(451, '4.7.1', 'Later');
  await mta.message({ recipients: BOB, bytes: LETTER });
  milter.decide = answerAll(250, '2.0.0', 'Held');
  await mta.message({ recipients: BOB, bytes: LETTER });
  await mta.close();
  await waitFor('the end', () => seen.closed === 1);
  expect(seen).toMatchObject({ opened: 1, closed: 1, verdicts: ['delivered', 'refused', 'put-off', 'discarded'], errors: [] });
  expect(seen.times.every((ms) => ms >= 0 && ms < 60_000)).toBe(true);
});

test.each<readonly [MilterError, Buffer]>([
  ['too-large', Buffer.from('GET / HTTP/1.1\r\n')],
  ['malformed', Buffer.from([0, 0, 0, 5, 0x4f, 0, 0, 0, 6])],
  ['out-of-turn', Buffer.from([0, 0, 0, 1, 0x4e])],
  ['timeout', Buffer.from([0, 0, 0, 9, 0x4f])],
])('an error of the peer: %s', async (kind, bytes) => {
  const bad = await MilterClient.connect(milter.server.address());
  bad.write(bytes);
  await waitFor('the end of the connection', () => bad.closed && seen.closed === 1);
  expect(seen).toMatchObject({ opened: 1, errors: [kind], verdicts: [] });
});

test('whoever hangs up within a packet, and whoever just hangs up', async () => {
  for (const bytes of [Buffer.from([0, 0, 0, 9]), Buffer.alloc(0)]) {
    const gone = await MilterClient.connect(milter.server.address());
    gone.socket.end(bytes);
    await waitFor('the end of the connection', () => gone.closed);
  }
  await waitFor('both ends', () => seen.closed === 2);
  expect(seen.errors).toEqual(['truncated']);
});

test('a connection that was turned away was never open', async () => {
  const three = await Promise.all([1, 2, 3].map(() => MilterClient.connect(milter.server.address())));
  await waitFor('three', () => seen.opened === 3);
  const fourth = await MilterClient.connect(milter.server.address());
  await waitFor('the end of the fourth', () => fourth.closed);
  for (const each of three) each.socket.destroy();
  await waitFor('the end of all', () => seen.closed === 3);
  expect(seen.opened).toBe(3);
});

test('in Prometheus\' terms', async () => {
  const { registry, milterAnswered, milterError, connectionOpened } = createMetrics({ outboxPending: async () => 0, processMetrics: false });
  connectionOpened('milter');
  milterAnswered('refused', 3);
  milterError('timeout');
  const lines = (await registry.metrics()).split('\n');
  for (const line of [
    'usher_connections_open{door="milter"} 1', 'usher_milter_messages_total{verdict="refused"} 1', 'usher_milter_protocol_errors_total{kind="timeout"} 1',
    'usher_milter_seconds_bucket{le="0.0025"} 0', 'usher_milter_seconds_bucket{le="0.005"} 1', 'usher_milter_seconds_count 1',
  ]) expect(lines).toContain(line);
});
