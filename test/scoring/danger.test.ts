/** Each rule with what satisfies it, and with what stands on the other side of its line. */
import fc from 'fast-check';
import { walk } from '../../src/message/walk.ts';
import { dangerOf } from '../../src/scoring/danger.ts';
import type { Authenticity, Signal, SignalValue } from '../../src/signals/signal.ts';

const judged = (signals: Readonly<Record<string, SignalValue>>, author: Authenticity) =>
  dangerOf({
    message: walk(Buffer.from('')), authentication: { author, dkimAligned: false, results: '', signals: [], lookups: {} },
    signals: Object.entries(signals).map(([name, value]): Signal => ({ name, state: 'present', value })),
  });

const PASS: Authenticity = { state: 'pass', by: 'both' }, NONE: Authenticity = { state: 'none' }, UNKNOWN: Authenticity = { state: 'unknown', reason: 'timeout' };
const FAIL: Authenticity = { state: 'fail', policy: 'reject' }, WATCHED: Authenticity = { state: 'fail', policy: 'none' };

test.each<[string | null, Readonly<Record<string, SignalValue>>, Authenticity]>([
  [null, {}, NONE],
  ['eicar', { eicar: true }, PASS],
  ['virus', { virus: 'Win.Test' }, PASS], [null, { 'virus-suspected': 'PUA.Test' }, PASS],
  ['executable', { 'attachment-executable': 'exe' }, PASS], ['executable', { 'file-program': 'msi' }, PASS], ['executable', { 'file-program-disguised': 'pdf' }, PASS],
  ['executable', { 'file-program-packed': 'exe' }, PASS], [null, { 'file-program-packed': 'elf' }, PASS], [null, { 'file-program-packed': 'jar' }, PASS], [null, { 'file-program-packed': 'com' }, PASS],
  ['executable', { 'file-script-alone': 'js' }, PASS], [null, { 'file-script-packed': 'js' }, PASS], [null, { 'file-shortcut-packed': 'lnk' }, PASS],
  ['executable', { 'file-disk-image': true, 'file-shortcut-packed': 'lnk' }, PASS], [null, { 'file-disk-image': true }, PASS],
  ['executable', { 'file-note-embeds': 'script' }, PASS], [null, { 'file-note-embeds': 'pdf' }, PASS],
  [null, { 'file-macro': true }, NONE], [null, { 'file-macro-autorun': true, 'file-macro-acts': 'objects' }, NONE], ['macro', { 'file-macro-autorun': true, 'file-macro-acts': 'starts' }, NONE],
  ['macro', { 'file-macro-autorun': true, 'file-macro-acts': 'starts' }, PASS], [null, { 'file-macro-autorun': true, 'file-macro-acts': 'starts', 'known-correspondent': 'often' }, PASS],
  ['macro', { 'file-macro-autorun': true, 'file-macro-acts': 'starts', 'known-correspondent': 'often' }, FAIL],
  ['macro', { 'file-macro-sheet': 'auto-open' }, NONE], [null, { 'file-macro-sheet': true }, NONE],
  ['exploit', { 'file-office-equation': true, 'file-rtf-object': 'at-once' }, PASS], [null, { 'file-office-equation': true }, PASS],
  ['exploit', { 'file-office-template': 'runs' }, PASS], [null, { 'file-office-template': 'attachedTemplate' }, NONE],
  ['exploit', { 'file-pdf-launch': 'cmd.exe /c x' }, PASS], [null, { 'file-pdf-launch': 'manual.pdf' }, PASS], [null, { 'file-pdf-script': true, 'file-pdf-opens': true }, NONE],
  ['smuggling', { 'file-page-smuggles': true }, PASS], [null, { 'file-page-built': true }, NONE],
  ['forged-own-domain', { 'from-our-domain': true }, FAIL], [null, { 'from-our-domain': true }, WATCHED], [null, { 'from-our-domain': true }, UNKNOWN], [null, { 'from-our-domain': true, 'arc-trusted': true }, FAIL],
  ['phishing', { 'name-brand': 'paypal', 'html-password': true }, NONE], [null, { 'name-brand': 'paypal', 'html-password': true }, PASS],
  ['phishing', { 'file-page-brand': 'paypal', 'file-page-form-elsewhere': 'evil.example' }, PASS], [null, { 'file-page-password': true, 'file-page-form-elsewhere': 'res.example' }, NONE],
  ['phishing', { 'brand-without-link': 'paypal', 'lure-account': true }, PASS], [null, { 'brand-without-link': 'paypal' }, NONE], [null, { 'lure-account': true, 'link-asks': true }, NONE],
  [null, { 'brand-without-link': 'apple', 'link-asks': true }, NONE],
  [null, { 'name-brand': 'apple', 'html-form': true }, NONE], ['phishing', { 'name-brand': 'apple', 'html-form': true, 'lure-account': true }, NONE],
  [null, { 'link-text-differs': 2, 'html-form': true }, NONE], ['phishing', { 'link-text-differs': 2, 'html-password': true }, NONE], [null, { 'link-text-differs': 2, 'html-password': true }, PASS],
  [null, { 'brand-without-link': 'paypal', 'lure-account': true, 'known-correspondent': 'often' }, PASS],
  ['phishing', { 'author-imitates-ours': true, 'link-asks': true }, PASS], [null, { 'author-imitates-ours': true }, PASS],
  ['phishing', { 'speaks-as-ours': true, 'lure-mailbox': true, 'link-asks': true }, NONE], [null, { 'speaks-as-ours': true, 'lure-mailbox': true }, NONE],
])('%s %#', (danger, signals, author) => expect(judged(signals, author)).toBe(danger));

// A macro that runs by itself is looked at closely, and is no danger as long as nobody knows what it does.
test('what is passed over without a closer look would be no danger with one', () => {
  const names = [
    'eicar', 'virus', 'attachment-executable', 'attachment-page-form', 'arc-trusted', 'author-imitates-brand', 'author-imitates-ours', 'address-brand', 'brand-without-link', 'from-our-domain', 'file-disk-image', 'file-macro-sheet',
    'file-note-embeds', 'file-office-equation', 'file-office-template', 'file-page-brand', 'file-page-form-elsewhere', 'file-page-password', 'file-page-sends', 'file-page-smuggles', 'file-pdf-launch', 'file-program',
    'file-program-disguised', 'file-program-packed', 'file-rtf-object', 'file-script-alone', 'file-script-packed', 'file-shortcut-packed', 'html-form', 'html-password', 'known-correspondent', 'link-asks', 'link-brand',
    'link-imitates-brand', 'link-imitates-ours', 'link-mixed-letters', 'link-text-differs', 'lure-account', 'lure-mailbox', 'lure-parcel', 'name-brand', 'name-mixed-letters', 'name-other-address', 'name-our-domain', 'speaks-as-ours',
  ];
  const value = fc.constantFrom<SignalValue>(true, 'exe', 'script', 'auto-open', 'at-once', 'runs', 'cmd.exe');
  const some = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 }).map((entries): Record<string, SignalValue> => Object.fromEntries(entries));
  fc.assert(fc.property(some, fc.constantFrom(PASS, NONE, UNKNOWN, FAIL, WATCHED), (signals, author) => {
    expect(judged(signals, author)).toBe(judged({ ...signals, 'file-macro-autorun': true }, author));
  }), { numRuns: 3_000 });
});
