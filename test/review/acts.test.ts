import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Act } from '../../src/review/access.ts';
import { ReviewCase, type Letter } from '../support/review-case.ts';

const POLICIES = [
  'policy: company\nowner: office@example.com\napplies-to: everyone',
  'policy: asking\nowner: chief@example.com\napplies-to: [carla@example.com]\nlanguage: de\nquarantine: {recipients-may: ask, approver: judge@example.com}',
  'policy: looking\nowner: chief@example.com\napplies-to: [dora@example.com]\nquarantine: {recipients-may: look}',
];
let usher: ReviewCase;
beforeEach(async () => { usher = await ReviewCase.open({ policies: POLICIES, config: { delegates: { 'info@example.com': ['anna@example.com'] } } }); });
afterEach(() => usher.close());

/** What the page answers to an act: `told` of the redirect, or the status. */
async function does(who: string, id: string, act: Act, fields: Record<string, string> = {}): Promise<string> {
  const cookie = await usher.session(who);
  const answer = await usher.post(`/m/${id}`, { form: await usher.formToken(cookie), act, ...fields }, cookie);
  return /told=(.*)$/.exec(String(answer.headers.location))?.[1] ?? String(answer.statusCode);
}
const sees = async (who: string, url: string): Promise<string> => (await usher.get(url, await usher.session(who))).body;
const letter = (to: string, policy: string, change: Letter = {}): Promise<string> => usher.hold({ to, policy, ...change });
const personal = () => usher.parts.store.review.personal.find('anna@example.com', ['news@shop.example'], usher.now).then((entries) => entries.map(({ kind, reason }) => `${kind} ${reason}`.trim()).toSorted());

test('letting through releases, makes the sender known, and teaches', async () => {
  const id = await letter('anna@example.com', 'company');
  expect(await does('anna@example.com', id, 'let-through')).toBe('let-through.done');
  const { store } = usher.parts;
  expect(await store.held.find(id)).toMatchObject({ state: 'releasing' });
  expect(await store.correspondents.knows('anna@example.com', ['news@shop.example'])).toBe(false); // Queued: written with the next batch.
  await store.decisions.flush();
  expect(await store.correspondents.knows('anna@example.com', ['news@shop.example'])).toBe(true);
  expect(await personal()).toEqual(['let-through spam']);
  expect(await store.review.feedback.list('', 9)).toMatchObject([{ heldId: id, label: 'wanted', how: 'let-through', recipient: 'anna@example.com', score: 0.7 }]);
  expect(await does('anna@example.com', id, 'let-through')).toBe('let-through.already');
  expect(await does('anna@example.com', id, 'not-wanted')).toBe('not-wanted.not-allowed');
});

test('welcoming the sender: a personal entry for a year, which can be taken back', async () => {
  const id = await letter('anna@example.com', 'company');
  expect(await does('anna@example.com', id, 'welcome')).toBe('welcome.done');
  expect(await personal()).toEqual(['let-through spam', 'welcome']);
  const [entry] = await usher.parts.store.review.personal.list('anna@example.com', usher.now, 9);
  expect(entry?.until).toBe(usher.now + 365 * 24 * 3600_000);
  expect(await sees('anna@example.com', '/preferences')).toContain('welcome until 22 November 2027');
  await usher.parts.store.outbox.done((await usher.parts.store.outbox.findByHeld(id))?.id ?? '', usher.now);
  expect(await does('anna@example.com', id, 'undo-welcome')).toBe('undo-welcome.done');
  expect(await personal()).toEqual(['let-through spam']);
});

test('not wanted: gone from the list, the sender held from now on, nothing deleted, and all of it can be undone', async () => {
  const id = await letter('anna@example.com', 'company');
  expect(await does('anna@example.com', id, 'not-wanted')).toBe('not-wanted.done');
  expect(await personal()).toEqual(['unwelcome']);
  expect(await sees('anna@example.com', '/')).not.toContain('An offer');
  expect(await sees('anna@example.com', '/?show=all')).toContain('An offer');
  expect(await does('anna@example.com', id, 'not-wanted')).toBe('not-wanted.already');
  expect(await does('anna@example.com', id, 'undo-not-wanted')).toBe('undo-not-wanted.done');
  expect(await personal()).toEqual([]);
  expect(await usher.parts.store.review.feedback.list('', 9)).toEqual([]);
  expect(await sees('anna@example.com', '/')).toContain('An offer');
});

