/** Scripts for miltertest, which speaks the protocol as OpenDKIM's people understood it: a second opinion about ours. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Transaction } from '../../../src/message/envelope.ts';
import type { Edits, Onward, Outcome } from '../../../src/pipeline.ts';
import { headerLines } from '../../../src/actions/header-lines.ts';
import { markSubject } from '../../../src/actions/subject-mark.ts';
import { runCommand } from '../../support/child.ts';
import { openTestMilter, type TestMilter } from '../../support/milter-server.ts';
import { describeIf, requirement } from '../../support/requires.ts';

const folder = join(__dirname, '../../miltertest');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.lua') && name !== 'common.lua');

function edits({ bytes }: Transaction, mark: boolean): Edits {
  const fields = headerLines(bytes);
  return {
    added: 'X-Usher-Id: test\r\n',
    subject: mark ? markSubject(bytes, fields.filter(({ key }) => key === 'subject'), '[Spam]', '') : null,
    removed: fields.filter(({ key }) => key === 'x-usher-verdict').map(({ start, end }) => [start, end] as const),
  };
}

const REPLIES: Readonly<Record<string, readonly [number, string, string]>> = { reject: [550, '5.7.1', 'Please call us, 100% sorry'], later: [451, '4.7.1', 'In a while, please'] };

/** What is done stands in the recipient's name. */
async function byName(transaction: Transaction, onward: Onward): Promise<Outcome> {
  const names = transaction.envelope.recipients.map(({ address }) => address.local);
  const [code, enhanced, text] = REPLIES[names[0]!] ?? [250, '2.0.0', 'Ok'];
  const recipients = names.flatMap((name, index) => (name === 'deliver' || name === 'mark' ? [index] : []));
  if (code >= 400 || recipients.length === 0) await onward.abandon();
  else await onward.deliver({ recipients, edits: edits(transaction, names.includes('mark')), mailboxFolder: null }, transaction.bytes);
  return { verdicts: [], replies: names.map(() => ({ code, enhanced, text })) };
}

describeIf(requirement('miltertest'), 'miltertest', () => {
  let milter: TestMilter;
  beforeAll(async () => {
    milter = await openTestMilter();
    milter.decide = byName;
  });
  afterAll(async () => await milter.server.close(1000));

  test.each(scripts)('%s', async (script) => {
    const { port } = milter.server.address() as { readonly port: number };
    const { code, output } = await runCommand('/usr/bin/miltertest', ['-D', `address=inet:${port}@127.0.0.1`, '-D', `common=${join(folder, 'common.lua')}`, '-s', join(folder, script)]);
    // It says so itself when a connection was ended, as out-of-turn.lua wants it.
    expect([output.replace(/^miltertest: read\(\d+\): returned 0, expected 5\n/gm, ''), code]).toEqual(['', 0]);
  });

  test('leaves nothing behind', () => {
    expect(milter.server.stats.bytesInFlight).toBe(0);
    expect(milter.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
