import { parsePage } from '../../src/policy/parse.ts';
import { renderDiagnostic } from '../../src/policy/render.ts';
import { words } from '../../src/words/index.ts';

const defaults = { language: 'en', timezone: 'Europe/Berlin', ourDomains: ['example.com'] };
const HEAD = 'policy: sales\nowner: anna@example.com\napplies-to: sales@example.com\n';

/** Problems of a page that begins with the three required lines, as `code@line:column+length`. */
function problems(text: string, head: string = HEAD): readonly string[] {
  return parsePage(head + text, 'policies/sales.yaml', defaults).diagnostics
    .filter((one) => one.severity !== 'note')
    .map(({ code, place }) => `${code}@${place.line}:${place.column}+${place.length}`);
}

function page(text: string): NonNullable<ReturnType<typeof parsePage>['page']> {
  const parsed = parsePage(HEAD + text, 'policies/sales.yaml', defaults);
  expect(parsed.diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  if (parsed.page === null) throw new Error('no page');
  return parsed.page;
}

function sentences(text: string, language: string): readonly string[] {
  return parsePage(text, 'policies/sales.yaml', defaults).diagnostics.map((one) => renderDiagnostic(one, words, language));
}

describe('traps of YAML', () => {
  test.each([
    ['a colon in a sentence', 'title: Sales: and enquiries', 'colon-in-text@4:8+20'],
    ['quotes help', 'title: "Sales: and enquiries"', null],
    ['a colon without a space is none', 'title: 10:30 club', null],
    ['an unquoted star', 'always-welcome:\n  - sender: *@big.example\n    because: x', 'star-unquoted@5:13+13'],
    ['a star in a list', 'applies-to: [*@a.example.com, *@*.example.com]', ['star-unquoted@4:14+15', 'star-unquoted@4:31+15']],
    ['brackets are a list', 'mark-with: [Suspected spam]', 'list-for-text@4:12+16'],
    ['brackets with text behind', 'mark-with: [Spam] perhaps', 'list-for-text@4:12+14'],
    ['quoted brackets', 'mark-with: "[Spam] perhaps"', null],
    ['a tab', 'quarantine:\n\tfolder: x', 'tab@5:1+1'],
    ['curly quotes', 'title: “Sales”', 'curly-quotes@4:8+7'],
    ['low German quotes', 'title: „Verkauf“', 'curly-quotes@4:8+9'],
    ['curly quotes round a colon', 'title: “Sales: yes”', 'curly-quotes@4:8+12'],
    ['curly quotes inside', 'title: Our “best” team', null],
    ['an open quote', 'title: "Sales\nmode: observe', 'unclosed-quote@4:8+6'],
    ['quotes inside quotes', 'title: "Say "hello" to us"', 'text-after-quote@4:8+19'],
    ['an apostrophe', "title: 'Don't worry'", 'text-after-quote@4:8+13'],
    ['an apostrophe without quotes', "title: Don't worry", null],
    ['no space behind the colon', 'intent:balanced', 'no-space-after-colon@4:1+15'],
    ['too far right', ' intent: balanced', 'indent@4:2+16'],
    ['an open bracket', 'quarantine:\n  digest:\n    at: ["08:30", "16:00"\n    to: owner', 'unclosed-bracket@6:9+17'],
    ['a reserved character', 'title: @sales', 'reserved-start@4:8+6'],
    ['a percent sign', 'title: %sales', 'reserved-start@4:8+6'],
    ['a list on the line of its name', 'never-welcome: - sender: a@b.example', 'dash-beside-key@4:16+21'],
    ['a comma that cut a text', 'rejection: {message: {en: We are sorry, please call, tr: "Lütfen arayın"}, contact: x}', 'comma-cut@4:41+11'],
    ['a number with a comma in a list', 'always-welcome:\n  - words: [5,000 pieces]', ['word-short@5:12+14', 'comma-in-list@5:13+12']],
    ['a number sign', 'title: Order #4711', 'cut-by-hash@4:14+5'],
    ['a comment', 'title: Orders # of all kinds', null],
    ['two documents', '---\npolicy: b', 'several-documents@4:1+3'],
    ['a tag', 'title: !!binary aGVsbG8=', 'tag@4:17+8'],
    ['a merge key', '<<: {a: b}', 'unknown-key@4:1+2'],
    ['an alias that means itself', 'title: &a [*a]', ['list-for-text@4:11+4', 'alias-circle@4:12+2']],
    ['an anchor is allowed', 'title: &t Sales\nmark-with: *t', null],
    ['a key twice', 'mode: observe\nmode: enforce', 'duplicate-key@5:1+4'],
    ['nothing behind the colon', 'title:', 'empty-value@4:1+5'],
    ['a misspelt line is read all the same', 'newsleters: no\nspan: karantina', ['unknown-key@4:1+10', 'not-an-action@4:13+2', 'unknown-key@5:1+4', 'not-an-action@5:7+9']],
    ['an entry in one line', 'always-welcome:\n  - "*@a.example" because: x', 'lines-beside-key@5:5+24'],
    ['several quoted words without brackets', 'always-welcome:\n  - words: "abc", "def"', 'text-after-quote@5:12+12'],
    ['a text and a list', 'never-welcome: a@b.example\n  - c@d.example', 'text-and-list@4:16+11'],
    ['two lines in one', 'quarantine: keep-for: 30 days', 'lines-beside-key@4:13+17'],
    ['an entry on the line of its list', 'always-welcome: sender: "*@big.example"', 'lines-beside-key@4:17+23'],
    ['a list where one value is due', 'language: [tr, en]', 'one-value@4:11+8'],
    ['words without brackets', 'never-welcome: {words: "a phrase, with a comma"}', null],
    ['words that are one phrase', 'never-welcome:\n  words: cheap, cheaper', 'one-phrase@5:10+14'],
    ['too far right in an entry', 'never-welcome:\n  - sender: a@b.example\n      because: x', 'indent@6:7+10'],
    ['a tilde is nothing', 'title: ~', 'empty-value@4:1+5'],
    ['a colon within braces', 'rejection: {message: {en: Sorry: call us, please}}', 'colon-in-text@4:27+22'],
    ['a colon within braces, on a line below', 'rejection:\n  message: {en: "Please call 02125550100", tr: Üzgünüz: lütfen arayın}', 'colon-in-text@5:48+22'],
    ['a colon within braces in a list', 'never-welcome:\n  - {sender: a@b.example, because: Key: ask Anna}', 'colon-in-text@5:36+13'],
    ['a colon within brackets', 'never-welcome:\n  - words: [Re: order, AW: Bestellung]', ['colon-in-text@5:13+9', 'colon-in-text@5:24+14']],
    ['a colon behind a dash', 'never-welcome:\n  - words:\n      - Re: order', 'colon-in-text@6:9+9'],
    ['quotes within braces help', 'examples:\n  - {name: "a: b", mail: {text: "c: d, e"}, expect: deliver}', null],
    ['an open quote within brackets', 'never-welcome:\n  - words: [order, "quotation]\n    because: x', 'unclosed-quote@5:20+11'],
    ['a number sign within brackets', 'never-welcome:\n  - exact-words: [#4711]', 'hash-in-list@5:19+5'],
    ['a path of Windows', 'never-welcome:\n  - list: "C:\\customers.csv"', 'backslash@5:11+18'],
    ['bullets of a word processor', 'never-welcome:\n  • sender: a@b.example', 'not-a-dash@5:3+8'],
    ['bullets with lines below', 'never-welcome:\n  • sender: a@b.example\n    because: x', 'not-a-dash@5:3+21'],
    ['a star for a bullet', 'never-welcome:\n  * sender: a@b.example', 'not-a-dash@5:3+21'],
    ['a dash without a space', 'never-welcome:\n  -sender: a@b.example', 'not-a-dash@5:3+7'],
    ['a special space behind the colon', 'title: x\nspam:\u00a0mark', 'invisible-space@5:6+1'],
    ['a remark of a programmer', '// our policy', 'not-a-remark@4:1+13'],
    ['an equals sign', 'spam = mark', 'no-colon@4:1+11'],
    ['a missing colon', 'spam mark', 'no-colon@4:1+9'],
    ['a line made an item', '- spam: mark', 'dash-too-many@4:1+12'],
    ['two lines on one', 'spam: mark newsletters: deliver', 'lines-beside-key@4:12+20'],
    ['lines exactly below their section', 'quarantine:\nfolder: "Held"', 'unknown-key@5:1+6'],
    ['lines below an action', 'spam: quarantine\n  keep-for: 30 days', 'indent@5:3+17'],
    ['dashes where lines are due', 'quarantine:\n  - folder: Held\n  - keep-for: 30 days', 'lines-expected@5:3+14'],
    ['dashes before languages', 'rejection:\n  message:\n    - tr: "Lütfen arayın"', 'text-expected@6:5+21'],
    ['languages below rejection', 'rejection:\n  tr: "Lütfen arayın"', 'unknown-key@5:3+2'],
    ['a comma at the end', 'spam: "mark",', 'text-after-quote@4:7+7'],
    ['numbered lines', '1. spam: mark', 'unknown-key@4:1+7'],
    ['a list written twice', 'never-welcome:\n  - sender: a@b.example\nnever-welcome:\n  - sender: c@d.example', 'duplicate-key@6:1+13'],
    ['the same sender on both lists', 'always-welcome: a@b.example\nnever-welcome: a@b.example', 'welcome-and-not@5:16+11'],
    ['a star in words', 'never-welcome:\n  words: ["order*"]', 'word-star@5:10+10'],
    ['words with semicolons', 'never-welcome:\n  words: cheap; cheaper', 'one-phrase@5:10+14'],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected === null ? [] : [expected].flat());
  });
});

