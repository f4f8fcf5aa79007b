import { borrowedBrand, brandInHost } from '../../src/signals/brands.ts';
import { deceit } from '../../src/signals/deceit.ts';
import { imitatedBrand, imitatedOwn } from '../../src/signals/lookalike.ts';
import { asksToSignIn, luresIn } from '../../src/signals/lures.ts';
import { BODY, found, html, input } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

const LINK = '<a href="https://evil.example/x">here</a>';
const letter = (from: string, subject: string, body: string): MailTraits => ({ header: { 'Content-Type': 'text/html; charset=utf-8', From: from, Subject: subject }, body });

test.each<[string, MailTraits, Record<string, unknown>]>([
  ['an everyday letter', {}, {}],
  ['an everyday letter with a link', html(`<p>${BODY}</p><a href="https://www.example.net/menu">the menu</a>`), {}],
  ['a brand in the subject', letter('Anna <anna@example.net>', 'Your PayPal account', BODY), { 'brand-subject': 'paypal' }],
  ['the brand itself', letter('PayPal <service@paypal.com>', 'Your PayPal account', '<a href="https://www.paypal.com/">PayPal</a>'), {}],
  ['a brand as name, nothing of it behind', letter('PayPal <x@example.net>', 'Hello', LINK), { 'brand-without-link': 'paypal' }],
  ['a brand as name that links home', letter('PayPal <x@mailer.example>', 'Hello', '<a href="https://www.paypal.com/">see</a>'), {}],
  ['a brand in the text', letter('Anna <anna@example.net>', 'Hello', `Dear customer of Netflix, ${LINK}`), { 'brand-text': 'netflix' }],
  ['a misspelt author', letter('Accounts <x@netfliix.com>', 'Hello', BODY), { 'author-imitates-brand': 'netflix' }],
  ['a misspelt domain of ours', { ...letter('Boss <x@exarnple.com>', 'Hello', BODY), ourDomains: ['example.com'] }, { 'author-imitates-ours': true }],
  ['a link to a misspelt domain of ours', { ...letter('Anna <anna@example.net>', 'Hello', '<a href="https://examp1e.com/">x</a>'), ourDomains: ['example.com'] }, { 'link-imitates-ours': true }],
  ['our own desk from elsewhere', letter('EXAMPLE IT Support <x@elsewhere.test>', 'Hello', BODY), { 'speaks-as-ours': true }],
  ['an invitation to one of us', { header: { 'Content-Type': 'text/calendar; method=REQUEST', Subject: 'Invitation: Budget (bob@example.com)' } }, {}],
  ['a notice that names one of us', { header: { Subject: 'Password of (bob@example.com)' } }, { 'speaks-as-ours': true }],
  ['our own desk', letter('Example IT Support <it@example.com>', 'Hello', BODY), {}],
  ['a full mailbox', letter('Admin <x@elsewhere.test>', 'Notice', `Your mailbox is almost full. <a href="https://evil.example/">Upgrade now</a>`), { 'lure-mailbox': true, 'link-asks': true }],
  ['a full mailbox without anything to click', letter('Bob <bob@example.net>', 'Sorry', 'My mailbox is full again'), {}],
])('%s', (_, traits, expected) => expect(found(deceit, traits)).toEqual(expected));

test.each<[string, string | undefined]>([
  ['your mailbox has exceeded its quota', 'mailbox'], ['ihr postfach ist voll', 'mailbox'], ['e-posta kutunuz dolu, kota aşıldı', 'mailbox'], ['ваш почтовый ящик переполнен', 'mailbox'],
  ['votre boîte de réception est pleine', 'mailbox'], ['メールボックスの容量が上限に達しました', 'mailbox'],
  ['we have suspended your account', 'account'], ['ihr konto wurde gesperrt', 'account'], ['hesabınız askıya alındı', 'account'], ['ваш аккаунт заблокирован', 'account'], ['su cuenta ha sido bloqueada', 'account'], ['unusual sign-in activity', 'account'],
  ['your parcel is on hold: unpaid customs fee', 'parcel'], ['ihr paket konnte nicht zugestellt werden', 'parcel'], ['kargo teslim edilemedi', 'parcel'], ['votre colis est en attente', 'parcel'],
  ['the account of last week\'s meeting', undefined], ['we shipped your parcel today', undefined], ['konto ist ein dehnbarer begriff', undefined], ['hesap lütfen', undefined], ['let us have lunch on friday', undefined],
])('%s', (text, lure) => expect([...luresIn(text)]).toEqual(lure === undefined ? [] : [lure]));

