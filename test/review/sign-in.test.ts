import { safePath } from '../../src/review/routes/sign-in.ts';
import { typedAddress } from '../../src/review/sign-in.ts';
import { waitFor } from '../support/wait.ts';
import { cookieOf, linkIn, ReviewCase } from '../support/review-case.ts';

let usher: ReviewCase;
beforeEach(async () => { usher = await ReviewCase.open(); });
afterEach(() => usher.close());

/** Long enough for a mail that must not come: it would, were it sent, within a few turns of the event loop. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const codeIn = (text: string): string => (/\n(\d{3}) (\d{3})\n/.exec(text) ?? []).slice(1).join('');

/** Asks for a mail; gives the cookie of the browser and the code. @param brings whether a mail is due; '' where it is not */
async function ask(address = 'anna@example.com', ip = '192.0.2.1', brings = true): Promise<{ cookie: string; code: string }> {
  const before = usher.mails.length;
  const answer = await usher.server.inject({ method: 'POST', url: '/sign-in', remoteAddress: ip, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ address }).toString() });
  if (brings) await waitFor('the mail', () => usher.mails[before]);
  else await settle();
  return { cookie: cookieOf(answer), code: codeIn(usher.mails[before]?.text ?? '') };
}
const type = (code: string, cookie: string, ip = '192.0.2.1') => usher.server.inject({ method: 'POST', url: '/sign-in/code', remoteAddress: ip, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams({ code }).toString() });
const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('the six digits sign in where they were asked for, once', async () => {
  const { cookie, code } = await ask();
  expect((await type(wrong(code), cookie)).body).toContain('not the digits');
  const done = await type(`${code.slice(0, 3)} ${code.slice(3)}`, cookie);
  expect([done.statusCode, done.headers.location]).toEqual([303, '/']);
  expect(done.headers['set-cookie']).toMatch(/^usher-session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  expect((await usher.get('/', cookieOf(done))).statusCode).toBe(200);
  expect((await type(code, cookie)).body).toContain('used up');
});

test('the digits of another browser’s mail are worth nothing here', async () => {
  const mine = await ask('anna@example.com');
  const other = await ask('boris@example.com');
  expect((await type(mine.code, other.cookie)).statusCode).toBe(400);
  expect((await type(mine.code, '')).body).toContain('used up or too old');
});

test('after five tries not even the right digits count, and many at once gain nothing', async () => {
  const { cookie, code } = await ask();
  await Promise.all([1, 2, 3, 4, 5].map(() => type(wrong(code), cookie)));
  expect((await type(code, cookie)).body).toContain('Too many attempts');
  expect((await usher.post(linkIn(usher.mails[0]!), {})).statusCode).toBe(303);
});

test('twenty tries in a day close the way of the digits, not that of the link', async () => {
  for (let i = 0; i < 5; i++) {
    const { cookie, code } = await ask();
    for (let n = 0; n < 4; n++) await type(wrong(code), cookie, `192.0.${i}.${n}`);
  }
  usher.now += 3700_000;
  const { cookie, code } = await ask();
  expect((await type(code, cookie)).body).toContain('Too many attempts');
  expect((await usher.post(linkIn(usher.mails.at(-1)!), {})).statusCode).toBe(303);
});

test('after 15 minutes both are too old', async () => {
  const { cookie, code } = await ask();
  usher.now += 15 * 60_000;
  expect((await type(code, cookie)).statusCode).toBe(400);
  expect((await usher.post(linkIn(usher.mails[0]!), {})).statusCode).toBe(410);
});

test('nobody learns who exists: the same answer for everybody, a mail only for our people', async () => {
  const answers = [];
  for (const address of ['anna@example.com', 'stranger@elsewhere.example', 'root@example.com']) {
    const answer = await usher.post('/sign-in', { address });
    const page = await usher.get('/sign-in/code', cookieOf(answer));
    answers.push([answer.statusCode, answer.headers.location, answer.body, page.body, cookieOf(answer).length]);
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  await waitFor('both mails', () => usher.mails.length >= 2);
  await settle();
  expect(usher.mails.map(({ to }) => to).toSorted()).toEqual(['anna@example.com', 'root@example.com']);
});

test('at most five mails an hour to one address', async () => {
  for (let i = 0; i < 9; i++) await ask('anna@example.com', `198.51.${i}.1`, i < 5);
  expect(usher.mails).toHaveLength(5);
  usher.now += 3600_001;
  await ask();
  expect(usher.mails).toHaveLength(6);
});

test('one network that asks too often is told to wait', async () => {
  let last = 0;
  for (let i = 0; i < 61; i++) last = (await usher.server.inject({ method: 'POST', url: '/sign-in', remoteAddress: `203.0.113.${i}`, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'address=x%40example.com' })).statusCode;
  expect(last).toBe(429);
  expect((await usher.server.inject({ method: 'POST', url: '/sign-in', remoteAddress: '198.51.100.1', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'address=x%40example.com' })).statusCode).toBe(303);
});

test('a session ends when it is not used, when signed out, and everywhere at once', async () => {
  const [one, two, three] = [await usher.signIn('anna@example.com'), await usher.signIn('anna@example.com'), await usher.signIn('anna@example.com')];
  await usher.post('/sign-out', { form: await usher.formToken(one) }, one);
  expect([(await usher.get('/', one)).statusCode, (await usher.get('/', two)).statusCode]).toEqual([303, 200]);
  await usher.post('/sign-out', { form: await usher.formToken(two), everywhere: 'yes' }, two);
  expect((await usher.get('/', three)).statusCode).toBe(303);
  const four = await usher.signIn('anna@example.com');
  usher.now += 10 * 24 * 3600_000;
  expect((await usher.get('/', four)).statusCode).toBe(200);
  usher.now += 13 * 24 * 3600_000;
  expect((await usher.get('/', four)).statusCode).toBe(200);
  usher.now += 14 * 24 * 3600_000 + 1;
  expect((await usher.get('/', four)).statusCode).toBe(303);
});

test('the store keeps no secret that could sign anybody in', async () => {
  const cookie = await usher.signIn('anna@example.com');
  const [row] = await usher.parts.store.review.sessions.list('anna@example.com', usher.now);
  expect(JSON.stringify(row)).not.toContain(cookie.split('=')[1]);
});

test('a POST without the form token, with another session’s, or from elsewhere changes nothing', async () => {
  const cookie = await usher.signIn('anna@example.com');
  const other = await usher.formToken(await usher.signIn('boris@example.com'));
  const form = await usher.formToken(cookie);
  const save = (fields: Record<string, string>, headers: Record<string, string> = {}) => usher.post('/preferences', { phrase: 'teapot', ...fields }, cookie, headers).then(({ statusCode }) => statusCode);
  expect(await save({})).toBe(403);
  expect(await save({ form: other })).toBe(403);
  expect(await save({ form }, { origin: 'https://evil.example' })).toBe(403);
  expect(await save({ form }, { 'sec-fetch-site': 'cross-site', origin: 'null' })).toBe(403);
  expect(await save({ form }, { 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await usher.parts.store.review.preferences.get('anna@example.com')).toBeNull();
  expect(await save({ form }, { 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe(303);
  expect(await save({ form }, { origin: 'http://usher.test' })).toBe(303);
});

test('one comes back to the page that one wanted, and nowhere else', async () => {
  const id = await usher.hold();
  const away = await usher.get(`/m/${id}`);
  expect(away.headers.location).toBe(`/sign-in?next=%2Fm%2F${id}`);
  expect((await usher.get(String(away.headers.location))).body).toContain(`value="/m/${id}"`);
  const answer = await usher.post('/sign-in', { address: 'anna@example.com', next: `/m/${id}` });
  const mail = await waitFor('the mail', () => usher.mails[0]);
  expect((await type(codeIn(mail.text), cookieOf(answer))).headers.location).toBe(`/m/${id}`);
  for (const bad of ['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)', '/sign-out', '', '/a b', '/x\r\nset-cookie: a=b']) expect(safePath(bad)).toBe('/');
});

test.each([['anna@example.com', 'anna@example.com'], ['  Anna@EXAMPLE.com ', 'anna@example.com'], ['anna+shop@example.com', 'anna@example.com'], ['anna@bücher.example', 'anna@xn--bcher-kva.example'], ['anna', null], ['a@b@c', null], ['anna@example.com, boris@example.com', null], ['<anna@example.com>', null], ['anna@exa\nmple.com', null], ['', null]])('%j is the address %j', (typed, address) => expect(typedAddress(typed)).toBe(address));

test('with https, cookies are bound to this host and to https', async () => {
  const safe = await ReviewCase.open({ config: { publicUrl: 'https://mail.example.com' } });
  const answer = await safe.post('/sign-in', { address: 'anna@example.com' });
  expect(answer.headers['set-cookie']).toMatch(/^__Host-usher-sign-in=.*; HttpOnly; SameSite=Lax; Secure$/);
  expect(answer.headers['strict-transport-security']).toBeDefined();
  await safe.close();
});
