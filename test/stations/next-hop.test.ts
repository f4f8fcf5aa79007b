import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { nextHopOf } from '../../src/stations/next-hop.ts';
import { freePort } from '../support/ports.ts';
import { tempDir } from '../support/temp-dir.ts';

async function problemsOf(deliverTo: string): Promise<readonly string[]> {
  const { config, problems } = loadConfig(null, { USHER_DELIVER_TO: deliverTo });
  if (config === null) throw new Error(problems.join('\n'));
  const nextHop = nextHopOf(config, systemClock, silentLog);
  try {
    return await nextHop.problems();
  } finally {
    await nextHop.close();
  }
}

test('a next hop that is away is named to the operator, and what to look at', async () => {
  const port = await freePort();
  const sentence = (where: string): string => `the next hop, ${where}, cannot be reached. Does that server run, and is deliver-to right? Senders are asked to try again.`;
  expect(await problemsOf(`smtp://127.0.0.1:${port}`)).toEqual([sentence(`smtp://127.0.0.1:${port}`)]);
  expect(await problemsOf('lmtp+unix:/nowhere/lmtp.sock')).toEqual([sentence('lmtp+unix:/nowhere/lmtp.sock')]);
});

describe('a next hop that answers', () => {
  let server: Server;
  let banner = '';
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => void socket.write('250 fine\r\n'));
      socket.write(banner);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());
  const where = (): string => `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('with a refusal: its own words', async () => {
    banner = '421 4.3.2 Closed for today\r\n';
    expect(await problemsOf(where())).toEqual([`the next hop, ${where()}: 421 Closed for today`]);
  });

  test('as it should: nothing is wrong', async () => {
    banner = '220 here\r\n';
    expect(await problemsOf(where())).toEqual([]);
  });
});

test('Maildirs: none are needed yet, but there must be room for them', async () => {
  const { path, remove } = tempDir('next-hop');
  try {
    writeFileSync(join(path, 'file'), '');
    expect(await problemsOf(`maildir:${join(path, 'not', 'yet')}`)).toEqual([]);
    expect(await problemsOf(`maildir:${join(path, 'file')}`)).toEqual([`mail cannot be delivered into ${join(path, 'file')}: ${join(path, 'file')} is a file, not a folder.`]);
    expect(await problemsOf(`maildir:${join(path, 'file', 'mail')}`)).toEqual([expect.stringContaining(`mail cannot be delivered into ${join(path, 'file', 'mail')}: `)]);
  } finally {
    remove();
  }
});
