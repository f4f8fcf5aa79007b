/** What counted, as people read it. */
import { countedLines, type Counted } from '../../src/commands/explain-text.ts';
import { walk } from '../../src/message/walk.ts';
import { featuresOf } from '../../src/scoring/features/extract.ts';
import { BLOCKS } from '../../src/scoring/features/builder.ts';
import { isLearnt } from '../../src/scoring/features/learnt-signals.ts';
import { catalogue } from '../../src/signals/catalogue.ts';
import { loadScorer } from '../../src/model-file.ts';
import { catalogues, words } from '../../src/words/index.ts';
import { BUSINESS_LETTERS, businessMail } from '../support/business-letters.ts';
import { attached, gatherOffline, html, input, type MailTraits } from '../support/signal-mail.ts';

const line = (name: string, value: unknown, language = 'en'): string | undefined => countedLines([[name, value, 1]], language, words)[0];

test.each([
  ['form', 'capitals few', '+1.00  capitals among its letters: under 2 %'], ['form', 'capitals 3', '+1.00  capitals among its letters: 30 to 40 %'], ['form', 'signs 9', '+1.00  punctuation and other signs in the text: 90 to 100 %'],
  ['form', 'html-images 0', '+1.00  pictures that are loaded from the web: 0'], ['form', 'html-images 1', '+1.00  pictures that are loaded from the web: 1'], ['form', 'html-images 3', '+1.00  pictures that are loaded from the web: 4 to 7'], ['form', 'html-images 6', '+1.00  pictures that are loaded from the web: 32 or more'],
  ['form', 'author-words 2', "+1.00  words in the sender's name: 2"], ['form', 'author-words 5', "+1.00  words in the sender's name: 5 or more"], ['form', 'author-local-digits 1', "+1.00  one or two digits in the sender's address"],
  ['links', 'link path claim', '+1.00  "claim" in the path of a link'], ['links', 'link host login', '+1.00  "login" in front of a link\'s domain'], ['links', 'link host-number', '+1.00  a link leads to a number instead of a name'], ['links', 'link ending exe', '+1.00  a link leads to a file ending in .exe'],
  ['words', 'click here', '+1.00  words: "click here"'], ['words', '#### ##', '+1.00  numbers written like "#### ##"'], ['subject', 'subject won', '+1.00  in the subject: "won"'], ['subject', 'subject won -end', '+1.00  in the subject, at its end: "won"'], ['subject', 'subject …lott', '+1.00  in the subject, a part of a word: "lott"'],
  ['asks', 'nothing', "+1.00  it asks for nothing: no picture from elsewhere, form or archive, no link but to its author's home page, and it offers nothing"],
  ['asks', 'own', "+1.00  it offers nothing, and leads to its author's own site alone"], ['asks', 'little', '+1.00  it asks for little: one offer at most, or answers to a free mailbox'], ['starting-point', true, '+1.00  where every message begins'],
  ['reply-to-free-mail', true, '+1.00  answers to what looks like a company go to a free mailbox (reply-to-free-mail)'], ['link-many-domains', 7, '+1.00  the links lead to many different domains (link-many-domains: 7)'],
  ['form', 'of-tomorrow 3', '+1.00  of-tomorrow 3'], ['of-yesterday', 'x', '+1.00  of-yesterday = x'],
  ['name-brand', 'a\u001b[2Jb\nc', "+1.00  the name shown is a well-known company's, the address is not (name-brand: a�[2Jb c)"],
])('%s %s', (name, value, said) => expect(line(name, value)).toBe(said));

test('the beginning first, then the largest, and all else as one, so that the lines add up', () => {
  const small = Array.from({ length: 30 }, (_, i): Counted => ['words', `w${i}`, 0.04]), large = Array.from({ length: 14 }, (_, i): Counted => ['words', `v${i}`, -2 + i / 10]);
  const lines = countedLines([...large, ['starting-point', true, 0.5], ...small], 'en', words);
  expect(lines).toHaveLength(14);
  expect(lines[0]).toBe('+0.50  where every message begins');
  expect(lines.slice(1, 13)).toEqual(large.slice(0, 12).map(([, value, contribution]) => `${contribution.toFixed(2)}  words: "${String(value)}"`));
  expect(lines[13]).toBe('-0.30  everything else together');
  expect(countedLines([['words', 'a', -0.001]], 'en', words)).toEqual(['+0.00  everything else together']);
  expect(countedLines([], 'en', words)).toEqual([]);
});

test('signals of everyday mail are told in each language, all others in English', () => {
  const names = new Set(catalogue.flatMap(({ describes }) => describes.map(({ name }) => name)));
  expect(Object.keys(catalogues['en'] ?? {}).filter((key) => key.startsWith('signals.') && !names.has(key.slice(8)))).toEqual([]);
  expect(line('reply-to-free-mail', true, 'de')).toBe('+1.00  Antworten an ein scheinbares Unternehmen gehen an ein kostenloses Postfach (reply-to-free-mail)');
  expect(line('file-program', 'exe', 'tr')).toBe('+1.00  a file is a program, by its content (file-program: exe)');
  for (const name of names) if (isLearnt(name)) expect([name, catalogues['ru']?.[`signals.${name}`] !== undefined]).toEqual([name, true]);
});

const CORPUS: readonly MailTraits[] = [
  {}, { header: { From: '' } }, html('<p>Buy <a href="https://a-b.ex4mple.example:8080/x/y.exe?q=1#z">now</a> <a href="mailto:a@b.example">m</a> <img src="http://img.example/a.png"><img src="cid:1"></p><p style="display:none">hidden words here</p>'), attached('a.pdf', '%PDF-1.4', 'application/pdf'), attached('a.zip', 'PK'),
  { header: { From: 'X <a1b2@4-you.example>' }, body: 'S p a c e d  w o r d s and pаypаl http://192.0.2.7/ http://xkcdqrst.example/0123456789abcdef0123456789abcdef/# and $1,000,000!!!\n' },
];

test.each(Object.keys(catalogues))('every fact of form that a message can have is told in words: %s', async (language) => {
  const letters = BUSINESS_LETTERS.map((letter, i) => walk(businessMail(letter, i)));
  const mails = [...letters.map((message) => ({ message, signals: [] })), ...(await Promise.all(CORPUS.map(async (traits) => ({ message: input(traits).message, signals: (await gatherOffline(traits)).signals }))))];
  const raw = new Set<string>();
  for (const { message, signals } of mails) {
    const features = featuresOf(message, signals);
    for (const [name, block] of [['form', 'named'], ['links', 'link'], ['links', 'path']] as const) {
      const at = BLOCKS.indexOf(block);
      for (let i = at === 0 ? 0 : (features.ends[at - 1] as number); i < (features.ends[at] as number); i++) {
        const label = features.label(i);
        if (!isLearnt(features.name(i)) && line(name, label, language) === `+1.00  ${label.replace(/^link /, '')}`) raw.add(label);
      }
    }
  }
  expect([...raw]).toEqual([]);
});

test('what a whole score is made of can be told', async () => {
  const scorer = loadScorer(null);
  for (const traits of CORPUS) {
    const { signals, authentication } = await gatherOffline(traits);
    const { contributions } = scorer.score({ message: input(traits).message, signals, authentication });
    const lines = countedLines(contributions.map(({ name, value, contribution }) => [name, value, contribution]), 'de', words);
    const total = lines.reduce((sum, text) => sum + Number.parseFloat(text), 0);
    expect(Math.abs(total - contributions.reduce((sum, { contribution }) => sum + contribution, 0))).toBeLessThan(0.1);
  }
});
