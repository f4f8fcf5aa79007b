import { parsePage } from '../../src/policy/parse.ts';
import { buildPolicySet } from '../../src/policy/resolve.ts';
import type { ResolvedPage } from '../../src/policy/resolved.ts';
import { DEFAULTS, SPAM, set, verdict } from '../support/policies.ts';

/** The page for sales@example.com beside a company page, both through the real reader. */
function sales(company: string, own: string): ResolvedPage {
  const pages = [`policy: company\nowner: office@example.com\napplies-to: everyone\n${company}`, `policy: sales\nowner: anna@example.com\napplies-to: sales@example.com\n${own}`]
    .map((text, i) => parsePage(text, `${i}.yaml`, DEFAULTS).page ?? fail(text));
  return buildPolicySet(pages, DEFAULTS, '0123456789ab').matcher.find('sales@example.com') as ResolvedPage;
}

function fail(text: string): never {
  throw new Error(`wrong page: ${text}`);
}

const COMPANY = `language: tr
timezone: Europe/Berlin
title: "The company"
mark-with: "[C]"
junk-folder-name: "Bulk"
quarantine: {folder: Held, keep-for: 60 days, approver: maria@example.com, digest: {at: "07:00", days: [mon]}}
rejection: {message: {en: "Sorry, please call.", tr: "Lütfen arayın."}, contact: "+90 212 555 0100", never-say: [blacklist]}
examples: [{name: x, mail: {text: y}, expect: deliver}]
for-a-while: [{name: fair, first-day: 2027-05-03, last-day: 2027-05-07, spam: mark}]
`;

test('line by line: what the page writes, else what the company writes, else the default', () => {
  const page = sales(COMPANY, 'quarantine: {keep-for: 1 week, digest: {at: "16:00"}}\nrejection: {message: {en: "Please ring us."}}\nmark-with: "[S]"\n');
  const { quarantine, rejection } = page;
  expect([page.language, page.timezone, page.markWith, page.junkFolderName, page.markUncheckedWith].map(({ value, origin }) => `${value} ${origin}`)).toEqual([
    'tr company-page', 'Europe/Berlin company-page', '[S] page', 'Bulk company-page', '[Not checked] default',
  ]);
  expect([quarantine.folder, quarantine.keepForDays, quarantine.approver, quarantine.afterThat, quarantine.digestAt, quarantine.digestDays].map(({ value, origin }) => `${String(value)} ${origin}`)).toEqual([
    'Held company-page', '7 page', 'maria@example.com company-page', 'delete default', '16:00 page', '1 company-page',
  ]);
  expect(rejection.message).toEqual({ en: { value: 'Please ring us.', origin: 'page' }, tr: { value: 'Lütfen arayın.', origin: 'company-page' } });
  expect([rejection.contact.value, rejection.neverSay.value]).toEqual(['+90 212 555 0100', ['blacklist']]);
});

test('title, owner, for-a-while and examples are never taken over', () => {
  const page = sales(COMPANY, '');
  expect(page).toMatchObject({ title: 'sales', owner: 'anna@example.com', forAWhile: [] });
});

test('without a company page the approver is the owner of the page', () => {
  expect(set('policy: sales\nowner: anna@example.com\napplies-to: sales@example.com').pages.find(({ name }) => name === 'sales')?.quarantine.approver.value).toBe('anna@example.com');
});

test.each([
  ['a page without an intent takes spam and certain-spam of the company', '', ['mark company-page', 'junk-folder company-page']],
  ['one with an intent of its own takes neither', 'intent: keep-the-inbox-clean', ['reject intent', 'reject intent']],
  ['one with a bound of its own takes neither', 'intent: {wanted-mail-stopped: at most 1 in 5000}', ['quarantine intent', 'reject intent']],
])('%s', (_, own, expected) => {
  const { stance } = sales('intent: never-miss-a-customer\nspam: mark\ncertain-spam: junk-folder\n', own);
  expect([stance.spam, stance.certainSpam].map(({ value, origin }) => `${value} ${origin}`)).toEqual(expected);
});

test.each<readonly [day: string, instant: string, expected: string]>([
  ['the last second before', '2027-05-03T06:59:59Z', 'quarantine'],
  ['the first second', '2027-05-03T07:00:00Z', 'mark'],
  ['the last second', '2027-05-04T06:59:59Z', 'mark'],
  ['the first second after', '2027-05-04T07:00:00Z', 'quarantine'],
])('a block of one day in the zone of its page: %s', (_, now, expected) => {
  const policies = set('timezone: America/Los_Angeles\nfor-a-while: [{name: day, first-day: 2027-05-03, last-day: 2027-05-03, spam: mark}]');
  expect(verdict(policies, { ...SPAM, now }).action).toBe(expected);
});
