/** What every route does first and last: who asks, in which language, and the page that goes back. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReviewParts, Speech, Visit } from './parts.ts';
import { viewerOf } from './access.ts';
import { html, none, type Html } from './html.ts';
import { preferencesOf, type Preferences } from './preferences.ts';
import { formToken, isFormToken, sessionOf, type Session } from './sessions.ts';
import { languageOf, speechIn } from './speech.ts';
import type { Throttle } from './throttle.ts';
import { note, type Chrome } from './views/page.ts';
import { review } from '../message/limits.ts';

export type Handler = (request: FastifyRequest, reply: FastifyReply, visit: Visit) => Promise<void>;

export class PageContext {
  readonly parts: ReviewParts;
  readonly throttle: Throttle;
  readonly #assetVersion: string;

  constructor(parts: ReviewParts, assetVersion: string, throttle: Throttle) {
    this.parts = parts;
    this.throttle = throttle;
    this.#assetVersion = assetVersion;
  }

  /** Cookies that no other site and no other port's plain page can set need https. */
  get #isSecure(): boolean {
    return this.parts.config.publicUrl.startsWith('https:');
  }

  #cookieName(name: string): string {
    return `${this.#isSecure ? '__Host-' : ''}usher-${name}`;
  }

  cookie(request: FastifyRequest, name: string): string | undefined {
    const wanted = `${this.#cookieName(name)}=`;
    return (request.headers.cookie ?? '').split(';').map((each) => each.trim()).find((each) => each.startsWith(wanted))?.slice(wanted.length);
  }

  /** @param value null takes it away */
  setCookie(reply: FastifyReply, name: string, value: string | null, maxAgeMs: number): void {
    const age = value === null ? 0 : Math.floor(maxAgeMs / 1000);
    reply.header('set-cookie', `${this.#cookieName(name)}=${value ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${this.#isSecure ? '; Secure' : ''}`);
  }

  /** @param whose of this person, who may have chosen; null: nobody knows who asks */
  speech(request: FastifyRequest, whose: { readonly address: string; readonly preferences: Preferences } | null = null): Speech {
    const { config, words, clock } = this.parts;
    const language = languageOf(whose?.preferences.language ?? null, request.headers['accept-language'], config.language);
    return speechIn(language, words, whose === null ? config.timezone : zoneOf(whose.address, whose.preferences, this.parts), clock.now());
  }

  chrome(speech: Speech): Chrome & { readonly visit: null };
  chrome(visit: Visit, signedIn: true): Chrome & { readonly visit: Visit };
  chrome(speech: Speech | Visit, signedIn?: true): Chrome {
    return { speech, visit: signedIn === true ? (speech as Visit) : null, assetVersion: this.#assetVersion };
  }

  async visit(request: FastifyRequest): Promise<Visit | null> {
    const { store, clock, config, policies } = this.parts;
    const session = await sessionOf(store.review.sessions, clock, this.cookie(request, 'session'));
    if (session === null) return null;
    return this.#visitOf(request, session, viewerOf(session.address, config, pagesOf(policies())));
  }

  async #visitOf(request: FastifyRequest, session: Session, viewer: Visit['viewer']): Promise<Visit> {
    const preferences = await preferencesOf(this.parts.store.review.preferences, session.address);
    return { ...this.speech(request, { address: session.address, preferences }), session, viewer, preferences, formToken: formToken(session) };
  }

  /** For pages behind a session: others are led to signing in. A POST must carry the session's form token. */
  signedIn(handler: Handler): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
    return async (request, reply) => {
      const visit = await this.visit(request);
      if (visit === null) {
        const next = request.method === 'GET' || request.method === 'HEAD' ? `?next=${encodeURIComponent(request.url)}` : '';
        return void (await reply.redirect(`/sign-in${next}`, 303));
      }
      if (request.method === 'POST' && !isFormToken(visit.session, form(request).get('form'))) return this.sayForbidden(request, reply);
      return handler(request, reply, visit);
    };
  }

  async send(reply: FastifyReply, body: Html, status = 200): Promise<void> {
    await reply.status(status).type('text/html; charset=utf-8').send(body.toString());
  }

  /** A page that says why there is nothing else: `problem.<what>.title` and `.text`. */
  async say(request: FastifyRequest, reply: FastifyReply, status: number, what: string): Promise<void> {
    const visit = await this.visit(request).catch(() => null); // Without a database there is still this page.
    const speech = visit ?? this.speech(request);
    const chrome = visit === null ? this.chrome(speech) : this.chrome(visit, true);
    await this.send(reply, note(chrome, speech.say(`problem.${what}.title`), [speech.say(`problem.${what}.text`)], LEADS_ON.has(what) ? wayOn(speech, visit !== null) : none), status);
  }

  sayForbidden(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.say(request, reply, 403, 'forbidden');
  }

  /** False when this client tried too often, which it has been told then. */
  async allows(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (this.throttle.allows(request.ip ?? '')) return true;
    reply.header('retry-after', Math.ceil(review.attemptsWindowMs / 1000));
    await this.say(request, reply, 429, 'too-many');
    return false;
  }
}

/** Problems after which there is something else to do. */
const LEADS_ON: ReadonlySet<string> = new Set(['not-found', 'expired', 'bad-link', 'sign-in-used']);

function wayOn({ say }: Speech, isSignedIn: boolean): Html {
  return html`<p><a class="button" href="${isSignedIn ? '/' : '/sign-in'}">${say(isSignedIn ? 'nav.list' : 'sign-in.go')}</a></p>`;
}

/** What they chose, else that of the policy for their mail, as in their digests. */
export function zoneOf(address: string, { timezone }: Pick<Preferences, 'timezone'>, { policies, config }: Pick<ReviewParts, 'policies' | 'config'>): string {
  return timezone ?? policies().matcher.find(address)?.timezone.value ?? config.timezone;
}

/** Fields of a posted form; empty when there were none. */
export function form(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

/** One value of the query; '' when it is missing or given several times. */
export function queryText(request: FastifyRequest, name: string, maxChars = 300): string {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value.slice(0, maxChars) : '';
}

/** Longer than any cursor, or any word of what was just done. */
const SHORT_MAX_CHARS = 60;

/** Where a list goes on, as the page before said; '' for its beginning. */
export const cursorOf = (request: FastifyRequest): string => queryText(request, 'after', SHORT_MAX_CHARS);

/** What was done just before this page was asked for, as our own redirects say it. */
export const justDone = (request: FastifyRequest): string => queryText(request, 'told', SHORT_MAX_CHARS);

/** A part of the path, such as `:id`; '' when there is none. */
export function parameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}

/** All policies in force, the built-in one too. */
export function pagesOf(set: ReturnType<ReviewParts['policies']>): ReturnType<ReviewParts['policies']>['pages'] {
  return set.pages.includes(set.everyone) ? set.pages : [...set.pages, set.everyone];
}
