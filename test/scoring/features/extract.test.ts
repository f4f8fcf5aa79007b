import { featuresOf } from '../../../src/scoring/features/extract.ts';
import { BLOCKS } from '../../../src/scoring/features/builder.ts';
import { SLOTS } from '../../../src/scoring/features/hash.ts';
import { valueOf } from '../../../src/scoring/features/values.ts';
import { attached, gatherOffline, html, input, type MailTraits } from '../../support/signal-mail.ts';

const features = async (traits: MailTraits) => featuresOf(input(traits).message, (await gatherOffline(traits)).signals);

async function labels(traits: MailTraits): Promise<readonly string[]> {
  const { slots, label } = await features(traits);
  return Array.from(slots, (_, i) => label(i));
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

test('links by how they are made and what words their paths hold, never which site it is', async () => {
  const found = await labels({ body: 'See https://login.bank-secure.example/account/verify?id=4f3a2b1c4f3a2b1c now\n' });
  expect(found).toEqual(expect.arrayContaining(['link path-depth 2', 'link query', 'link host-labels 3', 'link name-hyphens 1', 'link host login', 'link path account', 'link path verify']));
  expect(found.join(' ')).not.toMatch(/bank|secure|example|4f3a/);
});

test('a word is the same feature in the opening and behind it, and counts less there', async () => {
  const filler = Array.from({ length: 120 }, (_, i) => `word${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}`).join(' ');
  const [early, late] = [await features({ body: `Pelican ${filler}\n` }), await features({ body: `${filler} pelican\n` })];
  const at = ({ slots, label }: typeof early) => Array.from(slots, (_, i) => label(i)).indexOf('pelican');
  expect(early.slots[at(early)]).toBe(late.slots[at(late)]);
  const blockOf = ({ ends }: typeof early, index: number) => BLOCKS[ends.findIndex((end) => index < end)];
  expect([blockOf(early, at(early)), blockOf(late, at(late))]).toEqual(['opening', 'word']);
  expect(valueOf(BLOCKS.indexOf('word'), 50)).toBeLessThan(valueOf(BLOCKS.indexOf('opening'), 50));
});

test('words that speak to somebody are no features by themselves', async () => {
  const found = await labels({ header: { Subject: 'Your order' }, body: 'Please send us your prices, and the plan\n' });
  expect(found).toEqual(expect.arrayContaining(['prices', 'plan', 'send us', 'subject order']));
  for (const word of ['please', 'us', 'your', 'and', 'the', 'subject your']) expect(found).not.toContain(word);
});

test('a subject by its words and their pieces; numbers have none', async () => {
  const found = await labels({ header: { Subject: 'Mortgages 4711' }, body: 'Hello\n' });
  expect(found).toEqual(expect.arrayContaining(['subject mortgages', 'subject mortgages ####', 'subject … mor', 'subject …gage']));
  expect(found.filter((label) => label.startsWith('subject …') && /[#\d]/.test(label))).toEqual([]);
});

const askingOf = async (traits: MailTraits) => (await features(traits)).asking;
const UTF8 = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': '8bit' };

test('what is offered is known in several languages', async () => {
  for (const body of ['You won the lottery jackpot', 'Lotterie Gewinner Glückwunsch', 'Piyango kazandınız ödül', 'Вы выиграли приз', '恭喜您 中奖', '抽選で当選']) expect(await askingOf({ header: UTF8, body: `${body}\n` })).not.toBe('nothing');
  expect(await askingOf({ body: 'A lottery, a casino and cheap pills\n' })).toBe('something');
});

test('terms of several words are found where letters begin, across an apostrophe and behind a link', async () => {
  expect(await askingOf({ body: 'Our lead generation is here\n' })).toBe('little');
  expect(await askingOf({ body: "l'lead generation for all\n" })).toBe('little');
  expect(await askingOf({ body: 'mislead generation, lead  generation, lead\ngeneration\n' })).toBe('nothing');
});

test('letters ask nothing; links, pictures, forms, answers led elsewhere and archives do', async () => {
  expect(await askingOf({})).toBe('nothing');
  expect(await askingOf(html('<p>Dear Bob,<br>the order is ready.</p>'))).toBe('nothing');
  expect(await askingOf({ body: 'Write to sales@example.net or mailto:sales@example.net\n' })).toBe('nothing');
  for (const traits of [{ body: 'See http://elsewhere.example/\n' }, html('<img src="https://example.net/a.png">'), html('<form action="https://example.net/"><input></form>'), attached('a.zip', 'PK'), { header: { 'From': 'A <a@gmail.com>', 'Reply-To': 'a@yahoo.com' } }]) expect(await askingOf(traits)).toBe('something');
});

test('HTML by what a reader sees', async () => {
  const found = await labels(html('<p>Careful <b>reader</b></p><p style="display:none">hidden words</p>'));
  expect(found).toEqual(expect.arrayContaining(['careful', 'reader', 'html']));
  expect(found).not.toContain('hidden');
});
