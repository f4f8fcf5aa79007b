import { checkSet } from '../../src/policy/check-set.ts';
import { parsePage } from '../../src/policy/parse.ts';
import { renderDiagnostic } from '../../src/policy/render.ts';
import { words } from '../../src/words/index.ts';

const defaults = { language: 'en', timezone: 'UTC', ourDomains: ['example.com'] };

function pageOf(name: string, appliesTo: string, more: string = '', file: string = `${name}.yaml`): ReturnType<typeof parsePage>['draft'] {
  return parsePage(`policy: ${name}\nowner: a@example.com\napplies-to: ${appliesTo}\n${more}`, file, defaults).draft;
}
function problems(...pages: ReturnType<typeof pageOf>[]): readonly string[] {
  return checkSet(pages.filter((page) => page !== null), defaults).map((one) => `${one.code}@${one.place.file}:${one.place.line}:${one.place.column}`);
}

describe('pages side by side', () => {
  test.each([
    ['two pages for everyone', [pageOf('a', 'everyone'), pageOf('b', 'everyone')], ['pattern-claimed@a.yaml:3:13', 'pattern-claimed@b.yaml:3:13']],
    ['the same address, written differently', [pageOf('a', 'X@example.com'), pageOf('b', '[y@example.com, x@EXAMPLE.com]')], ['pattern-claimed@a.yaml:3:13', 'pattern-claimed@b.yaml:3:29']],
    ['an address and its domain', [pageOf('a', 'x@example.com'), pageOf('b', '"*@example.com"')], []],
    ['the same name', [pageOf('a', 'x@example.com'), pageOf('a', 'y@example.com', '', 'c.yaml')], ['name-taken@a.yaml:1:1', 'name-taken@c.yaml:1:1']],
    ['harsher than its own intent', [pageOf('a', 'everyone', 'intent: never-miss-a-customer\nspam: reject')], ['harsher-than-intent@a.yaml:5:1']],
    ['milder than its own intent', [pageOf('a', 'everyone', 'intent: keep-the-inbox-clean\nspam: mark')], []],
    ['spam delivered on a page that is to keep it out', [pageOf('a', 'everyone', 'intent: keep-the-inbox-clean\nspam: deliver')], ['intent-undone@a.yaml:5:1']],
    ['certain spam treated more kindly than suspected spam', [pageOf('a', 'everyone', 'spam: quarantine\ncertain-spam: mark')], ['certain-spam-milder@a.yaml:5:1']],
    ['certain spam more kindly than what the intent says of suspected spam', [pageOf('a', 'everyone', 'intent: keep-the-inbox-clean\ncertain-spam: quarantine')], ['certain-spam-milder@a.yaml:5:1']],
    ['certain spam more kindly than what the company says of suspected spam', [pageOf('c', 'everyone', 'spam: reject\ncertain-spam: reject'), pageOf('a', 'x@example.com', 'certain-spam: quarantine')], ['certain-spam-milder@a.yaml:4:1', 'harsher-than-intent@c.yaml:4:1']],
    ['a page with an intent of its own does not take over the company\'s spam line', [pageOf('c', 'everyone', 'intent: keep-the-inbox-clean'), pageOf('a', 'x@example.com', 'intent: balanced\ncertain-spam: quarantine')], []],
    ['both alike', [pageOf('a', 'everyone', 'spam: mark\ncertain-spam: mark')], []],
    ['hours, and no time zone anywhere', [pageOf('a', 'everyone', 'quarantine: {digest: {at: "08:00"}}')], ['hours-in-utc@a.yaml:4:1']],
    ['hours in the company\'s time zone', [pageOf('c', 'everyone', 'timezone: Europe/Istanbul'), pageOf('a', 'x@example.com', 'quarantine: {digest: {at: "08:00"}}')], []],
    ['harsher than balanced, which nobody wrote', [pageOf('a', 'x@example.com', 'newsletters: quarantine')], ['harsher-than-intent@a.yaml:4:1']],
    ['as harsh as the company allows', [pageOf('c', 'everyone', 'intent: keep-the-inbox-clean'), pageOf('a', 'x@example.com', 'newsletters: quarantine')], []],
    ['a bound is as balanced', [pageOf('a', 'everyone', 'intent: {wanted-mail-stopped: 1 in 900}\nspam: reject')], ['harsher-than-intent@a.yaml:5:1']],
    ['a promise of the company\'s', [pageOf('c', 'everyone', 'rejection: {never-say: [Sorry]}'), pageOf('a', 'x@example.com', 'rejection: {message: {en: "We are SORRY, please call +90 212 555 0100"}}')], ['never-say-of-company@a.yaml:4:1']],
    ['a promise kept', [pageOf('c', 'everyone', 'rejection: {never-say: [Sorry]}'), pageOf('a', 'x@example.com', 'rejection: {message: {en: "Please call +90 212 555 0100"}}')], []],
    ['no English text for servers of plain letters', [pageOf('a', 'everyone', 'language: ru\nrejection: {message: {ru: "Пожалуйста, позвоните: +7 495 555 01 00"}}')], ['words-cannot-travel@a.yaml:5:27']],
    ['the company has an English text', [pageOf('c', 'everyone', 'rejection: {message: {en: "Please call +90 212 555 0100"}}'), pageOf('a', 'x@example.com', 'language: ru\nrejection: {message: {ru: "Пожалуйста, позвоните: +7 495 555 01 00"}}')], []],
    ['nobody to turn to', [pageOf('a', 'everyone', 'rejection: {message: {en: "Please call us"}}')], ['words-no-contact@a.yaml:4:27']],
    ['the company has a telephone', [pageOf('c', 'everyone', 'rejection: {contact: 0212 555 0100}'), pageOf('a', 'x@example.com', 'rejection: {message: "Please call us"}')], []],
    ['a contact that cannot travel', [pageOf('a', 'everyone', 'rejection: {contact: "Ayşe, 0212 555 0100"}')], ['contact-cannot-travel@a.yaml:4:22']],
    ['no text in the page\'s language', [pageOf('a', 'everyone', 'language: tr\nrejection: {message: {en: "Please call +90 212 555 0100"}}')], ['words-not-in-language@a.yaml:5:1']],
    ['a language that the company has no text in', [pageOf('c', 'everyone', 'rejection: {message: {en: "Please call +90 212 555 0100"}}'), pageOf('a', 'x@example.com', 'language: tr')], ['words-not-in-language@a.yaml:4:1']],
    ['a language that the company has a text in', [pageOf('c', 'everyone', 'rejection: {message: {en: "Please call +90 212 555 0100", tr: "Arayın: 0212 555 0100"}}'), pageOf('a', 'x@example.com', 'language: tr')], []],
  ])('%s', (_, pages, expected) => expect(problems(...pages)).toEqual(expected));

  test('names both pages and both places', () => {
    const pages = [pageOf('a', 'everyone'), pageOf('b', 'everyone')].filter((page) => page !== null);
    expect(checkSet(pages, defaults).map((one) => renderDiagnostic(one, words, 'en'))[0]).toBe(
      'a.yaml:3:13: Both "a" and "b" (b.yaml:3) apply to "everyone".\n    applies-to: everyone\n                ^^^^^^^^ take it away from one of the two pages');
  });
});
