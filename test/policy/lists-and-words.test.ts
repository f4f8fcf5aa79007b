import { readList } from '../../src/policy/list-file.ts';
import { settle } from '../../src/policy/combine.ts';
import { revisionOf } from '../../src/policy/revision.ts';
import { page, set, SPAM, verdict, type Some } from '../support/policies.ts';
import type { Action, Verdict } from '../../src/policy/verdict.ts';

function read(text: string, column: string | null = null): readonly string[] | string {
  const work = readList(text, column);
  for (;;) {
    const step = work.next();
    if (step.done !== true) continue;
    return 'code' in step.value ? JSON.stringify(step.value) : step.value.addresses;
  }
}

describe('list files', () => {
  test.each<readonly [name: string, text: string, column: string | null, expected: readonly string[] | string]>([
    ['one address a line', 'a@x.example\nB@X.example\n', null, ['a@x.example', 'b@x.example']],
    ['comma with heading', 'Name,E-Mail\nAnna,anna@x.example\n', null, ['anna@x.example']],
    ['semicolon without heading, CRLF', 'Anna;anna@x.example\r\nBert;bert@x.example\r\n', null, ['anna@x.example', 'bert@x.example']],
    ['tab', 'Name\tMail\nAnna\tanna@x.example', null, ['anna@x.example']],
    ['quotes, with the delimiter and a line break inside', '"Müller, Anna";"an\nna";"anna@x.example"\n', null, ['anna@x.example']],
    ['doubled quotes', '"a ""b""",a@x.example\n', null, ['a@x.example']],
    ['a quote that never ends', '"a,a@x.example\nb,b@x.example', null, ['a@x.example', 'b@x.example']],
    ['the first column that holds addresses', 'x,a@x.example,b@x.example\n', null, ['a@x.example']],
    ['a named column', 'Owner,Customer E-Mail\na@x.example,b@x.example\n', 'customer e-mail', ['b@x.example']],
    ['a column by number', 'a@x.example,b@x.example\n', '2', ['b@x.example']],
    ['a column that is not there', 'Owner,Customer\na@x.example,b@x.example\n', 'Mail', '{"code":"list-column-missing","headings":"Owner, Customer"}'],
    ['no addresses', 'Name\nAnna\n', null, '{"code":"list-without-addresses"}'],
    ['nothing', '', null, '{"code":"list-without-addresses"}'],
    ['patterns, names, several in a cell, each once', '*@big.example\nAnna <anna@x.example>\n"b@x.example; anna@x.example"\n*@*.big.example\n', null, ['*@big.example', 'anna@x.example', 'b@x.example', '*@*.big.example']],
    ['byte order mark, Excel\'s first line, comments', '\ufeffsep=;\n# ours\nAnna;anna@x.example\n', null, ['anna@x.example']],
    ['addresses that begin later', 'Name;Mail\nAnna;\nBert;bert@x.example\n', null, ['bert@x.example']],
    ['umlaut domains become A-labels', 'a@bücher.example\n', null, ['a@xn--bcher-kva.example']],
    ['what looks like an address and is none', 'a@b\n@x.example\na b@\n', null, '{"code":"list-without-addresses"}'],
    ['a heading with or without its hyphen', 'Name,E-Mail\nA,a@x.example\n', 'Email', ['a@x.example']],
    ['spaces round the at sign', 'anna @ x.example\nb@x.example @ Berlin\n', null, ['anna@x.example', 'b@x.example']],
  ])('%s', (_name, text, column, expected) => {
    expect(read(text, column)).toEqual(expected);
  });

  test('rows without an address are counted, the heading and empty ones are not', () => {
    expect(readList('Name;Mail\nA;a@x.example\nB;bob at x.example\nC;\nD;none\n', null).next().value).toEqual({ addresses: ['a@x.example'], skipped: 2, sample: 'bob at x.example' });
  });

  test('a hundred thousand rows come in pieces', () => {
    const work = readList(Array.from({ length: 100_000 }, (_, i) => `c${i}@x.example`).join('\n'), null);
    let pieces = 0;
    for (;;) {
      const step = work.next();
      if (step.done === true) {
        expect(step.value).toMatchObject({ addresses: { length: 100_000 }, skipped: 0 });
        break;
      }
      pieces++;
    }
    expect(pieces).toBeGreaterThanOrEqual(100);
  });
});

