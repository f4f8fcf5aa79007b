import { rightsOn, viewerOf, type Viewer } from '../../src/review/access.ts';
import type { AskRow, ShownRow } from '../../src/storage/review-book.ts';
import { set } from '../support/policies.ts';
import { heldRow } from '../storage/rows.ts';

const POLICIES = set(
  'policy: company\nowner: office@example.com\napplies-to: everyone',
  'policy: asking\nowner: Chief@Example.com\napplies-to: [a@example.com]\nquarantine: {recipients-may: ask, approver: judge@example.com}',
  'policy: looking\nowner: chief@example.com\napplies-to: [b@example.com]\nquarantine: {recipients-may: look}',
);
const known = { operators: ['root@example.com'], delegates: { 'info@example.com': ['anna@example.com', 'judge@example.com'] } };
const who = (address: string): Viewer => viewerOf(address, known, POLICIES.pages);
const row = (change: Partial<ShownRow> = {}): ShownRow => ({ ...heldRow({ recipient: 'anna@example.com', policy: 'company' }), mailbox: 'anna@example.com', dismissedAt: null, ...change });
const asked: AskRow = { heldId: 'x', recipient: 'anna@example.com', approver: 'judge@example.com', at: 0, settledAt: null, settledBy: null, answer: null, words: '' };
const DANGER = { kind: 'dangerous', reason: 'dangerous' } as const;

function said(address: string, change: Partial<ShownRow> = {}, ask: AskRow | null = null): string {
  const mail = row(change);
  const { role, read, acts } = rightsOn(mail, who(address), POLICIES.pages.find(({ name }) => name === mail.policy) ?? null, ask);
  return [role ?? 'nobody', read ? 'reads' : '', ...acts].filter((word) => word !== '').join(' ');
}

test.each<readonly [string, string, Partial<ShownRow>, AskRow | null, string]>([
  ['the recipient', 'anna@example.com', {}, null, 'recipient reads let-through welcome not-wanted'],
  ['the recipient, of something dangerous', 'anna@example.com', DANGER, null, 'recipient reads ask not-wanted'],
  ['the recipient, of something whose kind only is dangerous', 'anna@example.com', { kind: 'dangerous' }, null, 'recipient reads ask not-wanted'],
  ['the recipient, where one asks', 'anna@example.com', { policy: 'asking' }, null, 'recipient reads ask not-wanted'],
  ['the recipient, who has asked', 'anna@example.com', { policy: 'asking' }, asked, 'recipient reads withdraw not-wanted'],
  ['the recipient, who was refused', 'anna@example.com', { policy: 'asking' }, { ...asked, settledAt: 1, answer: 'refused' }, 'recipient reads not-wanted'],
  ['the recipient, who withdrew', 'anna@example.com', { policy: 'asking' }, { ...asked, settledAt: 1, answer: 'withdrawn' }, 'recipient reads ask not-wanted'],
  ['the recipient, who may look', 'anna@example.com', { policy: 'looking' }, null, 'recipient reads'],
  ['the recipient, of a policy that is no more', 'anna@example.com', { policy: 'gone' }, null, 'recipient reads'],
  ['the recipient, of what was put aside', 'anna@example.com', { dismissedAt: 1 }, null, 'recipient reads undo-not-wanted'],
  ['the recipient, of what was released', 'anna@example.com', { state: 'released' }, null, 'recipient reads undo-welcome'],
  ['the recipient, of what is on its way', 'anna@example.com', { state: 'releasing' }, null, 'recipient reads'],
  ['a delegate', 'anna@example.com', { mailbox: 'info@example.com' }, null, 'delegate reads let-through welcome not-wanted'],
  ['a stranger', 'boris@example.com', {}, null, 'nobody'],
  ['the owner', 'office@example.com', {}, null, 'owner let-through'.replace('owner', 'approver')],
  ['the owner beside an approver', 'chief@example.com', { policy: 'asking' }, null, 'owner let-through'],
  ['the owner of another policy', 'chief@example.com', {}, null, 'nobody'],
  ['the approver, unasked', 'judge@example.com', { policy: 'asking' }, null, 'approver let-through'],
  ['the approver, asked', 'judge@example.com', { policy: 'asking' }, asked, 'approver reads approve refuse'],
  ['the approver, having answered', 'judge@example.com', { policy: 'asking', state: 'releasing' }, { ...asked, settledAt: 1, answer: 'let-through' }, 'approver reads'],
  ['the approver, of a request taken back', 'judge@example.com', { policy: 'asking' }, { ...asked, settledAt: 1, answer: 'withdrawn' }, 'approver let-through'],
  ['an operator', 'root@example.com', {}, null, 'operator let-through'],
  ['an operator, of something dangerous that was asked for', 'root@example.com', { ...DANGER, policy: 'asking' }, asked, 'operator reads approve refuse'],
  ['an approver, of their own mail', 'judge@example.com', { policy: 'asking', mailbox: 'judge@example.com' }, null, 'recipient reads let-through welcome not-wanted'],
  ['an approver, of their own mail that is dangerous', 'judge@example.com', { ...DANGER, policy: 'asking', mailbox: 'judge@example.com' }, { ...asked, recipient: 'judge@example.com' }, 'recipient reads withdraw not-wanted'],
  ['an approver, of a mailbox they share, dangerous', 'judge@example.com', { ...DANGER, policy: 'asking', mailbox: 'info@example.com' }, asked, 'delegate reads withdraw not-wanted'],
])('%s', (_name, address, change, ask, expected) => expect(said(address, change, ask)).toBe(expected));

test('who somebody is', () => {
  expect(who('chief@example.com')).toEqual({ address: 'chief@example.com', isOperator: false, mailboxes: ['chief@example.com'], owns: ['asking', 'looking'], approves: ['looking'] });
  expect(who('anna@example.com').mailboxes).toEqual(['anna@example.com', 'info@example.com']);
  expect(who('root@example.com').isOperator).toBe(true);
});
