import { walk } from '../../../src/message/walk.ts';
import { askingOf } from '../../../src/scoring/features/asking.ts';
import { present } from '../../../src/signals/signal.ts';
import { html, input, type MailTraits } from '../../support/signal-mail.ts';

const asking = (traits: MailTraits, offers = 0) => askingOf(walk(input(traits).bytes), [], offers);
const link = (url: string): string => `<p>Until Friday.</p><a href="${url}">here</a>`;
const from = (address: string, body: string): MailTraits => ({ ...html(body), header: { ...html(body).header, From: `Anna <${address}>` } });

test.each<[string, MailTraits, number, string]>([
  ['a letter', {}, 0, 'nothing'],
  ['a letter that offers one thing', {}, 1, 'little'],
  ['a letter that offers two', {}, 2, 'something'],
  ["a letterhead with the author's home page", html(`${link('https://www.example.net/')}<img src="cid:logo">`), 0, 'nothing'],
  ['a home page in one of several languages', html(link('https://example.net/de/')), 0, 'nothing'],
  ['a home page written into plain text', { body: 'Until Friday.\n\nAnna\nhttp://www.example.net\n' }, 0, 'nothing'],
  ['a letterhead with the pages of a company elsewhere', html(link('https://example.net/') + link('https://www.linkedin.com/company/example')), 0, 'nothing'],
  ["a page of the author's own site", html(link('https://shop.example.net/orders/7')), 0, 'own'],
  ['a letterhead with a picture that is fetched', html(`${link('https://example.net/')}<img src="https://example.net/logo.png">`), 0, 'own'],
  ['mail addresses and telephone numbers beside it', html(link('https://example.net/orders/7') + link('mailto:x@example.org') + link('tel:+4930555')), 0, 'own'],
  ['an offer that leads to its own site', html(link('https://example.net/offer')), 1, 'something'],
  ['an offer under a letterhead', html(link('https://example.net/')), 1, 'little'],
  ['two offers under a letterhead', html(link('https://example.net/')), 2, 'something'],
  ['another site beside the own', html(link('https://example.net/') + link('https://example.org/')), 0, 'something'],
  ['a site whose name holds the own', html(link('https://example.net.example.org/')), 0, 'something'],
  ['a network that leads on', html(link('https://example.net/') + link('https://www.facebook.com/l.php?u=https://evil.example/')), 0, 'something'],
  ['a network alone', html(link('https://www.facebook.com/evil')), 0, 'something'],
  ['a script', html(link('https://example.net/') + link('javascript:alert(1)')), 0, 'something'],
  ['a picture without a word of whose it is', html('<p>Until Friday.</p><img src="cid:photo">'), 0, 'something'],
  ['a form', html(`${link('https://example.net/')}<form action="https://example.net/f"></form>`), 0, 'something'],
  ['a free mailbox and the site of its provider', from('anna@gmail.com', link('https://www.gmail.com/')), 0, 'something'],
  ...['www.evil.example/login', 'ftp://evil.example/login'].map((url): [string, MailTraits, number, string] => [`${url} in plain text`, { body: `Until Friday.\n\n${url}\n` }, 0, 'something']),
  ...['//evil.example/x', 'www.evil.example/x', 'evil.example/x', '&#1;https://evil.example/x', 'data:text/html,x', 'javascript:x', 'https://paypal.example@example.net/'].map((url): [string, MailTraits, number, string] => [`${url} as a link`, html(link(url)), 0, 'something']),
  ['its own site without a scheme', { body: 'Until Friday.\n\nAnna\nwww.example.net\n' }, 0, 'nothing'],
  ['a mail address alone', html(link('mailto:x@example.org')), 0, 'nothing'],
  ['more links than are looked at', html(link('https://example.net/').repeat(501)), 0, 'something'],
  ['two authors', from('a@example.net>, <b@example.org', link('https://example.net/')), 0, 'something'],
  ['a page of a place where anybody has pages', from('a@typeform.com', link('https://evil.typeform.com/')), 0, 'something'],
  ['a page of its own that leads on, as it might without saying so', html(link('https://example.net/url?q=https://elsewhere.example/')), 0, 'own'],
  ['a link that was shortened', from('a@bit.ly', link('https://bit.ly/x')), 0, 'something'],
  ['an author without a domain', from('anna', link('https://example.net/')), 0, 'something'],
])('%s', (_, traits, offers, expected) => expect(asking(traits, offers)).toBe(expected));

test.each<[string, MailTraits, string, string]>([
  ['a letter whose answers go to a free mailbox, as of a form on a website', {}, 'reply-to-free-mail', 'little'],
  ['the same with a home page', html(link('https://example.net/')), 'reply-to-free-mail', 'little'],
  ["the same with a page of the author's own site", html(link('https://example.net/orders/7')), 'reply-to-free-mail', 'something'],
  ['a letter whose answers go to a third company', {}, 'reply-elsewhere', 'nothing'],
  ['a letterhead of an author whose domain disowns the message', html(link('https://example.net/')), 'dmarc-policy', 'something'],
  ['a letter without a link of such an author', {}, 'dmarc-policy', 'nothing'],
  ['a letter from one free mailbox whose answers go to another', {}, 'reply-other-free-mail', 'something'],
  ["a letter whose answers go to a name like the author's", {}, 'reply-lookalike', 'something'],
])('%s', (_, traits, signal, expected) => expect(askingOf(walk(input(traits).bytes), [present(signal)], 0)).toBe(expected));
