import { createExampleRunner } from '../src/policy-examples.ts';
import type { Example } from '../src/policy/model.ts';
import type { MessageFacts } from '../src/policy/verdict.ts';
import { calibration, CERTAIN, facts, NOON, page, set, SPAM } from './support/policies.ts';

const PLACE = { file: 'x.yaml', line: 1, column: 1, length: 1 };
const example = (mail: Example['mail'], ...expect: Example['expect'][number][]): Example => ({ name: 'x', mail, file: null, expect, place: PLACE });

/** Runs one example; gives what was decided and the letter that was judged. */
async function run(yaml: string, one: Example, some: Partial<MessageFacts> = {}, letter: Buffer | null = null): Promise<{ passed: boolean; action: string; letter: string; recipient: string }> {
  const written = page(yaml);
  let judged = '';
  const runner = createExampleRunner({
    assess: async (bytes) => {
      judged = bytes.toString('utf8');
      return facts({ authors: [/^From:.*?([\w.]+@[\w.]+)/m.exec(judged)?.[1] ?? ''].filter((found) => found !== ''), ...some });
    },
    calibration: calibration(), now: () => NOON, ourDomain: 'example.com',
  });
  const { passed, verdict } = await runner(set(written), written, one, letter);
  return { passed, action: verdict.action, letter: judged, recipient: verdict.recipient };
}

test('the letter is a message as a mail program writes it, with what the example leaves out', async () => {
  const { letter, recipient } = await run('', example({ subject: 'Sipariş', text: 'Merhaba' }, 'deliver'));
  expect(letter).toMatch(/^From: Somebody New <somebody@elsewhere\.example>\r$/m);
  expect(letter).toMatch(/^To: somebody@example\.com\r$/m);
  expect(letter).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(letter).toMatch(/^Date: /m);
  expect(letter).toMatch(/^Message-ID: </m);
  expect(letter.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
  expect(recipient).toBe('somebody@example.com');
});

test('what a page writes names no file to read and no address to fetch', async () => {
  const { letter } = await run('', example({ text: '/etc/passwd', html: '<img src="http://127.0.0.1:1/x.png">' }, 'deliver'));
  expect(letter).toContain('/etc/passwd');
  expect(letter).not.toContain('root:');
});

test('judged as if the author were who From says', async () => {
  const yaml = 'always-welcome: [{sender: "*@big.example"}]';
  expect(await run(yaml, example({ from: 'Anna <anna@big.example>' }, 'deliver'), CERTAIN)).toMatchObject({ passed: true, action: 'deliver' });
  expect(await run(yaml, example({ from: 'Anna <anna@small.example>' }, 'deliver'), CERTAIN)).toMatchObject({ passed: false, action: 'reject' });
});

test('on a day without a for-a-while block', async () => {
  const yaml = 'for-a-while: [{name: fair, first-day: 2026-11-17, last-day: 2026-11-19, spam: mark}]';
  expect(await run(yaml, example({ text: 'x' }, 'quarantine'), SPAM)).toMatchObject({ passed: true });
});

test('a page that only observes is judged by what it would have done', async () => {
  expect(await run('mode: observe', example({ text: 'x' }, 'quarantine'), SPAM)).toMatchObject({ passed: true, action: 'deliver' });
});

test('a letter from a file goes in as it is; a page for a domain has a recipient there', async () => {
  const bytes = Buffer.from('From: x@y.example\r\n\r\nhello');
  expect(await run('policy: shop\napplies-to: ["*@*.shop.example.com"]\nspam: mark', example(null, 'mark'), SPAM, bytes)).toEqual({ passed: true, action: 'mark', letter: bytes.toString(), recipient: 'somebody@mail.shop.example.com' });
});
