/** `usher learn` beside a running service: what it leaves in the store. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { learnCommand } from '../../src/commands/learn.ts';
import { mailboxWorld, type MailboxWorld } from '../support/mailbox-world.ts';
import { waitFor } from '../support/wait.ts';

const BOB = 'bob@example.com';
const LETTER = 'From: <anna@sender.example>\nSubject: pumps\nMessage-ID: <own@sender.example>\n\nOur new pallets of pumps are in stock.\n';
let world: MailboxWorld;
beforeEach(async () => { world = await mailboxWorld(); });
afterEach(() => world.close());

async function run(...args: string[]) {
  let [stdout, stderr] = ['', ''];
  const env = { USHER_DATA: world.dataDir, USHER_HOSTNAME: 'mx.example.com' };
  const exitCode = await learnCommand(args, { out: (text) => void (stdout += text), err: (text) => void (stderr += text), cwd: world.dataDir, env });
  return { exitCode, stdout, stderr };
}
const file = (name: string, text: string | Buffer): string => {
  writeFileSync(join(world.dataDir, name), text);
  return name;
};
const said = async () => (await world.store.review.feedback.list('', 100)).map(({ recipient, label, how, decisionId }) => ({ recipient, label, how, decisionId }));
async function complaints(): Promise<number> {
  await world.store.decisions.flush();
  return (await world.store.history.counts('anna@sender.example', Date.now())).proven.complained;
}

test('a message of nobody knows whom: a lesson, and nothing of its sender', async () => {
  expect(await run('--unwanted', '--for', 'Bob+news@Example.com', file('a.eml', LETTER))).toEqual({ exitCode: 0, stdout: 'wanted: 0, unwanted: 1, taken back: 0, known already: 0\n', stderr: '' });
  expect(await said()).toEqual([{ recipient: BOB, label: 'unwanted', how: 'command', decisionId: '' }]);
  expect((await world.store.lessons.list(10))[0]?.slots).toMatch(/^.{40,}/);
  expect(await complaints()).toBe(0);
  // Nobody judged it, so it has no score: none, not nought.
  expect(await world.store.review.feedback.list('', 100)).toMatchObject([{ score: null, model: '', kind: '' }]);
});

test('said twice it counts once; the last word counts; and it can be forgotten', async () => {
  const a = file('a.eml', LETTER);
  const json = async (...args: string[]): Promise<unknown> => (JSON.parse((await run(...args, '--json', a)).stdout) as { lesson: unknown }).lesson;
  expect([await json('--unwanted'), await json('--unwanted'), await json('--wanted'), await json('--forget'), await json('--forget')]).toEqual(['unwanted', null, 'wanted', 'taken-back', null]);
  expect(await said()).toEqual([]);
});

test('without --for it is the operator\'s, and two people have two opinions', async () => {
  const a = file('a.eml', LETTER);
  await run('--unwanted', a);
  await run('--wanted', '--for', BOB, a);
  expect(await said()).toMatchObject([{ recipient: '', label: 'unwanted' }, { recipient: BOB, label: 'wanted' }]);
});

test('what we delivered is known again, with its sender; another text under its id is not', async () => {
  const id = await world.deliver(BOB, 'pumps', { markWith: '[Spam?]' });
  const delivered = readFileSync(world.files(BOB, 'INBOX')[0]!, 'latin1').replaceAll('\r\n', '\n');
  await run('--unwanted', '--for', 'eve@example.com', file('hers.eml', delivered));
  await run('--unwanted', '--for', BOB, file('other.eml', delivered.replace(/^Message-ID:.*$/m, 'Message-ID: <x@y>')));
  expect(await said()).toMatchObject([{ decisionId: '' }, { decisionId: '' }]);
  expect(await complaints()).toBe(0);
  await run('--unwanted', '--for', BOB, file('his.eml', delivered));
  expect((await said()).at(-1)).toEqual({ recipient: BOB, label: 'unwanted', how: 'command', decisionId: id });
  // The service notices a little later what another process has written.
  await waitFor('the complaint', async () => Math.abs(await complaints() - 1) < 0.005);
});

test('files that cannot be read are named, the others learnt', async () => {
  const { exitCode, stdout, stderr } = await run('--wanted', file('a.eml', LETTER), 'none.eml', file('empty.eml', ''));
  expect([exitCode, stdout]).toEqual([1, 'wanted: 1, unwanted: 0, taken back: 0, known already: 0\n']);
  expect(stderr).toMatch(/^none\.eml: .*ENOENT.*\nempty\.eml: is empty\n$/);
});

test.each([
  [['a.eml'], /say one of/], [['--wanted', '--unwanted', 'a.eml'], /say one of/], [['--wanted'], /name the message files/], [['--wanted', '--for', 'bob', 'a.eml'], /not an address/], [['--sideways'], /--sideways/],
])('usage: %j', async (args, problem) => expect(await run(...args)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(problem) }));

test('help', async () => expect(await run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--forget') }));