describe('values', () => {
  test.each([
    ['intent: never-mis-a-customer', 'not-an-intent@4:9+20'],
    ['intent: Balanced', null],
    ['intent: keep the inbox clean', null],
    ['intent: {wanted-mail-stopped: at most 1 in 5.000}', null],
    ['intent:\n  wanted-mail-stopped: at most 1%', 'not-a-bound@5:24+10'],
    ['intent:\n  wanted-mail-stopped: at most 1 in 1', 'bound-range@5:24+14'],
    ['intent: at most 1 in 5000', 'not-an-intent@4:9+17'],
    ['spam: Deliver', null],
    ['spam: junk folder', null],
    ['spam: [quarantine]', null],
    ['spam: karantina', 'not-an-action@4:7+9'],
    ['certain-spam: ask-to-retry', 'action-not-here@4:15+12'],
    ['could-not-check: ask-to-retry', null],
    ['dangerous: deliver', 'action-not-here@4:12+7'],
    ['could-not-check: reject', 'action-not-here@4:18+6'],
    ['newsletters: junk-folder', null],
    ['never-welcome: "*@*.example"', null],
    ['never-welcome: "*.example"', 'not-a-sender@4:16+11'],
    ['always-welcome: [{list: [a.csv, b.csv], because: x}]', null],
    ['always-welcome: [{list: [a.csv, ../b.csv]}]', 'path-outside@4:33+8'],
    ['always-welcome: [{sender: []}]', 'empty-value@4:27+2'],
    ['\u00a0spam: mark', 'control-character@4:1+5'],
    ['expect: reject', 'unknown-key@4:1+6'],
    ['examples: {name: x, mail: {text: y}, expect: quarantine or reject}', 'not-an-action@4:46+20'],
    ['for-a-while: {from: 2027-05-03, last-day: 2027-05-07, spam: mark}', 'unknown-key@4:15+4'],
    ['mode: watch', 'not-a-choice@4:7+5'],
    ['language: tr', null],
    ['language: Türkçe', 'not-a-language@4:11+6'],
    ['language: fr', 'language-not-spoken@4:11+2'],
    ['timezone: Istanbul', 'not-a-time-zone@4:11+8'],
    ['timezone: Europe/Istanbul', null],
    ['timezone: UTC', null],
    ['timezone: "+03:00"', 'not-a-time-zone@4:11+8'],
    ['quarantine: {keep-for: 30}', 'not-a-duration@4:24+2'],
    ['quarantine: {keep-for: 60 gün}', 'not-a-duration@4:24+6'],
    ['quarantine: {keep-for: 60 Tage}', 'not-a-duration@4:24+7'],
    ['quarantine: {keep-for: 60 дней}', 'not-a-duration@4:24+7'],
    ['quarantine: {keep-for: 2 weeks}', null],
    ['quarantine: {keep-for: 0 days}', 'duration-range@4:24+6'],
    ['quarantine: {keep-for: 11 years}', 'duration-range@4:24+8'],
    ['quarantine: {digest: {at: 25:00}}', 'not-a-time@4:27+5'],
    ['quarantine: {digest: {days: moonday}}', 'not-a-day@4:29+7'],
    ['quarantine: {digest: {to: Anna}}', 'not-a-choice@4:27+4'],
    ['quarantine: quarantine', 'lines-expected@4:13+10'],
    ['keep-for: 30 days', 'unknown-key@4:1+8'],
    ['quarantine: {spam: mark}', 'unknown-key@4:14+4'],
    ['whitelist: ["a@b.example"]', 'unknown-key@4:1+9'],
    ['rejection: {contact: +902125550100}', null],
    ['always-welcome: "*@big.example"', null],
    ['always-welcome: [big.example]', 'not-a-sender@4:18+11'],
    ['always-welcome: [invoice]', 'entry-without-matter@4:18+7'],
    ['always-welcome: [{because: x}]', 'entry-without-matter@4:19+7'],
    ['always-welcome: [{sender: a@b.example, words: x}]', 'entry-with-two@4:40+5'],
    ['always-welcome: [{words: ok}]', 'word-short@4:26+2'],
    ['always-welcome: [{words: "?!"}]', 'word-without-letters@4:26+4'],
    ['always-welcome: [{sender: "*@gmail.com"}]', 'public-domain-welcome@4:27+13'],
    ['always-welcome: [{list: ../secret.csv}]', 'path-outside@4:25+13'],
    ['always-welcome: [{list: /etc/passwd}]', 'path-outside@4:25+11'],
    ['always-welcome: [{list: lists/a.csv, column: E-mail}]', null],
    ['always-welcome: [{words: abc, column: x}]', 'column-without-list@4:31+6'],
    ['never-welcome: [{sender: a@b.example, last-day: 2027-02-30}]', 'no-such-date@4:49+10'],
    ['never-welcome: [{sender: a@b.example, last-day: 31.01.2027}]', 'not-a-date@4:49+10'],
    ['for-a-while: {first-day: 2027-05-07, last-day: 2027-05-03, spam: mark}', 'days-inverted@4:48+10'],
    ['for-a-while: {first-day: 2027-05-03, last-day: 2027-05-03, spam: mark}', null],
    ['for-a-while: {first-day: 2027-05-03, last-day: 2027-05-07}', 'for-a-while-changes-nothing@4:15+9'],
    ['for-a-while:\n  - {first-day: 2027-05-03, last-day: 2027-05-07, spam: mark}\n  - {first-day: 2027-05-07, last-day: 2027-05-09, spam: mark}', 'overlapping@6:5+57'],
    ['for-a-while:\n  - {first-day: 2027-05-03, last-day: 2027-05-07, spam: mark}\n  - {first-day: 2027-05-08, last-day: 2027-05-09, spam: mark}', null],
    ['examples: {name: x, expect: deliver}', 'example-without-mail@4:12+4'],
    ['examples: {name: x, mail: {text: y}, expect: gone}', 'not-an-action@4:46+4'],
    ['examples: {name: x, mail: {text: y}, expect: [mark, junk]}', 'not-an-action@4:53+4'],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual(expected === null ? [] : [expected]);
  });

  test.each([
    ['owner: Anna', 'not-an-address'], ['owner: Anna <anna@example.com>', 'not-an-address'], ['applies-to: all', 'not-a-pattern'],
    ['applies-to: example.com', 'not-a-pattern'], ['applies-to: anna+x@example.com', 'plus-address'], ['applies-to: a@other.example', 'not-our-domain'],
    ['applies-to: []', 'empty-value'], ['applies-to: a@example.com, b@example.com', 'not-a-pattern'], ['policy: Sales Team', 'not-a-name'], ['policy: built-in', 'reserved-name'], ['applies-to: [a@example.com, A@example.com]', 'pattern-repeated'],
  ])('%s: %s', (line, code) => {
    const key = line.split(':')[0] ?? '';
    const head = HEAD.split('\n').filter((one) => !one.startsWith(`${key}:`)).join('\n');
    expect(problems(line, head).map((one) => one.split('@')[0])).toEqual([code]);
  });
});

