import { Findings } from '../../src/message/defects.ts';
import { readHtml } from '../../src/message/html.ts';
import type { HtmlFacts } from '../../src/message/message.ts';

function read(html: string): { facts: HtmlFacts; defects: string[] } {
  const findings = new Findings();
  const facts = readHtml(html, findings, 0, 500);
  return { facts, defects: findings.defects.map((defect) => defect.code) };
}

test.each([
  ['<p>one</p><p>two</p>', 'one two', ''],
  ['<b>o</b>ne', 'one', ''],
  ['a<br>b<td>c', 'a b c', ''],
  ['&lt;b&gt; &amp; &#65;&nbsp;B', '<b> & A B', ''],
  ['<script>x</script><style>p{}</style>y', 'y', ''],
  ['<constructor>y<b>z</constructor><p __proto__=1 hidden onx=1>h', 'yz', 'h'],
  ['<html><head><title>t</title></head><body>y', 'y', ''],
  ['<div><title>t</title></div>y', 'y', 't'],
  ['<!-- no -->y', 'y', ''],
  ['<div style="display:none">h</div>v', 'v', 'h'],
  ['<div style="DISPLAY : NONE !important">h<b>i</b></div>v', 'v', 'hi'],
  ['<div style="display/**/:none">h</div>v', 'v', 'h'],
  ['v<div style="display:none">h</div>w', 'vw', 'h'],
  ['<p hidden>h</p>v', 'v', 'h'],
  ['<p style="visibility:hidden">h<b style="visibility:visible">i</b></p>v', 'i v', 'h'],
  ['<p style="opacity:0">h</p>v', 'v', 'h'],
  ['<p style="font-size:0">h<b style="font-size:12px">i</b></p>v', 'i v', 'h'],
  ['<p style="font-size:1px">h</p>v', 'v', 'h'],
  ['<p style="font-size:1em">v</p>', 'v', ''],
  ['<p style="font:0px/0 a">h</p>v', 'v', 'h'],
  ['<p style="color:#fff">h</p>v', 'v', 'h'],
  ['<p style="color:#fefefe">h</p>v', 'v', 'h'],
  ['<p style="color:white;background:black">v</p>', 'v', ''],
  ['<table bgcolor=black><tr><td style="color:white">v</td></tr></table>', 'v', ''],
  ['<table bgcolor=black><tr><td><font color="#000">h</font></td></tr></table>', '', 'h'],
  ['<p style="color:rgba(0,0,0,0)">h</p>v', 'v', 'h'],
  ['<p style="color:white;background:url(x.png)">v</p>', 'v', ''],
  ['<p style="position:absolute;left:-9999px">h</p>v', 'v', 'h'],
  ['<p style="max-height:0;overflow:hidden">h</p>v', 'v', 'h'],
  ['<p style="max-height:0">v</p>', 'v', ''],
  ['<p style="text-indent:-5000px">h</p>v', 'v', 'h'],
  ['<style>.x{display:none} @media print{.y{display:none}}</style><p class="a X">h</p><p class=y>v</p>', 'v', 'h'],
  ['<style>#z{font-size:0}p.q{color:white}</style><i id=z>h</i><p class=q>i</p><b class=q>v</b>', 'v', 'h i'],
  ['<p style="display:none">h<p>v', 'v', 'h'],
  ['<li style="display:none">h<li>v', 'v', 'h'],
])('%s', (html, visible, hidden) => {
  const { facts } = read(html);
  expect([facts.visibleText, facts.hiddenText]).toEqual([visible, hidden]);
});

test('links carry what the reader sees and where they lead', () => {
  const { facts, defects } = read('<a href="http://a.example/?x=1&amp;y=2">B <b>a</b></a><a href="\n h\tttp://c.example ">c</a><a name=x>no</a><a href="#top">no</a><area href="http://d.example" alt=d><form action="http://e.example"></form>');
  expect(facts.links).toEqual([
    { url: 'http://a.example/?x=1&y=2', text: 'B a', where: 'html' },
    { url: 'http://c.example', text: 'c', where: 'html' },
    { url: 'http://d.example', text: 'd', where: 'html' },
    { url: 'http://e.example', text: '', where: 'html' },
  ]);
  expect(defects).toEqual([]);
});

test('a base address moves relative links', () => {
  const { facts, defects } = read('<base href="http://evil.example/x/"><a href="login">Bank</a>');
  expect(facts.links[0]?.url).toBe('http://evil.example/x/login');
  expect(defects).toEqual(['html-base']);
});

test('an unclosed link, a nested link and a refresh are all kept', () => {
  expect(read('<a href="http://a.example">x<a href="http://b.example">y').facts.links.map((link) => [link.url, link.text])).toEqual([['http://a.example', 'x'], ['http://b.example', 'y']]);
  expect(read('<meta http-equiv=Refresh content="0; URL=\'http://a.example\'">').facts.links[0]?.url).toBe('http://a.example');
});

test('counts', () => {
  const { facts } = read('<img src="http://a.example/x"><img src=cid:1><img src="data:image/png,"><img src="//b.example/y"><td background="https://c.example">'
    + '<div style="background:url(http://d.example)"><form><input type=PASSWORD></form><script>x</script><b onclick=x><a href="javascript:y">z</a>');
  expect(facts).toMatchObject({ remoteImages: 4, inlineImages: 2, forms: 1, passwordFields: 1, scripts: 3 });
});

test.each(['<!-- <b>Buy</b> <a href="http://a.example">now</a>', '<script><b>Buy</b> <a href="http://a.example">now</a>', '<style>x <b>Buy</b> <a href="http://a.example">now</a>'])('what %s swallows is looked at all the same', (html) => {
  const { facts, defects } = read(`v${html}`);
  expect(facts.visibleText).toBe('v');
  expect(facts.hiddenText).toContain('Buy');
  expect(facts.links.map((link) => link.url)).toEqual(['http://a.example']);
  expect(defects).toContain('html-unclosed-raw');
});

test.each(['<b>', '<p>', '<a href=x>', '<table><tr><td>', '<div style="color:#000">', '</b>', '<!--', '<!-->', '<', '&', '&#', '<a ', '<a b="', '<style>', '<title>', '</', '<style>a{'])('half a megabyte of %s takes its time, not more', (piece) => {
  const html = piece.repeat(Math.floor(500_000 / piece.length));
  const started = process.cpuUsage();
  const { facts } = read(html);
  const spent = process.cpuUsage(started);
  expect(facts.visibleText.length + facts.hiddenText.length).toBeLessThanOrEqual(html.length * 2);
  expect((spent.user + spent.system) / 1000).toBeLessThan(2000);
});
