/** Usher as the milter of a real Postfix, with the lines that stand in docs/operators.md. */
import { heldEntries } from '../support/held-mail.ts';
import { letter } from '../support/letters.ts';
import { milterSuite } from '../support/milter-suite.ts';
import type { Mta } from '../support/mta.ts';
import { freePort } from '../support/ports.ts';
import { startPostfixWithMilter } from '../support/postfix-milter.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { swaks, type SwaksAnswer } from '../support/swaks.ts';
import { runUsher, startUsher, usherHome, type RunningUsher, type UsherHome } from '../support/usher.ts';

const NEEDED = [requirement('postfix'), requirement('swaks')];

describeIf(NEEDED, 'Usher as a milter of Postfix', () => milterSuite(startPostfixWithMilter));

describeIf(NEEDED, 'Usher as a milter of Postfix with one listener for everything', () => {
  const [ANNA, HELD] = ['anna@sender.example', 'held@example.com'] as const;
  const company = `policy: company\nowner: ${HELD}\napplies-to: everyone\nintent: balanced\ncertain-spam: quarantine\n`;
  let home: UsherHome;
  let usher: RunningUsher;
  let mta: Mta;
  let smtp: number;

  beforeAll(async () => {
    smtp = await freePort();
    home = await usherHome({ config: { 'deliver-to': `smtp://127.0.0.1:${smtp}` }, policies: { company } });
    usher = await startUsher(home);
    mta = await startPostfixWithMilter({ smtp, milter: home.ports.milter, released: smtp }, [HELD]);
  }, 90_000);
  afterAll(async () => {
    usher?.signal('SIGCONT');
    await usher?.stop();
    await mta?.stop();
    home?.remove();
  }, 60_000);

  const send = (name: string, spam: boolean): Promise<SwaksAnswer> => swaks({ port: smtp, from: ANNA, to: HELD, data: letter({ from: ANNA, to: HELD, name, spam }) });

  test('released mail that comes through the milter again is known by its mark, and not held twice', async () => {
    expect(await send('the round door', true)).toMatchObject({ code: 0 });
    const [entry] = await heldEntries(home);
    expect(await runUsher(home, ['quarantine', 'release', entry!.id])).toMatchObject({ code: 0 });
    const arrived = await mta.waitForMessage(HELD, 'the round door', 30_000);
    expect(arrived).not.toMatch(/^X-Usher-(Release|Verdict):/m);
    expect(arrived.endsWith(letter({ from: ANNA, to: HELD, name: 'the round door', spam: true }))).toBe(true);
    expect(await heldEntries(home)).toEqual([]);
  }, 60_000);

  test('while Usher hangs senders are asked to try again', async () => {
    usher.signal('SIGSTOP');
    const refused = await send('the stuck door', false);
    usher.signal('SIGCONT');
    expect(refused.transcript).toMatch(/<\*\* 4\d\d /);
    expect(await send('the loose door', false)).toMatchObject({ code: 0 });
    await mta.waitForMessage(HELD, 'the loose door');
  }, 60_000);
});
