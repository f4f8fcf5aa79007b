/** The pages, in memory, on a real store and quarantine in a temporary directory, with policies of the test's own. */
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { quarantineHolder } from '../../src/actions/hold.ts';
import type { Transaction } from '../../src/message/envelope.ts';
import type { Notice } from '../../src/notices/notice.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { QuarantineFolders } from '../../src/quarantine/folders.ts';
import { linkKeys } from '../../src/review/link-keys.ts';
import { readAssets } from '../../src/review/open.ts';
import type { ReviewParts } from '../../src/review/parts.ts';
import { reviewServer } from '../../src/review/server.ts';
import { loadScorer } from '../../src/model-file.ts';
import { assess } from '../../src/stations/assess.ts';
import { transactionOf } from '../../src/stations/offline.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { words } from '../../src/words/index.ts';
import { set as policySet } from './policies.ts';
import { waitFor } from './wait.ts';

export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

export const PAGES = `
policy: company
owner: office@example.com
applies-to: everyone
`;

export interface Letter {
  readonly to?: string;
  readonly from?: string;
  readonly subject?: string;
  readonly body?: string;
  /** Whole message instead of from, subject and body. */
  readonly raw?: string | Buffer;
  readonly policy?: string;
  readonly reason?: Verdict['reason'];
  readonly kind?: 'spam' | 'dangerous' | 'newsletter' | 'wanted';
}

export class ReviewCase {
  now = NOON;
  readonly clock = { now: () => this.now };
  readonly mails: Notice[] = [];
  readonly logged: string[] = [];
  readonly parts: ReviewParts;
  readonly server: FastifyInstance;
  readonly #sessions = new Map<string, Promise<string>>();
  readonly #remove: () => Promise<void>;

  private constructor(parts: (test: ReviewCase) => ReviewParts, remove: () => Promise<void>) {
    this.parts = parts(this);
    this.server = reviewServer(this.parts);
    this.#remove = remove;
  }

  static async open({ config = {}, policies = [PAGES] }: { readonly config?: Partial<ReviewParts['config']>; readonly policies?: readonly string[] } = {}): Promise<ReviewCase> {
    const path = await files.mkdtemp(join(tmpdir(), 'usher-review-'));
    const remove = (): Promise<void> => files.rm(path, { recursive: true, force: true });
    let clock = { now: () => NOON };
    const store: Store = await openStore({ dataDir: path, clock: { now: () => clock.now() }, log: silentLog });
    const folders = new QuarantineFolders(join(path, 'quarantine'), files);
    const set = policySet(...policies);
    await linkKeys(store.settings, clock); // So that no test waits for the first key.
    return new ReviewCase((test) => {
      clock = test.clock;
      const note = (level: string) => (...what: unknown[]): void => void test.logged.push(`${level} ${what.map((each) => (each instanceof Error ? String(each.stack) : JSON.stringify(each, (_key, value: unknown) => (value instanceof Error ? value.stack : value)))).join(' ')}`);
      const log = { info: note('info'), warn: note('warn'), error: note('error'), debug: note('debug') } as unknown as Log;
      return {
        config: { publicUrl: 'http://usher.test', operators: ['root@example.com'], delegates: {}, ourDomains: ['example.com'], language: 'en', timezone: 'UTC', trustedNetworks: [], ...config },
        store, folders, words, clock: test.clock, log, policies: () => set, queued: () => undefined, assets: readAssets(resolve('src/review/assets')),
        notices: { send: async (notice) => `${test.mails.push(notice)}` },
        assess: (transaction) => assess(transaction, { resolver: offlineResolver, scorer: loadScorer(null), ourDomains: new Set(['example.com']), log, timed: () => undefined }),
      };
    }, remove);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.parts.store.close();
    await this.#remove();
  }

  /** Holds a letter and gives its id. A millisecond goes by. */
  async hold(letter: Letter = {}): Promise<string> {
    this.now++;
    const { to = 'anna@example.com', from = 'Shop <news@shop.example>', subject = 'An offer', body = 'Hello' } = letter;
    const bytes = Buffer.from(letter.raw ?? `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`);
    const transaction: Transaction = transactionOf({ bytes, to: [to], from: 'bounce@shop.example' }, this.clock);
    const assessment = await this.parts.assess(transaction);
    const verdict: Verdict = {
      recipient: to, action: 'quarantine', policy: letter.policy ?? 'company', revision: 'abc', reason: letter.reason ?? 'spam', qualifiers: [], match: null, wouldHave: null,
      spamThreshold: 0.5, certainThreshold: 0.9, bound: 0.001, markWith: null, junkFolder: null, folder: 'Suspected spam', words: null, language: 'en',
    };
    const holder = quarantineHolder({ held: this.parts.store.held, folders: this.parts.folders, clock: this.clock, hostname: 'mx.example.com' });
    await holder.hold(transaction, assessment.message, { ...assessment.score, kind: letter.kind ?? 'spam', score: 0.7 }, [verdict], [0]);
    const { rows } = await this.parts.store.review.held.page({ scope: 'all', limit: 1 });
    return rows[0]?.id ?? '';
  }

  get(url: string, cookie = ''): Promise<LightMyRequestResponse> {
    return this.server.inject({ method: 'GET', url, headers: { cookie } });
  }

  post(url: string, fields: Readonly<Record<string, string | readonly string[]>>, cookie = '', headers: Readonly<Record<string, string>> = {}): Promise<LightMyRequestResponse> {
    const body = new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, each as string])));
    return this.server.inject({ method: 'POST', url, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: body.toString() });
  }

  /** Signs in by the link of the mail, as a person does; gives the cookie. */
  async signIn(address: string): Promise<string> {
    const before = this.mails.length;
    await this.post('/sign-in', { address });
    const mail = await waitFor('the sign-in mail', () => this.mails[before]);
    const done = await this.post(linkIn(mail), {});
    return cookieOf(done);
  }

  /** A session of this person, the same each time. */
  async session(address: string): Promise<string> {
    const known = this.#sessions.get(address) ?? this.signIn(address);
    this.#sessions.set(address, known);
    return known;
  }

  /** The form token of the pages that this cookie opens. */
  async formToken(cookie: string): Promise<string> {
    return /name="form" value="([^"]+)"/.exec((await this.get('/preferences', cookie)).body)?.[1] ?? '';
  }
}

/** Path of the link in a mail. */
export function linkIn(mail: Notice): string {
  return new URL(/https?:\/\/\S+/.exec(mail.text)?.[0] ?? '').pathname;
}

/** What a browser would send back. */
export function cookieOf(response: LightMyRequestResponse): string {
  return response.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}
