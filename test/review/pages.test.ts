import { newId } from '../../src/platform/ids.ts';
import { linkKeys } from '../../src/review/link-keys.ts';
import { linkPath, makeToken } from '../../src/review/tokens.ts';
import { decisionRow } from '../storage/rows.ts';
import { NOON, ReviewCase } from '../support/review-case.ts';

const POLICIES = ['policy: company\nowner: office@example.com\napplies-to: everyone', 'policy: sales\ntitle: "Sales and enquiries"\nowner: anna@example.com\napplies-to: [sales@example.com]'];
let usher: ReviewCase;
beforeEach(async () => { usher = await ReviewCase.open({ policies: POLICIES }); });
afterEach(() => usher.close());

const status = async (who: string, url: string): Promise<number> => (await usher.get(url, await usher.session(who))).statusCode;

test('every page of one’s own is behind a session', async () => {
  const id = await usher.hold();
  for (const url of ['/', '/rejected', '/asked', '/policies', '/policies/sales', '/operator', '/operator/held', '/operator/acts', '/preferences', `/m/${id}`, `/m/${id}/preview`]) {
    const answer = await usher.get(url);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `/sign-in?next=${encodeURIComponent(url)}`]);
    expect((await usher.get(url, 'usher-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).statusCode).toBe(303);
  }
});

test('a message is for its recipient, its policy’s owner and operators; only the first reads it', async () => {
  const id = await usher.hold({ to: 'sales@example.com', policy: 'sales', body: 'For sales only' });
  const reads = async (who: string): Promise<string> => `${await status(who, `/m/${id}`)} ${await status(who, `/m/${id}/preview`)}`;
  expect(await reads('sales@example.com')).toBe('200 200');
  expect(await reads('anna@example.com')).toBe('200 404');
  expect(await reads('root@example.com')).toBe('200 404');
  expect(await reads('office@example.com')).toBe('404 404');
  expect(await reads('boris@example.com')).toBe('404 404');
});

test('operator pages are for operators, policy pages for those who answer for the policy', async () => {
  for (const url of ['/operator', '/operator/held', '/operator/acts']) expect([await status('root@example.com', url), await status('anna@example.com', url)]).toEqual([200, 404]);
  expect([await status('anna@example.com', '/policies/sales'), await status('boris@example.com', '/policies/sales'), await status('anna@example.com', '/policies/company')]).toEqual([200, 404, 404]);
});

test('the list: one’s own mail only, search, filters by day, pages', async () => {
  for (let n = 1; n <= 55; n++) {
    usher.now = NOON + n * 1000;
    await usher.hold({ subject: `Offer number ${n}`, from: n === 7 ? 'Ziegler <z@ziegler.example>' : 'Shop <news@shop.example>' });
  }
  await usher.hold({ to: 'boris@example.com', subject: 'Not for Anna' });
  const cookie = await usher.session('anna@example.com');
  const first = await usher.get('/', cookie);
  expect(first.body).not.toContain('Not for Anna');
  expect(first.body.match(/class="mail"/g)).toHaveLength(50);
  const older = /rel="next" href="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await usher.get(older, cookie);
  expect(second.body.match(/class="mail"/g)).toHaveLength(5);
  expect(second.body).toContain('Newest');
  expect((await usher.get('/?q=ziegl', cookie)).body.match(/class="mail"/g)).toHaveLength(1);
  expect((await usher.get('/?q=nothingofthekind', cookie)).body).toContain('Nothing was found');
  expect((await usher.get('/?from=2026-11-23', cookie)).body).toContain('Nothing was found');
  expect((await usher.get('/?from=2026-11-22&to=2026-11-22', cookie)).body.match(/class="mail"/g)).toHaveLength(50);
  expect((await usher.get('/?for=boris%40example.com', cookie)).body).not.toContain('Not for Anna');
  for (const odd of ['/?q=%00%22*', '/?after=x', '/?after=9.9&q=a', '/?from=2026-99-99', '/?q=a&q=b', '/?told=x.y.z']) expect((await usher.get(odd, cookie)).statusCode).toBe(200);
}, 30_000);

test('over an empty list nothing is said to be waiting, and everything is called so', async () => {
  const anna = await usher.session('anna@example.com');
  const bodies = async (): Promise<readonly string[]> => Promise.all(['/', '/?show=all', '/asked'].map(async (url) => (await usher.get(url, anna)).body));
  for (const body of await bodies()) expect(body).not.toContain('class="lead"');
  await usher.hold();
  const [waiting, all] = await bodies();
  // One message is dealt with on its own page; two can be marked.
  expect(waiting).not.toContain('type="checkbox"');
  await usher.hold({ subject: 'Another' });
  expect((await usher.get('/', anna)).body.match(/name="id"/g)).toHaveLength(2);
  expect([waiting, all]).toEqual([expect.stringContaining('These messages are waiting here'), expect.stringContaining('also what is settled')]);
});

test('turned away: envelope, subject and reason of the last 30 days, for oneself', async () => {
  const verdict = { recipient: 'anna@example.com', action: 'reject', policy: 'company', revision: 'x', reason: 'certain-spam', qualifiers: [], match: null, wouldHave: null, spamThreshold: 0.5, certainThreshold: 0.9, bound: 0.001, markWith: null, junkFolder: null, folder: null, words: 'No', language: 'en' };
  const row = (at: number, subject: string, recipient = 'anna@example.com') => decisionRow({ id: newId(at), at, subject, recipients: [{ recipient, action: 'reject', policy: 'company', replyCode: 550, verdict: JSON.stringify(verdict) }] });
  for (const each of [row(NOON - 1000, 'Yesterday'), row(NOON - 31 * 24 * 3600_000, 'Long ago'), row(NOON, 'For Boris', 'boris@example.com')]) usher.parts.store.decisions.append(each);
  await usher.parts.store.decisions.flush();
  const { body } = await usher.get('/rejected', await usher.session('anna@example.com'));
  expect(body).toContain('Yesterday');
  expect(body).toContain('almost certainly spam');
  expect(body).not.toMatch(/Long ago|For Boris/);
});

test('turned away without a score: nothing is said of one', async () => {
  const verdict = { recipient: 'anna@example.com', action: 'reject', policy: 'company', revision: 'x', reason: 'could-not-check', qualifiers: [], match: null, wouldHave: null, spamThreshold: 0.5, certainThreshold: 0.9, bound: 0.001, markWith: null, junkFolder: null, folder: null, words: 'No', language: 'en' };
  usher.parts.store.decisions.append(decisionRow({ id: newId(NOON), at: NOON, score: null, kind: null, recipients: [{ recipient: 'anna@example.com', action: 'reject', policy: 'company', replyCode: 550, verdict: JSON.stringify(verdict) }] }));
  await usher.parts.store.decisions.flush();
  const { body } = await usher.get('/rejected', await usher.session('anna@example.com'));
  expect(body).toContain('because a part of it could not be examined (it could not be scored).');
});

test('what was turned away from name+anything@ is shown to name@, and to nobody else', async () => {
  const verdict = JSON.stringify({ recipient: 'x', action: 'reject', policy: 'company', revision: 'x', reason: 'certain-spam', qualifiers: [], match: null, wouldHave: null, spamThreshold: 0.5, certainThreshold: 0.9, bound: 0.001, markWith: null, junkFolder: null, folder: null, words: 'No', language: 'en' });
  for (const recipient of ['anna+shop@example.com', 'anna+x@elsewhere.example', 'annabel@example.com']) usher.parts.store.decisions.append(decisionRow({ id: newId(NOON - 1), at: NOON - 1, subject: `To ${recipient}`, recipients: [{ recipient, action: 'reject', policy: 'company', replyCode: 550, verdict }] }));
  await usher.parts.store.decisions.flush();
  const { body } = await usher.get('/rejected', await usher.session('anna@example.com'));
  expect(body).toContain('To anna+shop@example.com');
  expect(body).not.toMatch(/annabel|elsewhere/);
  const search = async (q: string): Promise<boolean> => (await usher.get(`/operator?q=${encodeURIComponent(q)}`, await usher.session('root@example.com'))).body.includes('To anna+shop@example.com');
  expect([await search('anna@example.com'), await search('anna+shop@example.com'), await search('anna+other@example.com')]).toEqual([true, true, false]);
});

test.each([
  ['pass', 'Sender proven', 'The sender is proven'], ['fail', 'Probably forged', 'does not come from where it says'], ['none', 'Sender not proven', 'Nothing proves'], ['unknown', 'Sender not checked', 'could not be checked'], [null, 'Sender not checked', 'could not be checked'],
] as const)('whether the sender is proven (%s) stands in every list, on the message and behind the link', async (state, short, sentence) => {
  const id = await usher.hold({ policy: 'sales' });
  const row = await usher.parts.store.review.held.find(id);
  if (state !== null) usher.parts.store.decisions.append(decisionRow({ id: row!.decisionId, facts: JSON.stringify({ v: 1, message: { score: 0.7, unopened: [], authors: [], author: { state } }, decidedAt: NOON, authentication: { author: { state } }, signals: {} }) }));
  await usher.parts.store.decisions.flush();
  const cookie = await usher.session('anna@example.com');
  for (const url of ['/', '/?q=offer', '/policies/sales']) expect((await usher.get(url, cookie)).body).toContain(short);
  expect((await usher.get('/operator/held', await usher.session('root@example.com'))).body).toContain(short);
  const [key] = await linkKeys(usher.parts.store.settings, usher.clock);
  const link = linkPath(makeToken({ purpose: 'let-through', recipient: 'anna@example.com', subject: id, expiresAt: usher.now + 1000_000 }, key));
  for (const answer of [await usher.get(`/m/${id}`, cookie), await usher.get(link), await usher.post(link, {})]) expect(answer.body).toContain(sentence);
});

test('dates are in the zone that somebody chose, else in that of the policy for their mail', async () => {
  const zoned = await ReviewCase.open({ policies: [...POLICIES.slice(0, 1), 'policy: tokyo\ntitle: "Tokyo"\nowner: anna@example.com\ntimezone: Asia/Tokyo\napplies-to: [anna@example.com]'] });
  try {
    const id = await zoned.hold(); // Noon in UTC.
    const cookie = await zoned.session('anna@example.com');
    expect((await zoned.get(`/m/${id}`, cookie)).body).toContain('21:00');
    const form = await zoned.formToken(cookie);
    await zoned.post('/preferences', { form, digest: 'policy', at: [], days: [], language: 'de', timezone: 'America/New_York', phrase: '' }, cookie);
    expect((await zoned.get(`/m/${id}`, cookie)).body).toContain('07:00');
    expect((await zoned.get('/preferences', cookie)).body).toMatch(/<option value="America\/New_York" selected>New York<\/option>/);
    const [key] = await linkKeys(zoned.parts.store.settings, zoned.clock);
    expect((await zoned.get(linkPath(makeToken({ purpose: 'look', recipient: 'anna@example.com', subject: id, expiresAt: zoned.now + 1000_000 }, key)))).body).toContain('07:00');
  } finally {
    await zoned.close();
  }
});

test('the operator finds decisions by sender, recipient and id, and sees today’s counts', async () => {
  usher.parts.store.decisions.append(decisionRow({ id: newId(NOON), at: NOON, sender: 'a@out.example', authors: 'a@out.example', subject: 'Needle' }));
  await usher.parts.store.decisions.flush();
  const cookie = await usher.session('root@example.com');
  const { rows: [row] } = { rows: await usher.parts.store.review.decided.search({ sender: 'a@out.example', since: 0, limit: 1 }) };
  for (const q of ['a@out.example', 'one@example.com', row?.id ?? '']) expect((await usher.get(`/operator?q=${encodeURIComponent(q)}`, cookie)).body).toContain('Needle');
  expect((await usher.get('/operator?q=nobody%40out.example', cookie)).body).toContain('Nothing was found');
  expect((await usher.get('/operator', cookie)).body).toMatch(/<td><bdi>sales<\/bdi><\/td><td>held in quarantine<\/td><td class="number">1<\/td>/);
});

test('the message page says why in sentences', async () => {
  const id = await usher.hold();
  const { body } = await usher.get(`/m/${id}`, await usher.session('anna@example.com'));
  expect(body).toMatch(/Held in the folder &quot;Suspected spam&quot; by the policy company of office@example\.com, because it looks like spam/);
  expect(body).toContain('It would have been delivered if');
});

test('preferences are saved and shown, in the language chosen', async () => {
  const cookie = await usher.session('anna@example.com');
  const form = await usher.formToken(cookie);
  await usher.post('/preferences', { form, digest: 'own', at: ['07:45', '', '18:00'], days: ['1', '3'], language: 'de', timezone: 'Europe/Berlin', phrase: 'blaue Teekanne' }, cookie);
  expect(JSON.parse(await usher.parts.store.review.preferences.get('anna@example.com') ?? '')).toEqual({ language: 'de', timezone: 'Europe/Berlin', digest: 'own', at: ['07:45', '18:00'], days: [1, 3], phrase: 'blaue Teekanne' });
  const { body } = await usher.get('/preferences', cookie);
  expect(body).toContain('<html lang="de">');
  expect(body).toContain('value="blaue Teekanne"');
  expect(body).toContain('Mittwoch');
});

test('what is hostile in a mail is text on every page', async () => {
  const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e`;
  const id = await usher.hold({ subject: evil, from: `"${evil.replaceAll('"', '')}" <x"><script>@evil.example>` });
  const cookie = await usher.session('anna@example.com');
  for (const url of ['/', `/m/${id}`, '/?q=script']) {
    const { body } = await usher.get(url, cookie);
    expect(body).not.toMatch(/<img src=x|<script>|\u202e/);
    expect(body).toContain('alert(1)');
  }
});

test('a database that fails is our fault, said without details', async () => {
  const cookie = await usher.session('anna@example.com');
  const { held } = usher.parts.store.review;
  jest.spyOn(held, 'page').mockRejectedValue(new Error('SQLITE_CORRUPT at /var/secret'));
  const answer = await usher.get('/', cookie);
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain('our fault');
  expect(answer.body).not.toContain('SQLITE');
  expect(usher.logged.join()).toContain('SQLITE_CORRUPT');
});

test('a body that is too large or of another kind is refused', async () => {
  expect((await usher.post('/sign-in', { address: 'x'.repeat(70_000) })).statusCode).toBe(413);
  expect((await usher.server.inject({ method: 'POST', url: '/sign-in', headers: { 'content-type': 'application/json' }, payload: '{}' })).statusCode).toBe(415);
});