test('asking: the approver is told, sees the text from then on, and answers with words', async () => {
  const id = await letter('carla@example.com', 'asking', { body: 'The text of it' });
  expect(await sees('judge@example.com', `/m/${id}`)).toContain('Only the recipient may read this');
  expect(await does('carla@example.com', id, 'let-through')).toBe('let-through.not-allowed');
  expect(await does('carla@example.com', id, 'ask')).toBe('ask.done');
  const mail = usher.mails.find(({ to }) => to === 'judge@example.com' && true)!;
  expect(usher.mails.filter(({ text }) => text.includes(`/m/${id}`))).toHaveLength(1);
  expect(mail).toBeDefined();
  expect(await does('carla@example.com', id, 'ask')).toBe('ask.already');
  expect(await sees('judge@example.com', '/asked')).toContain('An offer');
  expect((await usher.get(`/m/${id}/preview`, await usher.session('judge@example.com'))).body).toContain('The text of it');
  expect(await does('judge@example.com', id, 'refuse', { words: 'We never ordered there.' })).toBe('refuse.done');
  expect(usher.mails.at(-2)?.text ?? '').toBeDefined();
  const answer = usher.mails.find(({ to, text }) => to === 'carla@example.com' && text.includes('We never ordered there.'));
  expect(answer).toMatchObject({ language: 'de' });
  expect(await does('judge@example.com', id, 'approve')).toBe('approve.not-allowed');
  expect(await sees('carla@example.com', `/m/${id}`)).toContain('We never ordered there.');
});

test('approving releases and settles the request', async () => {
  const id = await letter('carla@example.com', 'asking');
  await does('carla@example.com', id, 'ask');
  expect(await does('judge@example.com', id, 'approve')).toBe('approve.done');
  expect(await usher.parts.store.review.asks.find(id)).toMatchObject({ answer: 'let-through', settledBy: 'judge@example.com' });
  expect(await usher.parts.store.held.find(id)).toMatchObject({ state: 'releasing' });
  expect(await does('judge@example.com', id, 'approve')).toBe('approve.already');
});

test('a request can be withdrawn and made again', async () => {
  const id = await letter('carla@example.com', 'asking');
  await does('carla@example.com', id, 'ask');
  expect(await does('carla@example.com', id, 'withdraw')).toBe('withdraw.done');
  expect(await sees('judge@example.com', '/asked')).toContain('Nobody is waiting');
  expect((await usher.get(`/m/${id}/preview`, await usher.session('judge@example.com'))).statusCode).toBe(404);
  expect(await does('carla@example.com', id, 'ask')).toBe('ask.done');
});

test('who may only look changes nothing', async () => {
  const id = await letter('dora@example.com', 'looking');
  for (const act of ['let-through', 'welcome', 'ask', 'not-wanted'] as const) expect(await does('dora@example.com', id, act)).toBe(`${act}.not-allowed`);
  expect(await sees('dora@example.com', `/m/${id}`)).toContain('not up to you here');
});

test('a recipient never releases what is dangerous, and cannot by any spelling; the approver may, having said yes twice', async () => {
  const id = await letter('anna@example.com', 'company', { reason: 'dangerous', kind: 'dangerous' });
  expect(await does('anna@example.com', id, 'let-through', { confirmed: 'yes' })).toBe('let-through.dangerous');
  expect(await does('anna@example.com', id, 'welcome')).toBe('welcome.dangerous');
  expect(await does('anna@example.com', id, 'ask')).toBe('ask.done');
  expect(await does('office@example.com', id, 'approve')).toBe('approve.dangerous');
  expect(await does('office@example.com', id, 'approve', { confirmed: 'yes' })).toBe('approve.done');
});