test.each<[string, boolean]>([['verify your account', true], ['sign in', true], ['jetzt bestätigen', true], ['giriş yap', true], ['подтвердить', true], ['the menu', false], ['read more', false], ['unsubscribe', false]])('a link that says %s', (text, asks) =>
  expect(asksToSignIn(text)).toBe(asks));

test.each<[string, string | null]>([
  ['paypa1.com', 'paypal'], ['paypal.com', null], ['pay-pal.com', 'paypal'], ['micros0ft.com', 'microsoft'], ['rnicrosoft.com', 'microsoft'], ['microsfot.com', null], ['mcrosoft.com', 'microsoft'],
  ['xn--pypal-4ve.com', 'paypal'], ['example.com', null], ['apple.com', null], ['netflx.com', 'netflix'], ['com', null], ['', null], ['192.0.2.1', null],
])('%s imitates %s', (host, brand) => expect(imitatedBrand(host)).toBe(brand));

test.each<[string, string | null]>([['example.com', null], ['mail.example.com', null], ['examp1e.com', 'example'], ['exarnple.net', 'example'], ['exmple.com', 'example'], ['sample.com', null], ['xn--xample-9uf.com', 'example']])('%s imitates our %s', (host, own) =>
  expect(imitatedOwn(host, new Set(['example.com']))).toBe(own));

test.each<[string, string, string | null]>([
  ['PayPal Service', 'example.net', 'paypal'], ['PaypaI', 'example.net', 'paypal'], ['Sberbank', 'sberbank.ru', null], ['СБЕРБАНК', 'example.net', 'сбербанк'], ['ZİRAAT BANKASI', 'example.net', 'ziraat bankasi'], ['WellsFargo', 'example.net', 'wells fargo'],
  ['三井住友カード', 'example.net', '三井住友'], ['Paypalooza', 'example.net', null], ['Booking.com', 'booking.com', null],
])('%s from %s', (text, host, brand) => expect(borrowedBrand(text, host)).toBe(brand));

test('names inside hosts', () => {
  expect([brandInHost('paypal-login.example'), brandInHost('www.paypal.com'), brandInHost('www.example.com')]).toEqual(['paypal', null, null]);
});

test.each<[string, MailTraits]>([
  ['the same thing again and again', html(`${LINK}${'your account '.repeat(5000)}`)],
  ['beginnings without an end', html(`${LINK}${'votre votre votre x '.repeat(5000)}`)],
  ['letters of many scripts', html(`${LINK}${'ваш аккаунт メール 邮箱 '.repeat(5000)}`)],
  ['names of companies', html(`${LINK}${'paypal netflix deutsche bank '.repeat(5000)}`)],
  ['marks that nobody sees', html(`${LINK}${'a\u0301'.repeat(50_000)}`)],
  ['many hosts', html(Array.from({ length: 500 }, (_, i) => `<a href="https://${'rn0vv1l-'.repeat(7)}${i}.xn--paypal-${i}.example${i}.com/">verify ${i}</a>`).join(''))],
  ['a name without end', { header: { From: `"${'PаyPal '.repeat(20_000)}" <x@${'a.'.repeat(5000)}example.net>`, Subject: 'PaypaI '.repeat(20_000) } }],
])('%s: cheap', (_, traits) => {
  const mail = input({ ...traits, ourDomains: ['example.com', 'example.org'] });
  deceit.gather(mail); // Once before, so that compiling is not counted.
  const begun = process.cpuUsage();
  deceit.gather({ ...mail, message: { ...mail.message, links: mail.message.links.map((link) => ({ ...link })) } });
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(50);
});
