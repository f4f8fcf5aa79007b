import { linkKeys } from '../../src/review/link-keys.ts';
import { linkPath, makeToken, type Purpose } from '../../src/review/tokens.ts';
import { waitFor } from '../support/wait.ts';
import { cookieOf, linkIn, ReviewCase } from '../support/review-case.ts';

let usher: ReviewCase;
beforeEach(async () => { usher = await ReviewCase.open(); });
afterEach(() => usher.close());

async function link(purpose: Purpose, subject: string, recipient = 'anna@example.com', ms = 3600_000): Promise<string> {
  const [key] = await linkKeys(usher.parts.store.settings, usher.clock);
  return linkPath(makeToken({ purpose, recipient, subject, expiresAt: usher.now + ms }, key));
}
const stateOf = async (id: string): Promise<unknown> => {
  const { store } = usher.parts;
  const row = await store.review.held.find(id);
  return { row, acts: await store.review.acts.list({ limit: 99 }), personal: await store.review.personal.list('anna@example.com', usher.now, 99), outbox: await store.outbox.pending(), preferences: await store.review.preferences.get('anna@example.com') };
};

test.each<Purpose>(['let-through', 'welcome', 'not-wanted', 'stop-digest', 'look'])('a link scanner that opens %s in every way, many times, changes nothing; the person’s POST then works', async (purpose) => {
  const id = await usher.hold();
  const path = await link(purpose, id);
  const before = await stateOf(id);
  for (let round = 0; round < 5; round++) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'TRACE', 'PUT', 'DELETE', 'PATCH'] as const) {
      for (const headers of [{}, { purpose: 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { 'user-agent': 'SafeLinks', cookie: 'usher-session=x' }]) {
        await usher.server.inject({ method: method as 'GET', url: path, headers });
      }
    }
  }
  expect(await stateOf(id)).toEqual(before);
  const page = await usher.get(path);
  expect(page.statusCode).toBe(200);
  if (purpose === 'look') return;
  expect((await usher.post(path, {})).statusCode).toBe(200);
  expect(await stateOf(id)).not.toEqual(before);
});

test('a link shows the facts of its mail and one action, and nothing of the text', async () => {
  const id = await usher.hold({ subject: 'Your <b>order</b>', body: 'SECRET BODY' });
  const { body } = await usher.get(await link('let-through', id));
  expect(body).toContain('Your &lt;b&gt;order&lt;/b&gt;');
  expect(body).toContain('news@shop.example');
  expect(body.match(/<form/g)).toHaveLength(1);
  expect(body).not.toContain('SECRET');
});