test('what turned out to be dangerous since it was held is not released by a recipient', async () => {
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const id = await letter('anna@example.com', 'company', { body: eicar, kind: 'spam' });
  expect(await does('anna@example.com', id, 'let-through')).toBe('let-through.dangerous');
  expect(await usher.parts.store.held.find(id)).toMatchObject({ state: 'held' });
  expect(await usher.parts.store.review.acts.list({ heldId: id, limit: 1 })).toMatchObject([{ act: 'let-through', outcome: 'dangerous' }]);
  expect(await sees('anna@example.com', `/m/${id}?told=let-through.dangerous`)).toContain('This message looks dangerous');
});

test('a message that an operator removed from the folder is gone, which is said', async () => {
  const id = await letter('anna@example.com', 'company');
  const { folders } = usher.parts;
  const row = await usher.parts.store.held.find(id);
  await folders.remove(row!);
  expect(await sees('anna@example.com', `/m/${id}`)).toContain('not kept here any more');
  // Looking changes nothing: only who wants something done with it has it noted.
  expect(await usher.parts.store.held.find(id)).toEqual(row);
  expect(await does('anna@example.com', id, 'let-through')).toBe('let-through.gone');
  expect(await usher.parts.store.held.find(id)).toMatchObject({ state: 'deleted' });
  expect(readdirSync(join(folders.directory(row!), 'new'))).toEqual([]);
});

test('a shared mailbox is looked after by its delegates, under their own name', async () => {
  const id = await letter('info@example.com', 'company');
  expect(await sees('anna@example.com', '/')).not.toContain('An offer');
  expect(await sees('anna@example.com', '/?for=info%40example.com')).toContain('An offer');
  expect(await does('anna@example.com', id, 'let-through')).toBe('let-through.done');
  expect(await usher.parts.store.review.acts.list({ limit: 1 })).toMatchObject([{ actor: 'anna@example.com', role: 'delegate', recipient: 'info@example.com' }]);
  expect(await does('boris@example.com', id, 'let-through')).toBe('404');
});

test('several at once, with what could not be done said', async () => {
  const ids = [await letter('anna@example.com', 'company', { subject: 'One' }), await letter('anna@example.com', 'company', { subject: 'Two' }), await letter('boris@example.com', 'company', { subject: 'Three' })];
  const cookie = await usher.session('anna@example.com');
  const answer = await usher.post('/bulk', { form: await usher.formToken(cookie), act: 'not-wanted', id: ids, back: '/?q=x' }, cookie);
  expect(answer.headers.location).toBe('/?q=x&told=not-wanted.2.1');
  expect((await usher.get('/?told=not-wanted.2.1', cookie)).body).toContain('Not wanted: 2 messages. One could not be changed.');
  expect(await usher.parts.store.review.held.find(ids[2] ?? '')).toMatchObject({ dismissedAt: null });
});

test('a personal entry is removed on the preferences page', async () => {
  const id = await letter('anna@example.com', 'company');
  await does('anna@example.com', id, 'not-wanted');
  const cookie = await usher.session('anna@example.com');
  await usher.post('/preferences/senders', { form: await usher.formToken(cookie), sender: 'news@shop.example', kind: 'unwelcome' }, cookie);
  expect(await personal()).toEqual([]);
});

test('so is one of a shared mailbox, by whoever looks after it, and by nobody else', async () => {
  const id = await letter('info@example.com', 'company');
  await does('anna@example.com', id, 'not-wanted');
  const entries = () => usher.parts.store.review.personal.list('info@example.com', usher.now, 9);
  expect(await sees('anna@example.com', '/preferences')).toContain('(<bdi>info@example.com</bdi>)');
  for (const [who, left] of [['boris@example.com', 1], ['anna@example.com', 0]] as const) {
    const cookie = await usher.session(who);
    await usher.post('/preferences/senders', { form: await usher.formToken(cookie), for: 'info@example.com', sender: 'news@shop.example', kind: 'unwelcome' }, cookie);
    expect(await entries()).toHaveLength(left);
  }
});