test.each([
  ['applies-to: [support@example,com]', ['domain-ending', 'pattern-forms']], ['applies-to: support@example', ['domain-ending']], ['applies-to: nobody', ['pattern-forms']],
])('%s: what is lacking is named', (text, hints) => {
  expect(parsePage(`policy: a\nowner: a@example.com\n${text}\n`, 'a.yaml', defaults).diagnostics.map(({ hint }) => hint)).toEqual(hints);
});

describe('what is understood', () => {
  test.each([
    ['8:30', ['08:30']], ['08:30', ['08:30']], ['8.30', ['08:30']], ['"8"', ['08:00']], ['10:00', ['10:00']], ['5 pm', ['17:00']], ['12 am', ['00:00']],
    ['"10:00"', ['10:00']], ['10:00:00', ['10:00']], ['10.00', ['10:00']], ['[10:00]', ['10:00']], ['8:30 und 16:00 Uhr', ['08:30', '16:00']], ['8:30 ve 16:00', ['08:30', '16:00']], ['8:30; 16:00', ['08:30', '16:00']],
    ['[16:00, 8:30, 8.30]', ['08:30', '16:00']], ['8:30 and 16:00', ['08:30', '16:00']],
  ])('time %s', (written, at) => {
    expect(page(`quarantine: {digest: {at: ${written}}}`).quarantine?.digest?.at).toEqual(at);
  });
  test.each([
    ['every-day', [1, 2, 3, 4, 5, 6, 7]], ['Monday to Friday', [1, 2, 3, 4, 5]], ['[mon, thu]', [1, 4]], ['"Mon, Thu"', [1, 4]], ['Tuesdays', [2]], ['sat-to-mon', [1, 6, 7]],
    ['[tues, thurs]', [2, 4]],
  ])('days %s', (written, days) => {
    expect(page(`quarantine: {digest: {days: ${written}}}`).quarantine?.digest?.days).toEqual(days);
  });
  test.each([
    ['30 days', 30], ['1 day', 1], ['2 weeks', 14], ['a week', 7], ['3 months', 90], ['1 year', 365], ['60  Days', 60],
  ])('duration %s', (written, days) => {
    expect(page(`quarantine: {keep-for: ${written}}`).quarantine?.keepForDays).toBe(days);
  });
  test.each([['5\'000', 5000], ['5\u00a0000', 5000], ['1.000.000', 1_000_000], ['5000', 5000], ['5,000', 5000], ['5.000', 5000], ['5 000', 5000], ['10,000', 10000]])('bound 1 in %s', (written, among) => {
    expect(page(`intent:\n  wanted-mail-stopped: at most 1 in ${written}`).intent).toEqual({ name: 'own-bound', bound: 1 / among });
  });
  test('texts are what stands in the file', () => {
    const found = page('title: 007\nmark-with: 1e3\nrejection: {contact: +902125550100}');
    expect([found.title, found.markWith, found.rejection?.contact]).toEqual(['007', '1e3', '+902125550100']);
  });
  test('patterns are compared in lower case and A-labels', () => {
    const found = page('always-welcome:\n  - sender: ["*@Müller.example", "Bob@X.example"]\n    because: same');
    expect(found.alwaysWelcome.map((one) => one.by === 'sender' && one.sender)).toEqual(['*@xn--mller-kva.example', 'bob@x.example']);
    expect(found.alwaysWelcome.map((one) => one.because)).toEqual(['same', 'same']);
  });
  test('a message without a language is in that of the page', () => {
    expect(page('language: tr\nrejection: {message: "Lütfen arayın: 0212 555 0100"}').rejection?.message).toEqual({ tr: 'Lütfen arayın: 0212 555 0100' });
  });
  test('only what is written is there', () => {
    expect(Object.keys(page('')).sort()).toEqual(['alwaysWelcome', 'appliesTo', 'examples', 'file', 'forAWhile', 'name', 'neverWelcome', 'owner', 'places', 'text']);
  });
});

