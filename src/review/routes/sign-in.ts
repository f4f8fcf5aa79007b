/** Signing in and out. The link of the mail is opened under /l/ like every other link (routes/link.ts). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { review } from '../../message/limits.ts';
import { pagesOf, form, queryText, type PageContext } from '../page-context.ts';
import { linkKeys } from '../link-keys.ts';
import type { ReviewParts, Speech } from '../parts.ts';
import { preferencesOf } from '../preferences.ts';
import { hashOf, startSession } from '../sessions.ts';
import { askToSignIn, tryCode, typedAddress, type Asked } from '../sign-in.ts';
import { languageOf, speechIn } from '../speech.ts';
import { linkUrl, makeToken } from '../tokens.ts';
import { signInMail } from '../mails.ts';
import { viewerOf } from '../access.ts';
import { codePage, signInPage } from '../views/sign-in.ts';

/** As long as the form lets it be. */
const ADDRESS_MAX_CHARS = 400;

export function signInRoutes(server: FastifyInstance, context: PageContext): void {
  server.get('/sign-in', async (request, reply) => {
    await context.send(reply, signInPage(context.chrome(context.speech(request)), { next: safePath(queryText(request, 'next', 1000)), problem: null, typed: '' }));
  });
  server.post('/sign-in', async (request, reply) => {
    if (await context.allows(request, reply)) await asked(request, reply, context);
  });
  server.get('/sign-in/code', async (request, reply) => {
    await context.send(reply, codePage(context.chrome(context.speech(request)), { problem: null }));
  });
  server.post('/sign-in/code', async (request, reply) => {
    if (await context.allows(request, reply)) await codeTyped(request, reply, context);
  });
  server.post('/sign-out', context.signedIn(async (request, reply, { session, viewer }) => {
    const { store } = context.parts;
    await store.review.sessions.remove(hashOf(session.secret));
    if (form(request).get('everywhere') === 'yes') await store.review.sessions.removeAll(viewer.address);
    context.setCookie(reply, 'session', null, 0);
    await reply.redirect('/sign-in', 303);
  }));
}

async function asked(request: FastifyRequest, reply: FastifyReply, context: PageContext): Promise<void> {
  const { store, clock, log } = context.parts;
  const speech = context.speech(request);
  const fields = form(request);
  const typed = (fields.get('address') ?? '').slice(0, ADDRESS_MAX_CHARS);
  const next = safePath(fields.get('next') ?? '');
  const address = typedAddress(typed);
  if (address === null) return context.send(reply, signInPage(context.chrome(speech), { next, typed, problem: 'address' }), 400);
  const begun = await askToSignIn(store.review.signIns, clock, address);
  // Not waited for: the answer must not take longer for those who exist.
  void mailTo(begun, speech, context.parts).catch((error: unknown) => log.error({ err: error }, 'a sign-in mail could not be sent'));
  context.setCookie(reply, 'sign-in', `${begun.id}~${Buffer.from(next).toString('base64url')}`, review.signInValidMs);
  await reply.redirect('/sign-in/code', 303);
}

async function mailTo({ id, address, code, expiresAt }: Asked, speech: Speech, parts: ReviewParts): Promise<void> {
  const { store, clock, config, words, notices } = parts;
  if (code === null || !(await isOurs(address, parts))) return;
  const [key] = await linkKeys(store.settings, clock);
  const url = linkUrl(config.publicUrl, makeToken({ purpose: 'sign-in', recipient: address, subject: id, expiresAt }, key));
  const { language } = await preferencesOf(store.review.preferences, address);
  const said = language === null ? speech : speechIn(languageOf(language, undefined, config.language), words, config.timezone, clock.now());
  await notices.send({ ...signInMail(said, { to: address, url, code }), giveUpAt: expiresAt });
}

/** Mail goes only to people of ours: those of our domains, those named in policies or configuration, those whose mail we hold. */
async function isOurs(address: string, { config, policies, store }: ReviewParts): Promise<boolean> {
  const viewer = viewerOf(address, config, pagesOf(policies()));
  if (viewer.isOperator || viewer.mailboxes.length > 1 || viewer.owns.length > 0 || viewer.approves.length > 0) return true;
  if (config.ourDomains.includes(address.slice(address.lastIndexOf('@') + 1))) return true;
  return (await store.review.held.page({ scope: { mailbox: address }, limit: 1 })).rows.length > 0;
}

async function codeTyped(request: FastifyRequest, reply: FastifyReply, context: PageContext): Promise<void> {
  const { store, clock } = context.parts;
  const [id = '', next = ''] = (context.cookie(request, 'sign-in') ?? '').split('~');
  const { answer, address } = await tryCode(store.review.signIns, clock, id, form(request).get('code') ?? '');
  if (answer !== 'ok') return context.send(reply, codePage(context.chrome(context.speech(request)), { problem: answer }), 400);
  await enter(request, reply, context, address);
  await reply.redirect(safePath(Buffer.from(next, 'base64url').toString()), 303);
}

/** Starts a session; the caller answers. */
export async function enter(request: FastifyRequest, reply: FastifyReply, context: PageContext, address: string): Promise<void> {
  const { store, clock, log } = context.parts;
  const session = await startSession(store.review.sessions, clock, address, request.headers['user-agent'] ?? '');
  context.setCookie(reply, 'session', session.secret, review.sessionMaxMs);
  log.info({ who: address }, 'signed in');
}

/** A path of ours; '/' for anything else, so that nobody is led astray. */
export function safePath(path: string): string {
  return /^\/(?!\/)[A-Za-z0-9/_.~%?=&+:@-]{0,900}$/.test(path) && !path.startsWith('/sign-') ? path : '/';
}