describe('words for senders', () => {
  const CLEAN = 'language: tr\nspam: reject\nrejection:\n';
  const said = (yaml: string, some: Some = {}): string | null => verdict(set(page(yaml)), { ...SPAM, ...some }).words;
  const BOTH = `${CLEAN}  message: {en: "Sorry. Please call us.", tr: "Özür dileriz."}\n`;
  test.each<readonly [name: string, yaml: string, some: Some, expected: string]>([
    ['nothing written', CLEAN.replace('rejection:\n', ''), {}, 'We could not accept your message.'],
    ['contact only', `${CLEAN}  contact: "+90 212 555 0100"`, {}, 'We could not accept your message. If it matters to you, please contact us: +90 212 555 0100'],
    ['the language of the message', BOTH, { language: 'en' }, 'Sorry. Please call us.'],
    ['else the page\'s', BOTH, { language: 'fr', utf8Replies: true }, 'Özür dileriz.'],
    ['what cannot travel falls back to English', BOTH, { language: 'tr' }, 'Sorry. Please call us.'],
    ['and to the built-in sentence with the contact', `${CLEAN}  message: {tr: "Özür dileriz."}\n  contact: "+90 1"`, { language: 'tr' }, 'We could not accept your message. If it matters to you, please contact us: +90 1'],
    ['else English', `${CLEAN}  message: {en: "Sorry."}`, { language: 'fr' }, 'Sorry.'],
    ['another language than all', `${CLEAN}  message: {ru: "Нет."}`, { language: 'fr', utf8Replies: true }, 'We could not accept your message.'],
    ['a contact that the text does not name is added', `${CLEAN}  message: {en: "Sorry."}\n  contact: "+90 212 555 0100"`, { language: 'en' }, 'Sorry.\nYou can reach us here: +90 212 555 0100'],
    ['in the language of the text', `${CLEAN}  message: {tr: "Özür dileriz."}\n  contact: "+90 212"`, { language: 'tr', utf8Replies: true }, 'Özür dileriz.\nBize buradan ulaşabilirsiniz: +90 212'],
    ['one that it names is not', `${CLEAN}  message: {en: "Sorry, call +90 (212) 555-0100."}\n  contact: "+90 212 555 0100"`, { language: 'en' }, 'Sorry, call +90 (212) 555-0100.'],
    ['curly quotes travel as plain ones', `${CLEAN}  message: {en: "We’re sorry – really…"}`, { language: 'en' }, 'We\'re sorry - really...'],
    ['control characters do not', `${CLEAN}  message: {en: "One\\r\\n250 Two\\u0007"}`, { language: 'en' }, 'One\n250 Two'],
  ])('%s', (_name, yaml, some, expected) => {
    expect(said(yaml, some)).toBe(expected);
  });

  test.each<readonly [name: string, rejection: string, expected: string]>([
    ['sentences that invite an answer are left out', '  message: {en: "We could not accept this. Please call us on +90 212 555 0100, we would like to hear from you."}', 'We could not accept this.'],
    ['an address, too', '  message: {en: "No, thank you! Write to anna@example.com."}', 'No, thank you!'],
    ['no contact line', '  message: {en: "No, thank you."}\n  contact: "+90 212"', 'No, thank you.'],
    ['when nothing is left', '  message: {en: "Call +90 212 555 0100"}\n  contact: "+90 212 555 0100"', 'We could not accept your message.'],
  ])('never-welcome: %s', (_name, rejection, expected) => {
    expect(verdict(set(page(`never-welcome: [{sender: a@b.example}]\nrejection:\n${rejection}`)), { authors: ['a@b.example'] }).words).toBe(expected);
  });
});

describe('several recipients', () => {
  const some = (...actions: Action[]): Verdict[] => actions.map((action) => ({ ...verdict(set(), SPAM), action, words: action === 'ask-to-retry' ? 'again' : null }));
  const settled = (perRecipient: boolean, ...actions: Action[]): string => settle(some(...actions), perRecipient).map(({ action, qualifiers }) => [action, ...qualifiers].join('+')).join(' ');
  test.each<readonly [actions: Action[], expected: string]>([
    [['reject', 'reject'], 'reject reject'],
    [['ask-to-retry', 'ask-to-retry'], 'ask-to-retry ask-to-retry'],
    [['reject', 'deliver'], 'quarantine+held-because-others-accept deliver'],
    [['reject', 'quarantine'], 'quarantine+held-because-others-accept quarantine'],
    [['ask-to-retry', 'mark'], 'quarantine+held-because-others-accept mark'],
    [['reject', 'ask-to-retry', 'junk-folder'], 'quarantine+held-because-others-accept quarantine+held-because-others-accept junk-folder'],
    [['reject', 'ask-to-retry'], 'ask-to-retry+retry-because-others-retry ask-to-retry'],
    [['deliver', 'mark'], 'deliver mark'],
    [[], ''],
  ])('%j', (actions, expected) => {
    expect(settled(false, ...actions)).toBe(expected);
    expect(settled(true, ...actions)).toBe(actions.join(' '));
  });

  test('what is held instead has a folder and no words', () => {
    const [held] = settle([verdict(set('spam: reject\nquarantine: {folder: Held}'), SPAM), ...some('deliver')], false);
    expect(held).toMatchObject({ action: 'quarantine', folder: 'Held', words: null });
  });
});

test('a revision changes with every name and byte, not with the order', () => {
  const a = { name: 'a.yaml', content: 'x' };
  const b = { name: 'b.csv', content: Buffer.from('y') };
  const revision = revisionOf([a, b]);
  expect(revision).toMatch(/^[0-9a-f]{12}$/);
  expect(revisionOf([b, a])).toBe(revision);
  expect(new Set([revision, revisionOf([a]), revisionOf([{ ...a, content: 'z' }, b]), revisionOf([{ ...a, name: 'c' }, b]), revisionOf([{ name: 'a.yam', content: 'lx' }, b])]).size).toBe(5);
});