describe('words for senders', () => {
  const message = (text: string, more: string = ''): readonly string[] => problems(`rejection:\n  message: {en: "${text}"}\n${more}`).map((one) => one.split('@')[0] ?? '');
  test.each([
    ['We could not accept your message. Please call us on +90 212 555 0100.', '', []],
    ['Please call us on +90 212 555 0100. Your server is blacklisted.', '', ['words-jargon', 'words-jargon']],
    ['You must not send this. Please call +90 212 555 0100.', '', ['words-blame']],
    ['You violated our rules. Please call +90 212 555 0100.', '', ['words-blame']],
    ['Please call +90 212 555 0100. This has policy reasons.', '', ['words-jargon']],
    [`Please call +90 212 555 0100.${'x'.repeat(400 - 29)}`, '', []],
    [`Please call +90 212 555 0100.${'x'.repeat(401 - 29)}`, '', ['words-long']],
    ['We could not accept your message.', '', ['words-no-next-step']],
    ['We could not accept your message. Please call us.', '  contact: +90 212 555 0100', []],
    ['Please call us on +90 212 555 0100 – we’re here.', '', []],
    ['Please call Ms Öz on +90 212 555 0100.', '', ['words-english-not-plain']],
    ['Please call +90 212 555 0100, you are on no Blacklists.', '  never-say: blacklist', ['words-jargon', 'never-say']],
    [`Please call +90 212 555 0100. ${'We are sorry. '.repeat(30)}`, '', ['words-long']],
  ])('%s', (text, more, codes) => expect(message(text, more).toSorted()).toEqual([...codes].sort()));
});

