import { featuresOf } from '../../../src/scoring/features/extract.ts';
import { BLOCKS } from '../../../src/scoring/features/builder.ts';
import { SLOTS } from '../../../src/scoring/features/hash.ts';
import { gatherOffline, html, input, type MailTraits } from '../../support/signal-mail.ts';

async function labels(traits: MailTraits): Promise<readonly string[]> {
  const features = featuresOf(input(traits).message, (await gatherOffline(traits)).signals);
  return Array.from(features.slots, (_, i) => features.label(i));
}

test('the same message, the same features; each slot once, in its block', async () => {
  const { message } = input();
  const { signals } = await gatherOffline({});
  const [a, b] = [featuresOf(message, signals), featuresOf(message, signals)];
  expect(a.slots).toEqual(b.slots);
  expect(new Set(a.slots).size).toBe(a.slots.length);
  expect(a.ends).toHaveLength(BLOCKS.length);
  expect(a.ends.at(-1)).toBe(a.slots.length);
  expect(Math.max(...a.slots)).toBeLessThan(SLOTS);
});

test('what only tells where a message is from is no feature', async () => {
  const plain = await labels({ header: { Subject: 'Release' }, body: 'Hello all\n' });
  const listed = await labels({
    header: {
      'Subject': '[secret-list] Release', 'List-Id': '<secret-list.example.org>', 'X-Mailer': 'Odd 1.0', 'X-Spam-Status': 'Yes, score=99', 'X-Spam-Flag': 'YES', 'X-MS-Exchange-Organization-SCL': '9',
      'X-Spam-Score': '99', 'X-Rspamd-Score': '30', 'Received': 'from a by b', 'X-Originating-IP': '192.0.2.1',
    },
    body: 'Hello all\n',
  });
  expect(listed).toEqual(plain);
  expect(listed.join(' ')).not.toMatch(/secret|spam|odd|192/i);
});

test('who the author and the recipient are is no feature', async () => {
  const found = (await labels({ header: { From: 'Zaphod Beeblebrox <zaphod@heartofgold.example>', To: 'Arthur Dent <dent@earth.example>' }, body: 'Hello\n' })).join(' ');
  expect(found).not.toMatch(/zaphod|beeblebrox|heartofgold|dent|earth/i);
});

test('links by their parts, never whole', async () => {
  const found = await labels({ body: 'See https://login.bank-secure.example/account/verify?id=4f3a2b1c4f3a2b1c now\n' });
  expect(found).toEqual(expect.arrayContaining(['link path verify', 'link path account', 'link host login']));
  expect(found.join(' ')).not.toMatch(/bank-secure|4f3a/);
});

test('a topic is the same in several languages', async () => {
  for (const body of ['You won the lottery jackpot', 'Lotterie Gewinner Glückwunsch', 'Piyango kazandınız ödül', 'Вы выиграли приз', '恭喜您 中奖', '抽選で当選']) expect(await labels({ header: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': '8bit' }, body: `${body}\n` })).toContain('topic prize');
});

test('terms of several words are found where letters begin, across an apostrophe and behind a link', async () => {
  expect(await labels({ body: 'Please act now\n' })).toContain('topic urgency');
  expect(await labels({ body: "l'act now https://www.example.com/web design\n" })).toEqual(expect.arrayContaining(['topic urgency', 'topic marketing']));
  expect(await labels({ body: 'react now, act  now, act\nnow\n' })).not.toContain('topic urgency');
});

test('a word of a topic counts once, with an apostrophe and without', async () => {
  const found = await labels({ body: "casino c'asino casin'o\n" });
  expect(found).toContain('topic gambling');
  expect(found).not.toContain('topic gambling 2');
});

test('HTML by what a reader sees', async () => {
  const found = await labels(html('<p>Hello <b>reader</b></p><p style="display:none">hidden words</p>'));
  expect(found).toEqual(expect.arrayContaining(['hello', 'reader', 'html']));
  expect(found).not.toContain('hidden');
});
