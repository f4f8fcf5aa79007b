import { brandInHost } from '../../src/signals/brands.ts';
import { hostInText, linkFacts } from '../../src/signals/link-facts.ts';
import { hasOddSuffix, isFreeHosting } from '../../src/signals/link-hosts.ts';
import { links } from '../../src/signals/links.ts';
import { found, html } from '../support/signal-mail.ts';

const LONG = '<p>Here is what we talked about on Monday. It is a long letter, so that a single link is nothing unusual in it.</p>'.repeat(5);
const of = (url: string, text = 'here') => Object.keys(found(links, html(`${LONG}<a href="${url}">${text}</a>`))).sort();

test.each<[string, string, readonly string[]]>([
  ['https://example.net/page', 'here', []],
  ['https://www.example.net/page', 'www.example.net', []],
  ['https://example.net/', 'https://shop.example.net/offer', []],
  ['https://example.net/', 'Version 2.0', []],
  ['https://evil.example.org/', 'https://www.example.net/login', ['link-only-foreign', 'link-text-differs']],
  ['http://example.net/', 'here', ['link-unencrypted']],
  ['https://192.0.2.1/x', 'here', ['link-only-foreign', 'link-to-address']],
  ['https://3221225985/x', 'here', ['link-only-foreign', 'link-to-address']],
  ['https://[2001:db8::1]/x', 'here', ['link-only-foreign', 'link-to-address']],
  ['https://www.example.net@evil.example.org/', 'here', ['link-only-foreign', 'link-user']],
  ['https://example.net:8443/', 'here', ['link-port']],
  ['https://example.net:443/', 'here', []],
  ['https://xn--mller-kva.example.net/', 'here', ['link-punycode']],
  ['https://exаmple.net/', 'here', ['link-mixed-letters', 'link-only-foreign', 'link-punycode']],
  ['https://paypal-secure.example.org/', 'here', ['link-brand', 'link-only-foreign']],
  ['https://www.paypal.com/', 'here', ['link-only-foreign']],
  ['https://evil.example.org/', 'Log in to PayPal', ['link-brand-text', 'link-only-foreign']],
  ['https://www.paypal.com/', 'Log in to PayPal', ['link-only-foreign']],
  ['https://bit.ly/abc', 'here', ['link-only-foreign', 'link-shortener']],
  ['https://example.net/r?to=https://evil.example.org/', 'here', ['link-redirect']],
  ['https://example.net/r?to=https%3A%2F%2Fevil.example.org', 'here', ['link-redirect']],
  ['https://me.github.io/x', 'here', ['link-free-hosting', 'link-only-foreign']],
  ['https://github.io.example.net/x', 'here', []],
  ['https://offer.top/x', 'here', ['link-odd-suffix', 'link-only-foreign']],
  ['javascript:alert(1)', 'here', ['link-script']],
  ['data:text/html,hi', 'here', ['link-script']],
  ['mailto:anna@example.net', 'anna@example.net', []],
  ['https://a-b-c-d.example.net/', 'here', ['link-many-hyphens']],
  ['https://a.b.c.example.net/', 'here', ['link-deep-host']],
  ['https://example.net/?u=bob@example.com', 'here', ['link-carries-recipient']],
  ['https://example.net/?u=Ym9iQGV4YW1wbGUuY29t', 'here', ['link-carries-recipient']],
])('%s (%s)', (url, text, expected) => expect(of(url, text)).toEqual(expected));

test('no links, one link and little else, many domains', () => {
  expect(found(links)).toEqual({ 'link-none': true });
  expect(found(links, html('<a href="https://example.org/">click</a>'))).toEqual({ 'link-only-foreign': true, 'link-single': true });
  expect(found(links, html('<a href="https://example.net/">click</a>'))).toEqual({});
  const many = Array.from({ length: 8 }, (_, i) => `<a href="https://site${i}.example/">x</a>`).join(' ');
  expect(found(links, html(LONG + many))).toMatchObject({ 'link-many-domains': 8 });
});

test.each([
  ['//evil.example/x', 'evil.example', 'http'],
  ['www.example.net/x', 'www.example.net', 'http'],
  ['HTTPS://EXAMPLE.NET./', 'example.net', 'https'],
  ['https://exa\nmple.net/', 'example.net', 'https'],
  ['https:\\\\example.net\\x', 'example.net', 'https'],
  ['http://0x7f.1/', '127.0.0.1', 'http'],
])('%j is read as browsers read it', (url, host, scheme) => expect(linkFacts({ url, text: url, where: 'html' })).toMatchObject({ host, scheme }));

test('what cannot be read says so', () => expect(linkFacts({ url: 'https://[', text: '', where: 'html' }).isReadable).toBe(false));

test.each([['www.example.net', 'www.example.net'], ['https://example.net/a?b', 'example.net'], ['Example.NET', 'example.net'], ['read.me now', null], ['e.g.', null], ['file.txt', null], ['anna', null]])('text %j names %s', (text, host) => expect(hostInText(text)).toBe(host));

test('lists go by whole labels', () => {
  expect([isFreeHosting('x.web.app'), isFreeHosting('myweb.app'), hasOddSuffix('x.top'), hasOddSuffix('top.example')]).toEqual([true, false, true, false]);
  // However long the name in front of it, and where no dot stands near the end.
  for (const host of ['a.'.repeat(2000), `${'a'.repeat(63)}.${'b'.repeat(63)}.`, `${'c'.repeat(52)}.`]) expect([isFreeHosting(`${host}web.core.windows.net`), isFreeHosting(`${host}web.core.windows.example`)]).toEqual([true, false]);
  expect(isFreeHosting(`web.app.${'a'.repeat(80)}`)).toBe(false);
  expect([brandInHost('netflix.com'), brandInHost('netflix-billing.example')]).toEqual([null, 'netflix']);
});