test.each([
  ['de', 'Ihr Mailserver steht auf einer Blockliste. Bitte rufen Sie an: 030 5550100.', ['words-jargon', 'words-jargon']],
  ['de', 'Wegen eines Verstoßes nicht angenommen. Bitte rufen Sie an: 030 5550100.', ['words-blame']],
  ['de', 'Wir konnten Ihre Nachricht nicht annehmen: 030 5550100.', ['words-no-next-step']],
  ['tr', 'Sunucunuz kara listede. Lütfen arayın: 0212 555 0100.', ['words-jargon', 'words-jargon']],
  ['tr', 'Hatalı gönderdiniz. Lütfen arayın: 0212 555 0100.', ['words-blame']],
  ['ru', 'Ваш сервер в чёрном списке. Позвоните: +7 495 555 0102.', ['words-jargon', 'words-jargon']],
  ['ru', 'Вы нарушили правила. Позвоните: +7 495 555 0102.', ['words-blame']],
  ['fr', 'Appelez-nous, s’il vous plaît : +33 1 55 55 01 02.', []],
])('words for senders in %s: %s', (language, text, codes) => {
  expect(problems(`rejection:\n  message: {en: "Please call +90 212 555 0100.", ${language}: "${text}"}`).map((one) => one.split('@')[0])).toEqual(codes);
});

