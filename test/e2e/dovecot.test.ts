/** Usher in front of a real Dovecot: what is for the junk folder is put there, and what people move teaches, by the lines of docs/operators.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openStore } from '../../src/storage/open.ts';
import { PASSWORD, startDovecot, type RunningDovecot } from '../support/dovecot.ts';
import { ImapClient } from '../support/imap-client.ts';
import { letter } from '../support/letters.ts';
import { freePort } from '../support/ports.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { SmtpClient, wireForm } from '../support/smtp-client.ts';
import { startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const ANNA = 'anna@sender.example';
const OFFICE = 'office@example.com';
const POLICIES = { company: `policy: company\nowner: ${OFFICE}\napplies-to: everyone\nintent: balanced\ncertain-spam: junk-folder\n` };

describeIf(requirement('dovecot'), 'Usher in front of Dovecot', () => {
  let home: UsherHome;
  let usher: RunningUsher;
  let dovecot: RunningDovecot;
  let imap: ImapClient;

  beforeAll(async () => {
    home = await usherHome({ policies: POLICIES });
    const port = await freePort();
    const config = join(home.dir, 'usher.yaml');
    dovecot = await startDovecot(port, config);
    writeFileSync(config, stringify({ ...(parse(readFileSync(config, 'utf8')) as object), 'deliver-to': `lmtp+unix:${dovecot.lmtpPath}` }));
    usher = await startUsher(home);
    imap = await ImapClient.login(port, OFFICE, PASSWORD);
  }, 60_000);
  afterAll(async () => {
    imap?.close();
    await usher?.stop();
    await dovecot?.stop();
    home?.remove();
  }, 60_000);

  async function send(name: string, spam: boolean, folder: string): Promise<void> {
    const client = await SmtpClient.connect({ port: home.ports.smtp });
    await client.command('EHLO client.sender.example');
    expect((await client.send({ from: ANNA, to: [OFFICE], content: wireForm(letter({ from: ANNA, to: OFFICE, name, spam })) })).code).toBe(250);
    await client.quit();
    await waitFor(`${name} in ${folder}`, async () => await imap.count(name, folder) === 1);
  }

  /** What was said of messages so far, in order; without a decision it is of none that Usher delivered. */
  async function lessons(): Promise<string[]> {
    const store = await openStore({ dataDir: home.dataDir, clock: systemClock, log: silentLog });
    try {
      const rows = await store.review.feedback.list('', 100);
      return await Promise.all(rows.map(async ({ label, recipient, decisionId }) => `${label} of ${recipient}: ${(await store.decisions.find(decisionId))?.subject ?? 'unknown'}`));
    } finally {
      await store.close();
    }
  }
  const lesson = (text: string): Promise<unknown> => waitFor(`the lesson "${text}"`, async () => (await lessons()).includes(text), 45_000);

  test('what is suspected is put into the junk folder, all else is not', async () => {
    await send('the plum table', false, 'INBOX');
    await send('the lime table', true, 'Junk');
    expect([await imap.count('the plum table', 'Junk'), await imap.count('the lime table', 'INBOX')]).toEqual([0, 0]);
  }, 60_000);

  test('into the junk folder: not wanted; out of it: wanted; into the trash: nothing', async () => {
    await send('the oak table', true, 'Junk');
    await send('the elm table', false, 'INBOX');
    await imap.move('the oak table', 'Junk', 'Trash');
    await imap.move('the elm table', 'INBOX', 'Junk');
    await lesson(`unwanted of ${OFFICE}: About the elm table`);
    await send('the ash table', true, 'Junk');
    await imap.move('the ash table', 'Junk', 'INBOX');
    await lesson(`wanted of ${OFFICE}: About the ash table`);
    expect((await lessons()).filter((each) => each.includes('the oak table'))).toEqual([]);
  }, 120_000);

  test('whoever moves it back changes their mind', async () => {
    await send('the teak table', false, 'INBOX');
    await imap.move('the teak table', 'INBOX', 'Junk');
    await lesson(`unwanted of ${OFFICE}: About the teak table`);
    await imap.move('the teak table', 'Junk', 'INBOX');
    await lesson(`wanted of ${OFFICE}: About the teak table`);
    expect((await lessons()).filter((each) => each.includes('the teak table'))).toHaveLength(1);
  }, 120_000);

  test('from another mailbox, where Usher knows nothing of it', async () => {
    const bytes = wireForm(letter({ from: ANNA, to: OFFICE, name: 'the far table', spam: true })).toString('latin1');
    await imap.command(`APPEND "Junk" {${bytes.length}+}\r\n${bytes}`);
    await lesson(`unwanted of ${OFFICE}: unknown`);
  }, 60_000);
});
