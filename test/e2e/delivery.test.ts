/** The main job on real mail: Postfix asks Usher before it answers, with the lines that stand in README.md. */
import { ANNA, HELD, MARKED, OFFICE, page, REFUSED } from '../support/company.ts';
import { gate, type Gate } from '../support/gate.ts';
import { heldEntries, heldFiles } from '../support/held-mail.ts';
import { letter } from '../support/letters.ts';
import { startCompany, startSender } from '../support/mail-servers.ts';
import { freePort } from '../support/ports.ts';
import type { RunningPostfix } from '../support/postfix.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { swaks } from '../support/swaks.ts';
import { startUsher, usherHome, runUsher, type RunningUsher, type UsherHome } from '../support/usher.ts';
import { waitFor } from '../support/wait.ts';

const POLICIES = {
  company: page('company', 'everyone', ''),
  careful: page('careful', HELD, 'certain-spam: quarantine\nquarantine: {folder: "Suspected spam"}\n'),
  tolerant: page('tolerant', MARKED, 'certain-spam: mark\nmark-with: "[Suspected spam]"\n'),
  strict: page('strict', REFUSED, [
    'certain-spam: reject', 'rejection:', '  message:',
    '    en: "We could not accept your message. Please call us on +90 212 555 0100, we would like to hear from you."', '  contact: "+90 212 555 0100"', '',
  ].join('\n')),
};

/** Long texts are folded by whoever shows them; replies over several lines repeat their codes. */
const unfolded = (text: string): string => text.replace(/\r?\n\s*/g, ' ').replace(/ 550[- ]5\.7\.1 /g, ' ');
const BERTA = 'berta@sender.example';

const count = (messages: readonly string[], text: string): number => messages.filter((message) => message.includes(text)).length;

