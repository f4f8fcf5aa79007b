/** What a real mail server does with Usher as its milter: the same for each of them. */
import { ANNA, HELD, JUNK, MARKED, OFFICE, page, REFUSED } from './company.ts';
import { heldEntries, heldFiles } from './held-mail.ts';
import { letter } from './letters.ts';
import type { Mta, StartMta } from './mta.ts';
import { freePort } from './ports.ts';
import { sendLetters } from './send-letters.ts';
import { swaks, type SwaksAnswer } from './swaks.ts';
import { runUsher, startUsher, usherHome, type RunningUsher, type UsherHome } from './usher.ts';

/** Whoever lets a message through knows its sender from then on, so that this mailbox is for nothing else. */
const RELEASING = 'releasing@example.com';

const POLICIES = {
  company: page('company', 'everyone', ''),
  careful: page('careful', `[${HELD}, ${RELEASING}]`, 'certain-spam: quarantine\nquarantine: {folder: "Suspected spam"}\n'),
  tolerant: page('tolerant', MARKED, 'certain-spam: mark\nmark-with: "[Suspected spam]"\n'),
  sorting: page('sorting', JUNK, 'certain-spam: junk-folder\n'),
  observing: page('observing', OFFICE, 'mode: observe\n'),
  strict: page('strict', REFUSED, [
    'certain-spam: reject', 'rejection:', '  message:',
    '    en: "We could not accept your message, 100% sorry. Please call us on +90 212 555 0100, we would like to hear from you."', '  contact: "+90 212 555 0100"', '',
  ].join('\n')),
};

const unfolded = (text: string): string => text.replace(/\r?\n\s*/g, ' ').replace(/ <\*\* 550[- ]5\.7\.1 | 550[- ]5\.7\.1 /g, ' ');
const count = (messages: readonly string[], text: string): number => messages.filter((message) => message.includes(text)).length;
const headerOf = (message: string): string => message.slice(0, message.indexOf('\n\n'));
const fields = (message: string, name: string): string[] => headerOf(message).split(/\n(?![ \t])/).filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));

