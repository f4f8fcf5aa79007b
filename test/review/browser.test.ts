/** The pages in a real browser: every flow with JavaScript off and on, on a telephone and on a desk. `USHER_SCREENSHOTS=1` makes the pictures of the documentation anew; else they go to a folder that is thrown away. */
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { linkKeys } from '../../src/review/link-keys.ts';
import { linkPath, makeToken, type Purpose } from '../../src/review/tokens.ts';
import { accessibilityProblems, contextFor, listening, openBrowser, strayRequests, type Look } from '../support/browser.ts';
import { hostileHtml } from '../support/hostile-html.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { ReviewCase } from '../support/review-case.ts';
import { fillMailbox, POLICIES } from '../support/review-mail.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';

jest.setTimeout(60_000); // A loaded machine draws slowly.
const thrownAway = tempDir('screenshots');
const SHOTS = process.env['USHER_SCREENSHOTS'] === '1' ? resolve('docs/screenshots') : thrownAway.path;
afterAll(thrownAway.remove);
const LOOKS: readonly Look[] = [{ size: 'phone', scripts: false }, { size: 'phone', scripts: true }, { size: 'desktop', scripts: false }, { size: 'desktop', scripts: true }];
const nameOf = ({ size, scripts }: Look): string => `${size}, scripts ${scripts ? 'on' : 'off'}`;