describeIf([requirement('postfix'), requirement('swaks')], 'Usher behind Postfix', () => {
  let home: UsherHome;
  let usher: RunningUsher;
  let company: RunningPostfix;
  let sender: RunningPostfix;
  let nextHop: Gate;
  let smtp: number;
  let senderPort: number;

  beforeAll(async () => {
    const gatePort = await freePort();
    const reinjection = await freePort();
    [smtp, senderPort] = [await freePort(), await freePort()];
    home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${gatePort}` }, policies: POLICIES });
    nextHop = gate(gatePort, reinjection);
    await nextHop.open();
    company = await startCompany({ smtp, filter: home.ports.smtp, reinjection }, [OFFICE, HELD, MARKED, REFUSED]);
    sender = await startSender(senderPort, smtp, [ANNA]);
    usher = await startUsher(home);
  }, 90_000);

  afterAll(async () => {
    await usher?.stop();
    await Promise.all([company?.stop(), sender?.stop(), nextHop?.close()]);
    home?.remove();
  }, 60_000);

  const send = (to: string, name: string, spam: boolean, port = smtp): ReturnType<typeof swaks> =>
    swaks({ port, from: ANNA, to, data: letter({ from: ANNA, to, name, spam }) });

  test('an ordinary letter is delivered, and says so', async () => {
    expect(await send(OFFICE, 'the new door', false)).toMatchObject({ code: 0 });
    const arrived = await company.waitForMessage(OFFICE, 'the new door');
    expect(arrived).toMatch(/^X-Usher-Verdict: deliver; policy=company; score=0\.\d\d; kind=\w+$/m);
    expect(arrived).toMatch(/^X-Usher-Id: \w+$/m);
    expect(arrived).toMatch(/^Subject: About the new door$/m);
  });

  test('the client is the one that Postfix named, not Postfix', async () => {
    await send(OFFICE, 'who it was from', false);
    const arrived = await company.waitForMessage(OFFICE, 'who it was from');
    expect(arrived).toMatch(/^Received: from client\.sender\.example/m);
  });

  test('a suspected letter is marked where the page says so', async () => {
    expect(await send(MARKED, 'the old door', true)).toMatchObject({ code: 0 });
    const arrived = await company.waitForMessage(MARKED, 'the old door');
    expect(arrived).toMatch(/^Subject: \[Suspected spam\] About the old door$/m);
    expect(arrived).toMatch(/^X-Usher-Verdict: mark; policy=tolerant/m);
  });

  test('a suspected letter is held, is not in the mailbox, and arrives once with its own bytes when released', async () => {
    expect(await send(HELD, 'the blue door', true)).toMatchObject({ code: 0 });
    const entry = (await heldEntries(home)).find(({ subject }) => subject === 'About the blue door');
    expect(entry).toMatchObject({ recipient: HELD });
    expect(count(heldFiles(home), 'the blue door')).toBe(1);
    await waitFor('an empty queue', () => company.queue().includes('empty'));
    expect(company.messages(HELD)).toEqual([]);

    expect(await runUsher(home, ['quarantine', 'release', entry!.id])).toMatchObject({ code: 0 });
    const arrived = await company.waitForMessage(HELD, 'the blue door', 30_000);
    expect(arrived.endsWith(letter({ from: ANNA, to: HELD, name: 'the blue door', spam: true }))).toBe(true);
    await usher.waitForEvent('the release', ({ msg }) => msg === 'released');
    await company.settled();
    expect(company.messages(HELD)).toHaveLength(1);
  }, 60_000);

  test('the same letter tried again is counted, not kept twice', async () => {
    // From somebody else: Anna was let through a moment ago, and is not held again for the same reason.
    const data = letter({ from: BERTA, to: HELD, name: 'the red door', spam: true });
    for (let times = 0; times < 3; times++) expect(await swaks({ port: smtp, from: BERTA, to: HELD, data })).toMatchObject({ code: 0 });
    expect(count(heldFiles(home), 'the red door')).toBe(1);
    expect((await heldEntries(home)).filter(({ subject }) => subject === 'About the red door')).toHaveLength(1);
  });

  test('a refused letter: its sender reads the words of the page', async () => {
    const { code, transcript } = await send(REFUSED, 'the green door', true);
    expect(code).toBe(26);
    expect(transcript).toMatch(/<\*\* 550[- ]5\.7\.1 We could not accept your message\./);
    expect(unfolded(transcript)).toContain('+90 212 555 0100');
    expect(count(heldFiles(home), 'the green door')).toBe(0);
  });

  test("a refused letter: the bounce that the sender's own server writes shows the words of the page", async () => {
    expect(await send(REFUSED, 'the white door', true, senderPort)).toMatchObject({ code: 0 });
    const bounce = unfolded(await sender.waitForMessage(ANNA, 'the white door'));
    expect(bounce).toContain('We could not accept your message. Please call us on +90 212 555 0100');
    expect(company.messages(REFUSED)).toEqual([]);
  });

  test('of two who disagree one gets the letter, and it is held for the other', async () => {
    const name = 'the two doors';
    const data = letter({ from: ANNA, to: MARKED, name, spam: true });
    expect(await swaks({ port: smtp, from: ANNA, to: `${MARKED},${REFUSED}`, data })).toMatchObject({ code: 0 });
    await company.waitForMessage(MARKED, name);
    const entries = (await heldEntries(home)).filter(({ subject }) => subject === `About ${name}`);
    expect(entries.map(({ recipient }) => recipient)).toEqual([REFUSED]);
    expect(company.messages(REFUSED)).toEqual([]);
  });

  test('an unknown user is refused by the next hop at RCPT, and nothing of it is held', async () => {
    const { code, transcript } = await send('nobody@example.com', 'no door', true, home.ports.smtp);
    expect(code).toBe(24);
    expect(transcript).toMatch(/<\*\* 550 5\.1\.1 <nobody@example\.com>/);
    expect(count(heldFiles(home), 'no door')).toBe(0);
  });

  test('while the next hop is down the sender is told to wait, and its queue delivers later', async () => {
    await nextHop.close();
    const refused = await send(OFFICE, 'the far door', false);
    expect(refused.code).not.toBe(0);
    expect(refused.transcript).toMatch(/<\*\* 4\d\d /);
    expect(await send(OFFICE, 'the last door', false, senderPort)).toMatchObject({ code: 0 });
    await waitFor('a deferred message', () => /\b4\d\d\b/.test(sender.queue()) && !sender.queue().includes('empty'));
    expect(count(company.messages(OFFICE), 'the last door')).toBe(0);

    await nextHop.open();
    await sender.flush();
    await company.waitForMessage(OFFICE, 'the last door', 30_000);
    await waitFor('an empty queue', () => sender.queue().includes('empty'));
    expect(count(company.messages(OFFICE), 'the last door')).toBe(1);
    expect(count(company.messages(OFFICE), 'the far door')).toBe(0);
  }, 60_000);
});