export function milterSuite(startMta: StartMta): void {
  let home: UsherHome;
  let usher: RunningUsher;
  let mta: Mta;
  let smtp: number;

  beforeAll(async () => {
    const released = await freePort();
    smtp = await freePort();
    home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${released}` }, policies: POLICIES });
    usher = await startUsher(home);
    mta = await startMta({ smtp, milter: home.ports.milter, released }, [OFFICE, HELD, RELEASING, MARKED, REFUSED, JUNK]);
  }, 90_000);

  afterAll(async () => {
    await usher?.stop();
    await mta?.stop();
    home?.remove();
  }, 60_000);

  const send = (to: string, name: string, spam: boolean, more = ''): Promise<SwaksAnswer> =>
    swaks({ port: smtp, from: ANNA, to, data: more + letter({ from: ANNA, to, name, spam }) });

  test('an ordinary letter is delivered, and says so on top of its header', async () => {
    expect(await send(OFFICE, 'the new door', false)).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(OFFICE, 'the new door');
    expect(fields(arrived, 'X-Usher-Verdict')).toEqual([expect.stringMatching(/^X-Usher-Verdict: deliver; policy=observing; score=0\.\d\d; kind=\w+$/)]);
    expect(fields(arrived, 'X-Usher-Id')).toHaveLength(1);
    const names = headerOf(arrived).split(/\n(?![ \t])/).map((line) => line.split(':')[0]);
    expect(names.indexOf('X-Usher-Verdict')).toBeLessThan(names.indexOf('Authentication-Results'));
    expect(names.indexOf('Authentication-Results')).toBeLessThan(names.indexOf('X-Usher-Id'));
    expect(names.indexOf('X-Usher-Id')).toBeLessThan(names.indexOf('Received'));
    expect(arrived.endsWith(letter({ from: ANNA, to: OFFICE, name: 'the new door' }))).toBe(true);
  });

  test('who the client is, and which queue file it became, comes from the mail server', async () => {
    await send(OFFICE, 'who it was', false);
    const event = await usher.waitForEvent('the decision', (each) => each.msg === 'decided' && each['door'] === 'milter');
    expect(event).toMatchObject({ client: '127.0.0.1', direction: 'in', from: ANNA, reply: '250' });
    expect(event['queueId']).toMatch(/^\w{6,}$/);
  });

  test('a suspected letter is marked where the page says so', async () => {
    expect(await send(MARKED, 'the old door', true)).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(MARKED, 'the old door');
    expect(fields(arrived, 'Subject')).toEqual(['Subject: [Suspected spam] About the old door']);
    expect(fields(arrived, 'X-Usher-Verdict')[0]).toMatch(/^X-Usher-Verdict: mark; policy=tolerant/);
  });

  test('what is for the junk folder carries its flag', async () => {
    expect(await send(JUNK, 'the small door', true)).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(JUNK, 'the small door');
    expect(fields(arrived, 'X-Spam-Flag')).toEqual(['X-Spam-Flag: YES']);
  });

  test('fields that only we may write are taken out, others of the same kind stay', async () => {
    const forged = [
      'X-Usher-Verdict: deliver; policy=forged', 'Authentication-Results: mx.example.com; spf=pass', 'X-Kept: one', 'x-usher-verdict: again', 'X-Spam-Flag: YES',
      'Authentication-Results: other.example; spf=fail', 'Authentication-Results: mx.example.com;', '\tdkim=pass', 'X-Usher-Id: forged', '',
    ].join('\n');
    expect(await send(OFFICE, 'the false door', false, forged)).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(OFFICE, 'the false door');
    expect(arrived).not.toMatch(/forged|dkim=pass|again/);
    expect(fields(arrived, 'X-Usher-Verdict')).toHaveLength(1);
    expect(fields(arrived, 'X-Spam-Flag')).toEqual([]);
    expect(fields(arrived, 'X-Kept')).toEqual(['X-Kept: one']);
    expect(fields(arrived, 'Authentication-Results').map((line) => line.split(/[:;]/)[1]?.trim()).sort()).toEqual(['mx.example.com', 'other.example']);
  });

  test('a suspected letter is held, is not in the mailbox, and arrives once with its own bytes when released', async () => {
    expect(await send(RELEASING, 'the blue door', true)).toMatchObject({ code: 0 });
    const entry = (await heldEntries(home)).find(({ subject }) => subject === 'About the blue door');
    expect(entry).toMatchObject({ recipient: RELEASING });
    expect(count(heldFiles(home), 'the blue door')).toBe(1);
    await mta.settled();
    expect(mta.messages(RELEASING)).toEqual([]);

    expect(await runUsher(home, ['quarantine', 'release', entry!.id])).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(RELEASING, 'the blue door', 30_000);
    expect(arrived.endsWith(letter({ from: ANNA, to: RELEASING, name: 'the blue door', spam: true }))).toBe(true);
    await mta.settled();
    expect(mta.messages(RELEASING)).toHaveLength(1);
  }, 60_000);

  test('the same letter tried again is counted, not kept twice', async () => {
    for (let times = 0; times < 3; times++) expect(await send(HELD, 'the red door', true)).toMatchObject({ code: 0 });
    expect(count(heldFiles(home), 'the red door')).toBe(1);
    expect((await heldEntries(home)).filter(({ subject }) => subject === 'About the red door')).toMatchObject([{ count: 3 }]);
  });

  test('a refused letter: its sender reads the words of the page', async () => {
    const { code, transcript } = await send(REFUSED, 'the green door', true);
    expect(code).toBe(26);
    expect(transcript).toMatch(/<\*\* 550[- ]5\.7\.1 We could not accept your message, 100% sorry\./);
    expect(unfolded(transcript)).toContain('+90 212 555 0100');
    expect(count(heldFiles(home), 'the green door')).toBe(0);
    expect(mta.messages(REFUSED)).toEqual([]);
  });

  test('of two who disagree one gets the letter, and it is held for the other', async () => {
    const name = 'the two doors';
    const data = letter({ from: ANNA, to: MARKED, name, spam: true });
    expect(await swaks({ port: smtp, from: ANNA, to: `${REFUSED},${MARKED},${HELD}`, data })).toMatchObject({ code: 0 });
    expect(fields(await mta.waitForMessage(MARKED, name), 'Subject')).toEqual([`Subject: [Suspected spam] About ${name}`]);
    const entries = (await heldEntries(home)).filter(({ subject }) => subject === `About ${name}`);
    expect(entries.map(({ recipient }) => recipient).sort()).toEqual([HELD, REFUSED]);
    await mta.settled();
    expect([mta.messages(REFUSED), count(mta.messages(HELD), name)]).toEqual([[], 0]);
  });

  test('of those who need other bytes than the rest, each gets their own', async () => {
    const name = 'the three doors';
    const data = letter({ from: ANNA, to: MARKED, name, spam: true });
    expect(await swaks({ port: smtp, from: ANNA, to: `${MARKED},${OFFICE},${JUNK}`, data })).toMatchObject({ code: 0 });
    const [plain, marked, junk] = [await mta.waitForMessage(OFFICE, name), await mta.waitForMessage(MARKED, name, 30_000), await mta.waitForMessage(JUNK, name, 30_000)];
    expect(fields(plain, 'Subject')).toEqual([`Subject: About ${name}`]);
    expect(fields(marked, 'Subject')).toEqual([`Subject: [Suspected spam] About ${name}`]);
    expect(fields(junk, 'X-Spam-Flag')).toEqual(['X-Spam-Flag: YES']);
    expect([fields(plain, 'X-Spam-Flag'), fields(marked, 'X-Spam-Flag')]).toEqual([[], []]);
    await mta.settled();
    expect([OFFICE, MARKED, JUNK].map((each) => count(mta.messages(each), name))).toEqual([1, 1, 1]);
  }, 60_000);

  test('several letters over one connection, one of them refused', async () => {
    const codes = await sendLetters(smtp, [[OFFICE, 'the gate number 0', false], [REFUSED, 'the gate number 1', true], [HELD, 'the gate number 2', true], [OFFICE, 'the gate number 3', false]]);
    expect(codes).toEqual([250, 550, 250, 250]);
    await mta.waitForMessage(OFFICE, 'the gate number 0');
    await mta.waitForMessage(OFFICE, 'the gate number 3');
  });

  test('while Usher is down senders are asked to try again', async () => {
    await usher.stop();
    const refused = await send(OFFICE, 'the far door', false);
    expect(refused.code).not.toBe(0);
    expect(refused.transcript).toMatch(/<\*\* 4\d\d /);
    usher = await startUsher(home);
    expect(await send(OFFICE, 'the near door', false)).toMatchObject({ code: 0 });
    await mta.waitForMessage(OFFICE, 'the near door');
    expect(count(mta.messages(OFFICE), 'the far door')).toBe(0);
  }, 60_000);
}