describe('sentences', () => {
  test('in the form of the language page', () => {
    expect(sentences(`${HEAD}title: x\nlanguage: en\nmode: enforce\n\nintent: never-mis-a-customer\n`, 'en')).toEqual([
      'policies/sales.yaml:8:9: "never-mis-a-customer" is not an intent.\n'
      + '    intent: never-mis-a-customer\n'
      + '            ^^^^^^^^^^^^^^^^^^^^ did you mean never-miss-a-customer?',
    ]);
  });
  test.each([
    ['en', 'There is no day 2027-02-30.'], ['tr', '2027-02-30 diye bir gün yok.'], ['ru', 'Дня 2027-02-30 не бывает.'], ['de', 'Den Tag 2027-02-30 gibt es nicht.'],
  ])('in %s', (language, sentence) => {
    const [said] = sentences(`${HEAD}never-welcome: [{sender: a@b.example, last-day: 2027-02-30}]`, language);
    expect(said?.split('\n')[0]).toBe(`policies/sales.yaml:4:49: ${sentence}`);
  });
  test.each([
    ['en', 'put quotes round this sentence; it contains a colon'], ['tr', 'bu cümleyi tırnak içine alın; içinde iki nokta üst üste var'], ['ru', 'возьмите это предложение в кавычки: в нём есть двоеточие'],
  ])('a hint in %s', (language, hint) => {
    expect(sentences(`${HEAD}title: Sales: us`, language)[0]?.split('\n')[2]).toBe(`           ^^^^^^^^^ ${hint}`);
  });
  test.each([
    ['rejection: {message: {en: Sorry: call us, please}}', 'put quotes round this sentence; it contains a colon'],
    ['spam: quarantine\n  keep-for: 30 days', 'this line belongs below "quarantine:", two spaces further to the right'],
    ['title: x\n  spam: mark', 'this line belongs at the left margin'],
    ['quarantine:\n  digest: [mon, thu]', 'below it stand lines such as at: "07:30" and days: [mon, thu]'],
    ['quarantine:\n  digest:\n    days: Montag, Donnerstag', 'write [mon, thu]'],
    ['quarantine:\n  digest:\n    days: [Pazartesi]', 'did you mean mon?'],
    ['quarantine:\n  digest:\n    to: a@b.example, c@d.example', 'write [a@b.example, c@d.example]'],
    ['quarantine:\n  - folder: Held', 'leave out the dashes in front of these lines'],
    ['quarantine:\n  keep-for: 30 days,', 'write 30 days'],
    ['quarantine:\n  keep-for: forever', 'write it like this: 10 years'],
    ['rejection:\n  tr: "Lütfen arayın"', 'this line belongs below "message:", two spaces further to the right'],
    ['never-welcome: customers.csv', 'write list: "customers.csv"'],
    ['never-welcome:\n  - sender: anna(at)b.example', 'write "anna@b.example"'],
    ['never-welcome:\n  - sender: everyone', 'possible: an address, "*@domain", "*@*.domain"'],
    ['never-welcome:\n  - email: a@b.example', 'did you mean sender?'],
    ['her-zaman-kabul: a@b.example', 'did you mean always-welcome?'],
    ['certain-spam: engelle', 'did you mean reject?'],
    ['viruses: reject', 'did you mean dangerous?'],
    ['intent:\n  wanted-mail-stopped: at most 2 in 5000', 'write at most 1 in 2500'],
    ['junk-folder-name: [Gmail]/Spam', 'put quotes round it: "[Gmail]/Spam"'],
    ['---\npolicy: b', 'put the second page into a file of its own'],
    ['spam = mark', 'write spam: mark'],
    ['spam: mark newsletters: deliver', 'write it on the next line: newsletters: deliver'],
    ['for-a-while:\n  - first-day: 3 Mayıs 2027\n    last-day: 2027-05-07\n    spam: mark', 'write 2027-05-03'],
    ['for-a-while:\n  - first-day: 3. Mai 2027\n    last-day: 2027-05-07\n    spam: mark', 'write 2027-05-03'],
    ['for-a-while:\n  - first-day: 3 мая 2027 г.\n    last-day: 2027-05-07\n    spam: mark', 'write 2027-05-03'],
    ['for-a-while:\n  - first-day: 2027-05-03\n    last-day: May 7th, 2027\n    spam: mark', 'write 2027-05-07'],
    ['never-welcome:\n  - sender: a@b.example\n    sender: c@d.example', 'make two entries of it, each with its own dash'],
    ['never-welcome:\n  - sender: a@b.example because: pushy', 'write it on the next line: because: pushy'],
    ['never-welcome:\n  - sender a@b.example', 'write sender: "a@b.example"'],
    ['never-welcome:\n  - a@b.example,', 'write "a@b.example"'],
    ['never-welcome:\n  - sender: @b.example', 'put quotes round it: "*@b.example"'],
    ['never-welcome:\n  - words: "order" "offer"', 'write ["order", "offer"]'],
    ['never-welcome:\n  - words: ["order" "offer"]', 'put a comma between the two'],
    ['never-welcome:\n  - words:\n      order\n      offer', 'write ["order", "offer"]'],
    ['quarantine:\n  digest:\n    at: "08:30" and "16:00"', 'write ["08:30", "16:00"]'],
    ['quarantine:\n  digest:\n    to: everyone', 'did you mean recipients?'],
    ['for-a-while:\n  - first-day: 3.5.27\n    last-day: 2027-05-07\n    spam: mark', 'write 2027-05-03'],
    ['for-a-while:\n  - first-day: 2027-05-03\n    last-day: 2027-05-03 to 2027-05-07\n    spam: mark', 'write 2027-05-07'],
    ['spam: "quarantine" - hold it', 'delete what stands behind the closing quote, or write it on a line of its own'],
    ['intent: "1:5000"', 'write "wanted-mail-stopped: at most 1 in 5000" on the next line, two spaces further to the right'],
    ['mark-with: *** SPAM ***', 'put quotes round it: "*** SPAM ***"'],
    ['mark-with: > Spam', 'put quotes round it: "> Spam"'],
    ['mark-with: | Spam', 'put quotes round it: "| Spam"'],
    ['mark-with: %spam', 'put quotes round it: "%spam"'],
  ])('what to do about %s', (text, hint) => expect(sentences(HEAD + text, 'en').join('\n')).toContain(`^ ${hint}`));
  test.each([['language: Türkçe', 'tr'], ['sprache: deutsch', 'de'], ['language: german', 'de'], ['language = tr', 'tr'], ['language:ru', 'ru']])('a page with %s hears of its mistakes in %s all the same', (line, language) => {
    expect(parsePage(`${HEAD}${line}\n`, 'policies/sales.yaml', defaults)).toMatchObject({ page: null, language });
  });
  test('each line of a page has its own complaint when all lack their space', () => {
    expect(problems('', 'policy:a\nowner:a@b.example\napplies-to:everyone\n')).toEqual(['no-space-after-colon@1:1+8', 'no-space-after-colon@2:1+17', 'no-space-after-colon@3:1+19']);
  });
  test.each([['en', 'write 60 days'], ['tr', '60 days yazın'], ['ru', 'напишите 60 days']])('60 gün in %s', (language, hint) => {
    expect(sentences(`${HEAD}quarantine: {keep-for: 60 gün}`, language)[0]).toContain(hint);
  });
  test('of a page in its own language, else in the company\'s', () => {
    expect(parsePage(`${HEAD}language: ru\nspam: x`, 'f', defaults).language).toBe('ru');
    expect(parsePage(`${HEAD}language: xx\nspam: x`, 'f', defaults).language).toBe('en');
  });
  test('a warning and a note say what they are', () => {
    expect(sentences(`${HEAD}always-welcome: {words: ok}`, 'en')).toEqual([
      expect.stringMatching(/:4:1: For information: Always welcome is not unchecked/),
      expect.stringMatching(/:4:25: Please note: "ok" is found in very many messages/),
    ]);
  });
});

test('all problems are reported, in the order of the file', () => {
  expect(problems('title: a: b\nspam: no\nnewsletters: reject: x\nfoo: bar\n\tmode: x\nowner: b@c.example')).toEqual([
    'colon-in-text@4:8+4', 'not-an-action@5:7+2', 'colon-in-text@6:14+9', 'unknown-key@7:1+3', 'tab@8:1+1', 'duplicate-key@9:1+5',
  ]);
});
