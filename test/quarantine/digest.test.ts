import * as fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { digest as limits } from '../../src/message/limits.ts';
import { renderDigest } from '../../src/quarantine/digest.ts';
import { catalogues, words } from '../../src/words/index.ts';
import { contents, item, settings, NOW } from './digest-cases.ts';

const render = (...given: Parameters<typeof contents>) => renderDigest(contents(...given), settings(), words);

/** What a mail program would see of the HTML. */
function seen(html: string) {
  const tags = new Set<string>();
  const attributes: (readonly [tag: string, name: string, value: string])[] = [];
  let text = '';
  let skip = 0;
  const parser = new Parser({
    onopentag: (tag, all) => {
      tags.add(tag);
      if (tag === 'style' || tag === 'title') skip++;
      for (const [name, value] of Object.entries(all)) attributes.push([tag, name, value]);
    },
    onclosetag: (tag) => { if (tag === 'style' || tag === 'title') skip--; },
    ontext: (piece) => { if (skip === 0) text += piece; },
  }, { decodeEntities: true });
  parser.end(html);
  return { tags, attributes, text: text.replace(/\s+/g, ' ') };
}

test('tells in both forms who really sent it, what about, when in the recipient’s zone, and why, with three links', () => {
  const { subject, text, html, listed } = render([item({ isKnown: true })], { certain: 2, dangerous: 1 });
  expect(subject).toBe('1 message was held for you');
  expect(listed).toEqual(['id1']);
  for (const form of [text.replace(/\s+/g, ' '), seen(html).text]) {
    for (const part of ['vera@sender.example', 'sender proven', '“Vera”', 'you know this sender', 'Cheap watches', 'Tue 4 May, 07:30', 'It looks like spam.', 'Your phrase: blue bicycle', '2 messages that are almost certainly spam, and 1 message that looks dangerous', '30 days after it came']) {
      expect(form).toContain(part);
    }
  }
  const links = ['let-through.id1', 'not-wanted.id1', 'look.id1', 'stop'].map((each) => `https://mail.example.com/l/${each}`);
  for (const link of links) {
    expect(text.split('\n').map((line) => line.trim())).toContain(link);
    expect(html).toContain(`href="${link}"`);
  }
  expect(text).toMatch(/^Your phrase: blue bicycle\n/);
});

test('a forger is said to be one, and nobody is invited to let them in', () => {
  const buttons = (html: string): readonly string[] => seen(html).attributes.filter(([tag, name]) => tag === 'td' && name === 'class').map(([, , value]) => value);
  const forged = render([item({ proof: 'failed' })]).html;
  expect(buttons(forged)).not.toContain('g');
  expect(forged).toMatch(/class="bad"[^>]*>sender probably forged</);
  expect(forged).toContain('/l/let-through.id1"');
  expect(buttons(render([item()]).html)).toContain('g');
});

test('the plain text reads well by itself', () => {
  expect(render([item(), item({ id: 'id2', proof: 'failed', name: '', subject: 'A very long subject that goes on and on until it has to be wrapped onto the next line' })]).text).toBe(`Your phrase: blue bicycle
If a mail like this lacks your phrase, it is not from us.

2 messages were held
====================
They look unwanted, but we may be wrong. Is there one that you are
waiting for?

1. Cheap watches
   vera@sender.example (sender proven)
   “Vera”
   Tue 4 May, 07:30. It looks like spam.
   Let it through:
   https://mail.example.com/l/let-through.id1
   Not wanted:
   https://mail.example.com/l/not-wanted.id1
   Look:
   https://mail.example.com/l/look.id1

2. A very long subject that goes on and on until it has to be wrapped
   onto the next line
   vera@sender.example (sender probably forged)
   Tue 4 May, 07:30. It looks like spam.
   Let it through:
   https://mail.example.com/l/let-through.id2
   Not wanted:
   https://mail.example.com/l/not-wanted.id2
   Look:
   https://mail.example.com/l/look.id2

See everything on your page:
https://mail.example.com/

-- 

Opening a link changes nothing: you are asked first.
What you leave is deleted 30 days after it came.
Sent by mx.example.com to deniz@example.com.

Change hours or language:
https://mail.example.com/settings

Stop these mails:
https://mail.example.com/l/stop
`);
});

test('likeliest mistakes first: whom one knows, who answers, the closest to the threshold, the newest', () => {
  const items = [
    item({ id: 'far', margin: 5 }), item({ id: 'near', margin: 0.1 }), item({ id: 'below', margin: -3 }), item({ id: 'known', isKnown: true, margin: 9 }),
    item({ id: 'reply', isReply: true, margin: 4 }), item({ id: 'older', margin: 5, at: NOW - 9e6 }),
  ];
  fc.assert(fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
    expect(render(shuffled).listed).toEqual(['reply', 'known', 'below', 'near', 'far', 'older']);
  }));
});

test('what does not fit waits, and is said to', () => {
  const many = Array.from({ length: 60 }, (_, i) => item({ id: `id${i}`, margin: i }));
  const { listed, html, text } = render(many, { listable: 75 });
  expect(listed).toEqual(many.slice(0, listed.length).map(({ id }) => id));
  expect(listed.length).toBeLessThanOrEqual(limits.itemsMax);
  expect(Buffer.byteLength(html)).toBeLessThan(60_000);
  for (const form of [seen(html).text, text.replace(/\s+/g, ' ')]) expect(form).toContain(`${75 - listed.length} more messages wait`);
});

