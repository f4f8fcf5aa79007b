/** Whatever a mail holds, its preview holds no script, no handler, nothing to fetch and nothing to follow. */
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { readMessage } from '../../src/message/readable.ts';
import { PREVIEW_CSP, previewPage } from '../../src/review/preview.ts';
import { leadsTo, sanitised } from '../../src/review/sanitise.ts';
import { hostileHtml } from '../support/hostile-html.ts';

const WORDS = { image: 'image', removedLink: 'link removed', cut: 'cut' };
const ELEMENTS = new Set('p br hr div span b strong i em u s small sub sup blockquote pre code ul ol li dl dt dd table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6'.split(' '));
const ATTRIBUTES = new Set(['colspan', 'rowspan', 'dir', 'class']);
const CLASSES = new Set(['link', 'to', 'image', 'cut']);

function problems(markup: string): string[] {
  const found: string[] = [];
  let depth = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      depth++;
      if (!ELEMENTS.has(name)) found.push(`element ${name}`);
      for (const [key, value] of Object.entries(attributes)) {
        if (!ATTRIBUTES.has(key)) found.push(`attribute ${key}`);
        if (key === 'class' && !CLASSES.has(value)) found.push(`class ${value}`);
        if (key.endsWith('span') && !/^\d\d?$/.test(value)) found.push(`${key} ${value}`);
      }
    },
    onclosetag: () => { depth--; },
    oncomment: () => found.push('comment'),
    onprocessinginstruction: (name) => found.push(`instruction ${name}`),
  }, { decodeEntities: true });
  parser.end(markup);
  if (depth !== 0) found.push('unbalanced');
  // Independent of any parser: every < begins one of our own tags, and attributes are only ours.
  for (const [tag] of markup.matchAll(/<[^>]*>?/g)) if (!/^<(\/[a-z0-9]+|[a-z0-9]+( (colspan|rowspan)="\d\d?")*( dir="(ltr|rtl)")?( class="[a-z]+")?)>$/.test(tag)) found.push(`tag ${tag}`);
  return found;
}

test.each(hostileHtml.map((source) => [source]))('%s', (source) => expect(problems(sanitised(source, WORDS))).toEqual([]));

test('any two of them, one in the other', () => {
  fc.assert(fc.property(fc.constantFrom(...hostileHtml), fc.constantFrom(...hostileHtml), fc.nat(400), (one, other, at) => {
    expect(problems(sanitised(one.slice(0, at) + other + one.slice(at), WORDS))).toEqual([]);
  }), { numRuns: 3000 });
}, 60_000);

test('any text made of what markup is made of', () => {
  const piece = fc.constantFrom('<', '>', '"', "'", '`', '=', '/', '!', '-', '&', ';', '\0', '\n', ' ', 'script', 'svg', 'style', 'img', 'src', 'onerror', 'href', 'javascript:', 'a', 'x', '&#x3c;', '&lt;', '<!--', '-->', '<![CDATA[', ']]>', 'title', 'textarea', 'math', 'mtext', 'table', 'template', 'noscript');
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => expect(problems(sanitised(pieces.join(''), WORDS))).toEqual([])), { numRuns: 5000 });
}, 60_000);

test('what readers read is kept', () => {
  expect(sanitised('<h1>Hi</h1><p>One <b>two</b> &amp; <a href="https://shop.example/x?y">three</a></p><img alt="Logo" src="https://t.example/a.png"><table><tr><td colspan=2>4</td></tr></table>', WORDS))
    .toBe('<h1>Hi</h1><p>One <b>two</b> &amp; <span class="link">three</span> <span class="to">[shop.example]</span></p><span class="image">[image: Logo]</span><table><tr><td colspan="2">4</td></tr></table>');
  expect(sanitised('<center>x</center><font color=red>y</font><div style="display:none">hidden</div><p hidden>no</p>z', WORDS)).toBe('<div>x</div><span>y</span>z');
  expect(sanitised('<img width=1 height=1 src=//t.example>', WORDS)).toBe('');
  expect(sanitised('a<script>b</script>c<style>d</style>e<title>f</title>g', WORDS)).toBe('aceg');
});

test.each([
  ['https://www.shop.example/a', 'www.shop.example'], ['http://user:pass@evil.example:8080/', 'evil.example:8080'], ['https://bank.example@evil.example', 'evil.example'], ['//evil.example/x', 'evil.example'],
  ['https://bücher.example', 'xn--bcher-kva.example'], ['https://аррӏе.com', 'xn--80ak6aa92e.com'], ['mailto:anna@example.com?subject=x', 'anna@example.com'], ['tel:+90212', '+90212'],
  ['javascript:alert(1)', 'link removed'], [' java\nscript:alert(1)', 'link removed'], ['data:text/html,x', 'link removed'], ['/relative', 'link removed'], ['vbscript:x', 'link removed'], ['http://%zz', 'link removed'], ['ht\ntps://evil.example', 'evil.example'],
])('the link %j leads to %s', (href, to) => expect(leadsTo(href, WORDS)).toBe(to));

test('huge and deep HTML is cut in bounded time, and balanced', () => {
  const begun = performance.now();
  for (const source of ['<div>'.repeat(200_000), '<b><p>'.repeat(50_000), 'x'.repeat(3_000_000), '<td>'.repeat(100_000), '<a href=x>'.repeat(100_000), `<p ${'a '.repeat(500_000)}>`, '<'.repeat(1_000_000), '&'.repeat(1_000_000)]) {
    const shown = sanitised(source, WORDS);
    expect(problems(shown)).toEqual([]);
    expect(shown.length).toBeLessThan(2_000_000);
  }
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test('thousands of closing tags for what is not open, below thousands that are: cut, and in no time; a few of them cost nobody a word', () => {
  for (const [open, close] of [['<div>', '</i>'], ['<b>', '</p>'], ['<svg>', '</i>']] as const) {
    const before = process.cpuUsage();
    const shown = sanitised(`${open.repeat(19_000)}${close.repeat(200_000)}the end`, WORDS);
    const { user, system } = process.cpuUsage(before);
    expect(problems(shown)).toEqual([]);
    expect(shown).toContain('<p class="cut">cut</p>');
    expect(shown).not.toContain('the end');
    // A tenth of it is needed; the product of the two would take many times as much.
    expect((user + system) / 1000).toBeLessThan(1_500);
  }
  const careless = sanitised(`${'<font><div>'.repeat(500)}${'</p></i></td>'.repeat(1_000)}the end`, WORDS);
  expect(careless).toContain('the end');
  expect(careless).not.toContain('class="cut"');
});

test('the page around it allows nothing but its own style', async () => {
  expect(PREVIEW_CSP).toMatch(/^sandbox; default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]+=*'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'$/);
  const say = (key: string): string => `«${key}<»`;
  for (const raw of ['', 'Content-Type: text/html\r\n\r\n', 'Content-Type: text/html; charset=nonsense\r\n\r\n<p>\xe4\xff', 'Content-Type: text/plain\r\n\r\n<script>x</script>', 'Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n']) {
    const page = previewPage(await readMessage(Buffer.from(raw, 'latin1')), 'en"><script>', say);
    expect(page).not.toMatch(/<script/);
  }
  expect(previewPage({ state: 'unreadable', reason: 'too-deep', detail: '' }, 'en', say)).toContain('«preview.unreadable&lt;»');
});
