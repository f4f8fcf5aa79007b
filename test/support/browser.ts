/** A real Chromium before the pages, with JavaScript or without, of the size of a telephone or of a desk. */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { ReviewCase } from './review-case.ts';

export const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const;

export interface Look {
  readonly size: keyof typeof SIZES;
  readonly scripts: boolean;
  readonly dark?: boolean;
  readonly language?: string;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] });
}

/** A browser of somebody; `session` is the cookie as `name=value`. */
export async function contextFor(browser: Browser, look: Look, url: string, session: string | null): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: SIZES[look.size], javaScriptEnabled: look.scripts, colorScheme: look.dark === true ? 'dark' : 'light', locale: look.language ?? 'en-GB',
    hasTouch: look.size === 'phone', isMobile: look.size === 'phone', deviceScaleFactor: 1, timezoneId: 'UTC', baseURL: url,
  });
  if (session !== null) {
    const [name = '', value = ''] = session.split('=');
    await context.addCookies([{ name, value, url }]);
  }
  return context;
}

/** Addresses that a page asked for beyond our own server. */
export function strayRequests(page: Page, url: string): string[] {
  const stray: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) stray.push(request.url());
  });
  return stray;
}

interface Violation { readonly id: string; readonly impact: string | null; readonly nodes: readonly { readonly html: string }[] }

/** What axe-core finds that is serious or worse, as sentences. The page's own policy forbids foreign scripts, so it is run past it. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const source = readFileSync(createRequire(resolve('package.json')).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (context: object, options: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run({ exclude: [['iframe']] }, { iframes: false })).violations;
  });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** The server on a port of its own; gives its address. The policy of hosts follows it. */
export async function listening(usher: ReviewCase): Promise<string> {
  return usher.server.listen({ host: '127.0.0.1', port: 0 });
}