test('letting through: released once, and the second time it says what happened the first time', async () => {
  const id = await usher.hold();
  const path = await link('let-through', id);
  expect((await usher.post(path, {})).body).toContain('on its way');
  usher.now += 120_000;
  const second = await usher.post(path, {});
  expect(second.body).toContain('done already');
  expect(second.body).toContain('anna@example.com chose “Let it through” before');
  expect(await usher.parts.store.outbox.pending()).toBe(1);
  expect(await usher.parts.store.review.acts.list({ heldId: id, limit: 9 })).toMatchObject([{ act: 'let-through', via: 'link', outcome: 'done', actor: 'anna@example.com', role: 'recipient' }]);
  const { body } = await usher.get(path);
  expect(body).toContain('on its way to you already');
  // What was done is not asked again, nor said not to have happened; why it was held and where it is now are two lines.
  for (const no of ['Let this message through?', 'Nothing has happened yet', '<button']) expect(body).not.toContain(no);
  expect(body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')).toContain('Why looks like spam State on its way This');
});

test.each<Purpose>(['let-through', 'welcome'])('%s of what looks dangerous: the link says why not, instead of a button that could only say no', async (purpose) => {
  const { body } = await usher.get(await link(purpose, await usher.hold({ kind: 'dangerous', reason: 'dangerous' })));
  expect(body).toContain('Nobody can let it through for themselves');
  for (const no of ['<button', 'goes to your inbox', 'Nothing has happened yet']) expect(body).not.toContain(no);
});

test.each(['en', 'tr', 'ru', 'de'])('%s: what a link would do is said in whole sentences', async (language) => {
  const id = await usher.hold();
  for (const purpose of ['let-through', 'welcome', 'ask', 'not-wanted'] as const) {
    const { body } = await usher.server.inject({ url: await link(purpose, id), headers: { 'accept-language': language } });
    const said = /<form[^>]*><p>([^<]+)<\/p>/.exec(body)?.[1] ?? '';
    // Begins as a sentence whoever it names, and ends with one full stop, also behind a date ("2027 г.").
    expect(said).toMatch(/^\p{Lu}.*[^.]\.$/su);
  }
});

test('two POSTs at once release once', async () => {
  const id = await usher.hold();
  const path = await link('let-through', id);
  const bodies = (await Promise.all([1, 2, 3].map(() => usher.post(path, {})))).map(({ body }) => body);
  expect(bodies.filter((body) => body.includes('on its way to the inbox'))).toHaveLength(1);
  expect(await usher.parts.store.outbox.pending()).toBe(1);
});

test.each([
  ['another person’s message', 'let-through', 'boris@example.com', 3600_000, 404],
  ['expired by a second', 'let-through', 'anna@example.com', -1000, 410],
  ['at its very end', 'let-through', 'anna@example.com', -1, 410],
  ['a purpose without an act', 'answer', 'anna@example.com', 3600_000, 404],
] as const)('%s: %s for %s', async (_name, purpose, recipient, ms, status) => {
  const id = await usher.hold();
  const path = await link(purpose, id, recipient, ms);
  const before = await stateOf(id);
  expect((await usher.get(path)).statusCode).toBe(status);
  expect((await usher.post(path, {})).statusCode).toBe(status);
  expect(await stateOf(id)).toEqual(before);
});

test('a tampered link opens nothing, and guessing is slowed down', async () => {
  const path = await link('let-through', await usher.hold());
  const statuses = new Set<number>();
  // Not at the very end, where not every bit of the last letter counts, nor by chance what it was.
  const guesses = Array.from({ length: 81 }, (_, i) => `${path.slice(0, -8)}${String(i).padStart(2, 'A')}${path.slice(-6)}`).filter((guess) => guess !== path);
  for (const guess of guesses) statuses.add((await usher.get(guess)).statusCode);
  expect([...statuses].sort()).toEqual([404, 429]);
  expect((await usher.get(path)).statusCode).toBe(200);
});

test('a link lets nobody release what is dangerous', async () => {
  const id = await usher.hold({ reason: 'dangerous', kind: 'dangerous' });
  const answer = await usher.post(await link('let-through', id), {});
  expect(answer.body).toContain('looks dangerous');
  expect(await usher.parts.store.outbox.pending()).toBe(0);
});

test('one-click unsubscribing as RFC 8058 sends it: no cookie, no origin, form or multipart', async () => {
  for (const [type, payload] of [['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'], ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n']] as const) {
    await usher.parts.store.review.preferences.set('anna@example.com', '{"phrase":"teapot"}', 0);
    const answer = await usher.server.inject({ method: 'POST', url: await link('stop-digest', ''), headers: { 'content-type': type }, payload });
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(await usher.parts.store.review.preferences.get('anna@example.com') ?? '')).toMatchObject({ digest: 'none', phrase: 'teapot' });
  }
});

test('tokens, codes and addresses of links never stand in the log', async () => {
  const path = await link('let-through', await usher.hold());
  await usher.get(path);
  await usher.post(path, {});
  await usher.get(`${path}x`);
  const cookie = await usher.signIn('anna@example.com');
  await usher.get('/', cookie);
  const log = usher.logged.join('\n');
  for (const part of [...path.split('.'), cookie.split('=')[1] ?? '?']) expect(log).not.toContain(part);
  expect(log).toContain('/l/:token');
});

test('the headers of every page', async () => {
  const path = await link('let-through', await usher.hold());
  for (const url of [path, '/', '/sign-in', '/nowhere', '/l/x', '/sign-in/code']) {
    const { headers } = await usher.get(url);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
  }
  const { body } = await usher.get(path);
  expect(body).not.toMatch(/<style|style="|\son[a-z]+="|<script(?! src="\/assets\/)|javascript:|https?:\/\//i);
});

test('a sign-in link asks first, works once, and not after its time', async () => {
  await usher.post('/sign-in', { address: 'anna@example.com' });
  const path = linkIn(await waitFor('the mail', () => usher.mails[0]));
  for (let i = 0; i < 3; i++) {
    const page = await usher.get(path);
    expect(page.body).toContain('anna@example.com');
    expect(cookieOf(page)).toBe('');
  }
  const first = await usher.post(path, {});
  expect([first.statusCode, first.headers.location]).toEqual([303, '/']);
  expect((await usher.post(path, {})).statusCode).toBe(410);
  expect((await usher.get('/', cookieOf(first))).statusCode).toBe(200);
});