test('however long addresses, names, subjects and links are, the mail stays below what webmail cuts off', () => {
  const long = (letter: string) => letter.repeat(5000);
  for (const letter of ['&', '"', '<', 'я', '😀', 'a']) {
    const items = Array.from({ length: 50 }, (_, i) => item({ id: `${i}`, subject: long(letter).slice(0, 140), address: `${long('x').slice(0, 100)}@x.example`, name: long(letter).slice(0, 60) }));
    const act = (purpose: string, id: string) => `https://mail.example.com/l/${purpose}${id}${'A'.repeat(900)}`;
    const { html, listed } = renderDigest(contents(items), settings({ links: { ...settings().links, act } }), words);
    expect(html.length).toBeLessThan(62_000);
    expect(listed.length).toBeGreaterThan(5);
  }
});

test('only counted mail: short, and nothing to do', () => {
  const { subject, text, listed } = render([], { certain: 3 });
  expect([subject, listed]).toEqual(['3 unwanted messages were stopped', []]);
  expect(text).toContain('Nothing for you to do');
  expect(text).not.toContain('Let it through');
  expect(text).not.toContain('deleted');
});

test.each([
  ['let-through', ['let-through', 'not-wanted', 'look']], ['ask', ['ask', 'not-wanted', 'look']], ['look', ['look']],
] as const)('recipients may %s', (recipientsMay, purposes) => {
  const page = { title: 'Sales', recipientsMay, keepForDays: 1, afterThat: 'deliver-marked' } as const;
  const { html, text } = renderDigest(contents([item()]), settings({ pageOf: () => page }), words);
  expect([...html.matchAll(/\/l\/([a-z-]+)\.id1/g)].map((match) => match[1])).toEqual(purposes);
  expect(text).toContain('delivered, marked, 1 day after');
});

test('an owner is told for whom, and what a policy holds; what others know is not theirs to see', () => {
  const { subject, text } = renderDigest(contents([item({ isKnown: true })]), settings({ address: 'anna@example.com', policyTitle: 'Sales and enquiries' }), words);
  expect(subject).toBe('1 message was held by the policy Sales and enquiries');
  expect(text).toContain('for deniz@example.com');
  expect(text).not.toContain('you know');
  expect(text).not.toContain('Not wanted');
});

test('without a phrase one is offered, at the end', () => {
  const { text, html } = renderDigest(contents([item()]), settings({ phrase: null }), words);
  expect(text.indexOf('Choose a phrase of your own')).toBeGreaterThan(text.indexOf('See everything'));
  expect(html).toContain('Choose a phrase');
});

describe.each(Object.keys(catalogues))('%s', (language) => {
  test.each([0, 1, 2, 5, 11, 21, 22])('with %s items: whole sentences, nothing left to fill in', (count) => {
    const items = Array.from({ length: count }, (_, i) => item({ id: `${i}`, proof: (['confirmed', 'failed', 'not-proven', 'unknown', 'nobody'] as const)[i % 5]!, count: i + 1, why: { key: ['spam', 'spam-close', 'newsletter', 'newsletter-without-proof', 'could-not-check', 'words', 'welcome-not-proven', 'own-domain', 'other'][i % 9]!, values: { entry: 'RFQ', author: 'vera@sender.example' } } }));
    const { subject, text, html } = renderDigest(contents(items, { certain: count + 1, dangerous: count }), settings({ language }), words);
    for (const form of [subject, text, seen(html).text]) expect(form).not.toMatch(/[{}]|digest\.|undefined|NaN|#/);
    expect(html).toContain(`lang="${language}"`);
  });
});

describe('hostile mail', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '</td></table><a href=http://evil.example>x</a>', '{count, plural, other {x}}', '&lt;b&gt;', '\u202egpj.exe', 'a\0b\r\nBcc: x@y.example', '<!--', ']]>', '</style><style>*{display:none}', 'javascript:alert(1)'),
  );

  test('whatever subjects, names and addresses hold: the same tags and attributes, no other links, and the text as it is', () => {
    const plain = seen(render([item({ subject: 'x', name: 'y', address: 'z' })]).html);
    fc.assert(fc.property(hostile, hostile, hostile, (subject, name, address) => {
      const found = seen(render([item({ subject: subject || 'x', name: name || 'y', address: address || 'z' })]).html);
      expect([...found.tags]).toEqual([...plain.tags]);
      expect(found.attributes).toEqual(plain.attributes);
    }), { numRuns: 500 });
  });

  test('nothing is fetched, nothing runs: no image, script, form, style sheet, event handler or foreign address', () => {
    const { html } = render([item({ subject: '<img src="http://evil.example/x.png">' })], { certain: 1 });
    const { tags, attributes } = seen(html);
    expect([...tags].filter((tag) => /^(img|script|iframe|object|embed|form|input|link|base|svg|video|audio|frame|meta)$/.test(tag))).toEqual(['meta']);
    expect(attributes.filter(([, name]) => name.startsWith('on') || ['src', 'srcset', 'background', 'action', 'formaction', 'http-equiv'].includes(name))).toEqual([]);
    expect(attributes.filter(([, name]) => name === 'href').every(([, , value]) => value.startsWith('https://mail.example.com/'))).toBe(true);
    expect(html).not.toMatch(/url\(|@import|expression\(/i);
  });
});