describeIf(requirement('chromium'), 'in Chromium', () => {
  let browser: Browser;
  let usher: ReviewCase;
  let url: string;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => { browser = await openBrowser(); }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    usher = await ReviewCase.open({ policies: POLICIES, config: { delegates: { 'info@example.com': ['anna@example.com'] } } });
    url = await listening(usher);
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    await usher.close();
  });

  async function open(look: Look, who: string | null): Promise<Page> {
    const context = await contextFor(browser, look, url, who === null ? null : await usher.session(who));
    contexts.push(context);
    return context.newPage();
  }
  async function link(purpose: Purpose, subject: string, recipient = 'anna@example.com'): Promise<string> {
    const [key] = await linkKeys(usher.parts.store.settings, usher.clock);
    return linkPath(makeToken({ purpose, recipient, subject, expiresAt: usher.now + 3600_000 }, key));
  }

  describe.each(LOOKS.map((look) => [nameOf(look), look] as const))('%s', (_name, look) => {
    test('signing in by the six digits', async () => {
      const page = await open(look, null);
      await page.goto('/');
      await page.getByLabel('Your e-mail address').fill('anna@example.com');
      await page.getByRole('button', { name: 'Send me the mail' }).click();
      const mail = await waitFor('the mail', () => usher.mails[0]);
      await page.getByLabel('Six digits').fill((/\n(\d{3} \d{3})\n/.exec(mail.text) ?? [])[1] ?? '');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Held mail' }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    });

    test('a link from a digest: opened, left alone by scripts, then let through, then again', async () => {
      const id = await usher.hold();
      const page = await open(look, null);
      const path = await link('let-through', id);
      for (let i = 0; i < 3; i++) {
        await page.goto(path);
        await page.waitForTimeout(200);
      }
      expect((await usher.parts.store.held.find(id))?.state).toBe('held');
      await page.getByRole('button', { name: 'Let it through' }).click();
      await page.getByRole('heading', { name: 'on its way' }).waitFor();
      expect((await usher.parts.store.held.find(id))?.state).toBe('releasing');
      await page.goto(path);
      expect(await page.getByRole('button').count()).toBe(0);
    });

    test('searching, opening, not wanted, and undoing it', async () => {
      await fillMailbox(usher);
      const page = await open(look, 'anna@example.com');
      await page.goto('/');
      await page.getByLabel('Search for').fill('ziegl');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('link', { name: /Ziegler/ }).click();
      await page.frameLocator('iframe').getByText('Garden chair, oak').waitFor();
      await page.getByRole('button', { name: 'Not wanted' }).click();
      await page.getByText('Put aside as not wanted').waitFor();
      await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
      await page.getByText('It is back in the list').waitFor();
      await page.getByRole('button', { name: 'Let it through and welcome' }).click();
      await page.getByText('this sender is welcome').waitFor();
    });

    test('several at once', async () => {
      await fillMailbox(usher);
      const page = await open(look, 'anna@example.com');
      await page.goto('/');
      const boxes = page.locator('input[name=id]');
      const before = await boxes.count();
      if (look.scripts) expect(await page.getByRole('button', { name: 'Not wanted' }).isDisabled()).toBe(true);
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      if (look.scripts) await page.getByText('Marked: 2').waitFor();
      await page.getByRole('button', { name: 'Not wanted' }).click();
      await page.getByText('Not wanted: 2 messages.').waitFor();
      expect(await page.locator('input[name=id]').count()).toBe(before - 2);
    });

    test('asking, refusing with words', async () => {
      const id = await usher.hold({ to: 'carla@example.com', policy: 'support' });
      const carla = await open(look, 'carla@example.com');
      await carla.goto(`/m/${id}`);
      await carla.getByRole('button', { name: 'Ask for it' }).click();
      await carla.getByText('Your request was sent').waitFor();
      const judge = await open(look, 'judge@example.com');
      await judge.goto('/asked');
      await judge.getByRole('link', { name: /An offer/ }).click();
      await judge.getByLabel('What should they know').fill('Not ours');
      await judge.getByRole('button', { name: 'Refuse' }).click();
      await judge.getByText('Refused').first().waitFor();
      await carla.goto(`/m/${id}`);
      await carla.getByText('Not ours').first().waitFor();
    });

    test('preferences', async () => {
      const page = await open(look, 'anna@example.com');
      await page.goto('/preferences');
      await page.getByLabel('At the hours').check();
      await page.getByLabel('Hour 1').fill('07:30');
      await page.getByLabel('Your phrase').fill('blue teapot');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      expect(JSON.parse(await usher.parts.store.review.preferences.get('anna@example.com') ?? '')).toMatchObject({ digest: 'own', at: ['07:30'], phrase: 'blue teapot' });
    });

    test('nothing is wider than the screen', async () => {
      const ids = await fillMailbox(usher);
      const page = await open(look, 'anna@example.com');
      for (const path of ['/', `/m/${ids.order}`, `/m/${ids.long}`, '/rejected', '/preferences', '/policies/sales']) {
        await page.goto(path);
        const box = await page.locator('main').boundingBox();
        expect(`${path} ${(box?.width ?? 9999) <= page.viewportSize()!.width}`).toBe(`${path} true`);
      }
    });
  });

  test.each([['light', false], ['dark', true]] as const)('axe-core finds nothing serious on any page (%s)', async (_name, dark) => {
    const ids = await fillMailbox(usher);
    const found: string[] = [];
    for (const size of ['phone', 'desktop'] as const) {
      const page = await open({ size, scripts: true, dark }, 'anna@example.com');
      const paths = size === 'phone' ? ['/', `/m/${ids.order}`, '/preferences', '/sign-in', await link('welcome', ids.order)] : null;
      for (const path of paths ?? ['/', '/?q=nothing', '/?show=all&for=info%40example.com', `/m/${ids.order}`, `/m/${ids.danger}`, '/rejected', '/preferences', '/policies', '/policies/sales', '/asked', '/nowhere', '/sign-in', '/sign-in/code', await link('welcome', ids.order), await link('stop-digest', '')]) {
        await page.goto(path);
        found.push(...(await accessibilityProblems(page)).map((problem) => `${size} ${path} ${problem}`));
      }
      const operator = await open({ size, scripts: true, dark }, 'root@example.com');
      for (const path of ['/operator', '/operator?q=anna%40example.com', '/operator/held', '/operator/acts']) {
        await operator.goto(path);
        found.push(...(await accessibilityProblems(operator)).map((problem) => `${size} ${path} ${problem}`));
      }
    }
    expect(found).toEqual([]);
  }, 120_000);

  test('a hostile message runs nothing and fetches nothing, in the preview and without its frame', async () => {
    const raw = (html: string): string => `From: Evil <x@evil.example>\r\nTo: anna@example.com\r\nSubject: <img src=x onerror=alert(1)>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>begin</p>\r\n${html}\r\n<p>end</p>\r\n`;
    const page = await open({ size: 'desktop', scripts: true }, 'anna@example.com');
    const stray = strayRequests(page, url);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
    const pieces = Array.from({ length: Math.ceil(hostileHtml.length / 25) }, (_, i) => hostileHtml.slice(i * 25, i * 25 + 25));
    for (const piece of pieces) {
      const id = await usher.hold({ raw: raw(piece.map((each) => each.replaceAll('\r', '')).join('\r\n')) });
      await page.goto(`/m/${id}`, { waitUntil: 'load' });
      await page.goto(`/m/${id}/preview`, { waitUntil: 'load' });
      expect(await page.locator('body').innerText()).toContain('begin');
    }
    expect(stray).toEqual([]);
    expect(dialogs).toEqual([]);
  }, 120_000);

  test('screenshots for the documentation', async () => {
    const ids = await fillMailbox(usher);
    const shoot = async (name: string, look: Look, who: string | null, path: string): Promise<void> => {
      const page = await open(look, who);
      await page.goto(path);
      // A frame is drawn a little later than the page round it.
      if (await page.locator('iframe').count() > 0) await page.frameLocator('iframe').locator('body').waitFor();
      await page.waitForTimeout(SHOTS === thrownAway.path ? 0 : 1000);
      await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: look.size === 'desktop' });
    };
    const desk = { size: 'desktop', scripts: true } as const;
    const phone = { size: 'phone', scripts: true } as const;
    await shoot('list-desktop', desk, 'anna@example.com', '/');
    await shoot('list-phone-dark', { ...phone, dark: true }, 'anna@example.com', '/');
    await shoot('message-desktop', desk, 'anna@example.com', `/m/${ids.order}`);
    await shoot('link-phone', phone, null, await link('let-through', ids.order));
    await shoot('operator-desktop', desk, 'root@example.com', '/operator?q=anna%40example.com');
  }, 60_000);
});
