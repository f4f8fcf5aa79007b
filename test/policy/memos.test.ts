/** What business people asked for, the pages they wrote from the documentation, and what becomes of their mail: through the real reader. */
import { decide } from '../../src/policy/decide.ts';
import { parsePage } from '../../src/policy/parse.ts';
import { buildPolicySet } from '../../src/policy/resolve.ts';
import type { MessageFacts } from '../../src/policy/verdict.ts';
import { calibration, CERTAIN as CERT, DANGER, DEFAULTS, facts, NEWSLETTER as NEWS, NOON, PASS, SPAM } from '../support/policies.ts';

type Decided = readonly [to: string, some: Partial<MessageFacts>, at: string | number, expected: string];

function memo(wish: string, texts: readonly string[], decisions: readonly Decided[]): void {
  describe(wish, () => {
    const parsed = texts.map((text, i) => parsePage(text, `${i}.yaml`, { ...DEFAULTS, ourDomains: [] }));
    test('is accepted as written', () => {
      expect(parsed.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([]);
    });
    test.each(decisions)('%s, %j, %s: %s', (recipient, some, at, expected) => {
      const set = buildPolicySet(parsed.flatMap(({ page }) => page ?? []), DEFAULTS, '0123456789ab');
      const { action, reason, words } = decide(set, facts(some), { recipient, knownRelation: false, retry: 'first' }, calibration(), typeof at === 'number' ? at : Date.parse(at));
      expect(words === null || expected.split(' ').length < 3 ? `${action} ${reason}` : `${action} ${reason} ${words.split('\n').join(' / ')}`).toBe(expected);
    });
  });
}

memo('a partner with all domains below its own', ['policy: c\nowner: a@x.example\napplies-to: everyone\nalways-welcome:\n  - sender: ["*@partner.example", "*@*.partner.example"]\n    because: partner\n'], [
  ['z@x.example', { ...CERT, authors: ['a@partner.example'], ...PASS }, NOON, 'deliver always-welcome-sender'],
  ['z@x.example', { ...CERT, authors: ['a@eu.mail.partner.example'], ...PASS }, NOON, 'deliver always-welcome-sender'],
  ['z@x.example', { ...CERT, authors: ['a@partner.example'] }, NOON, 'reject certain-spam'],
]);
memo('the owner must never be disturbed, but customers come first', ['policy: c\nowner: a@x.example\napplies-to: everyone\nintent: never-miss-a-customer\n', 'policy: boss\nowner: as@x.example\napplies-to: boss@x.example\nintent: keep-the-inbox-clean\nspam: quarantine\ncertain-spam: quarantine\n'], [
  ['boss@x.example', NEWS, NOON, 'quarantine newsletter'],
  ['boss@x.example', SPAM, NOON, 'quarantine certain-spam'],
  ['sales@x.example', NEWS, NOON, 'deliver newsletter'],
  ['sales@x.example', SPAM, NOON, 'deliver looks-fine'],
  ['boss+private@x.example', SPAM, NOON, 'quarantine certain-spam'],
]);
memo('the firm is closed from 24 December to 6 January', ['policy: s\nowner: a@x.example\napplies-to: everyone\nlanguage: de\ntimezone: Europe/Berlin\nspam: mark\nfor-a-while:\n  - name: "Betriebsferien"\n    first-day: 2026-12-24\n    last-day: 2027-01-06\n    spam: quarantine\n'], [
  ['a@x.example', SPAM, '2026-12-23T22:59:59Z', 'mark spam'],
  ['a@x.example', SPAM, '2026-12-23T23:00:00Z', 'quarantine spam'],
  ['a@x.example', SPAM, '2027-01-06T22:59:59Z', 'quarantine spam'],
  ['a@x.example', SPAM, '2027-01-06T23:00:00Z', 'mark spam'],
]);
memo('newsletters for the press desk only', ['policy: c\nowner: a@x.example\napplies-to: everyone\nnewsletters: quarantine\n', 'policy: press\nowner: p@x.example\napplies-to: press@x.example\nnewsletters: deliver\n'], [
  ['press@x.example', NEWS, NOON, 'deliver newsletter'],
  ['b@x.example', NEWS, NOON, 'quarantine newsletter'],
]);
memo('refuse politely, in Turkish and English', ['policy: c\nowner: a@x.example\napplies-to: everyone\nlanguage: tr\nspam: reject\ncertain-spam: reject\nrejection:\n  message:\n    tr: "Mesajınızı alamadık. Lütfen bizi arayın."\n    en: "We could not take your message. Please call us."\n  contact: "+90 224 555 0102"\n'], [
  ['a@x.example', { ...SPAM, language: 'tr', utf8Replies: true }, NOON, 'reject spam Mesajınızı alamadık. Lütfen bizi arayın. / Bize buradan ulaşabilirsiniz: +90 224 555 0102'],
  ['a@x.example', { ...SPAM, language: 'tr' }, NOON, 'reject spam We could not take your message. Please call us. / You can reach us here: +90 224 555 0102'],
  ['a@x.example', { ...SPAM, language: 'fr', utf8Replies: true }, NOON, 'reject spam Mesajınızı alamadık. Lütfen bizi arayın. / Bize buradan ulaşabilirsiniz: +90 224 555 0102'],
]);
memo('mail about orders, in Turkish', ['policy: c\nowner: a@x.example\napplies-to: everyone\nalways-welcome:\n  - words: ["sipariş", "yedek parça", "teklif"]\n'], [
  ['a@x.example', { ...SPAM, subject: 'SİPARİŞİNİZ' }, NOON, 'mark spam'],
  ['a@x.example', { ...SPAM, text: 'yedek parçaları' }, NOON, 'mark spam'],
  ['a@x.example', { ...CERT, text: 'teklifimiz' }, NOON, 'quarantine certain-spam'],
  ['a@x.example', { ...SPAM, text: 'önsipariş' }, NOON, 'quarantine spam'],
]);
memo('at most one wanted letter in five thousand', ['policy: c\nowner: a@x.example\napplies-to: everyone\nintent:\n  wanted-mail-stopped: at most 1 in 5.000\n'], [
  ['a@x.example', { score: 0.9979 }, NOON, 'deliver looks-fine'],
  ['a@x.example', { score: 0.9981, kind: 'spam' }, NOON, 'quarantine spam'],
]);
memo('only watch for now', ['policy: c\nowner: a@x.example\napplies-to: everyone\nmode: observe\nintent: keep-the-inbox-clean\n'], [
  ['a@x.example', CERT, NOON, 'deliver certain-spam'],
  ['a@x.example', DANGER, NOON, 'reject dangerous'],
]);
memo('refuse nothing at all', ['policy: c\nowner: a@x.example\napplies-to: everyone\nspam: quarantine\ncertain-spam: quarantine\nnever-welcome:\n  - sender: "*@*.click"\n  - words: "guest post"\n'], [
  ['a@x.example', CERT, NOON, 'quarantine certain-spam'],
  ['a@x.example', { authors: ['b@c.click'] }, NOON, 'quarantine never-welcome'],
  ['a@x.example', { subject: 'Guest posts for you' }, NOON, 'quarantine never-welcome'],
]);
memo('all our shops, but Jo is different', ['policy: shops\nowner: shop@x.example\napplies-to:\n  - "*@shop.x.example"\n  - "*@*.shop.x.example"\n  - orders@x.example\nintent: never-miss-a-customer\n', 'policy: jo\nowner: jo@x.example\napplies-to: jo@shop.x.example\nspam: mark\ncertain-spam: mark\nnewsletters: mark\n'], [
  ['a@shop.x.example', CERT, NOON, 'quarantine certain-spam'],
  ['a@paris.shop.x.example', SPAM, NOON, 'deliver looks-fine'],
  ['ORDERS@x.example'.toLowerCase(), SPAM, NOON, 'deliver looks-fine'],
  ['b@x.example', CERT, NOON, 'reject certain-spam'],
  ['jo@shop.x.example', CERT, NOON, 'mark certain-spam'],
  ['postmaster+a@x.example', CERT, NOON, 'deliver postmaster'],
]);
