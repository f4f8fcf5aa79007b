/**
 * Links of our mails. Opening one shows facts and asks; only the POST of its button acts, and a second one says what happened
 * the first time. A link shows no more than the mail that it stood in.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { perform } from '../acts.ts';
import { mailboxOf } from '../../storage/held-scope.ts';
import type { ShownRow } from '../../storage/review-book.ts';
import { viewerOf, type Act, type Viewer } from '../access.ts';
import { pagesOf, parameter, type PageContext } from '../page-context.ts';
import { linkKeys } from '../link-keys.ts';
import type { Speech } from '../parts.ts';
import { preferencesOf, setPreferences } from '../preferences.ts';
import { proofsOf, type Proof } from '../proofs.ts';
import { readToken, type Link } from '../tokens.ts';
import { note } from '../views/page.ts';
import { linkDonePage, linkPage, stopPage } from '../views/link.ts';
import { confirmPage } from '../views/sign-in.ts';
import { enter } from './sign-in.ts';

const ACT_OF: Partial<Readonly<Record<Link['purpose'], Act>>> = { 'let-through': 'let-through', 'welcome': 'welcome', 'ask': 'ask', 'not-wanted': 'not-wanted' };

interface Opened {
  readonly link: Link;
  readonly speech: Speech;
}

export function linkRoutes(server: FastifyInstance, context: PageContext): void {
  server.get('/l/:token', async (request, reply) => {
    const opened = await openedLink(request, reply, context);
    if (opened !== null) await show(request, reply, context, opened);
  });
  server.post('/l/:token', async (request, reply) => {
    const opened = await openedLink(request, reply, context);
    if (opened !== null) await act(request, reply, context, opened);
  });
}

/** null: it has been answered. */
async function openedLink(request: FastifyRequest, reply: FastifyReply, context: PageContext): Promise<Opened | null> {
  const { store, clock } = context.parts;
  const read = readToken(parameter(request, 'token'), clock.now(), await linkKeys(store.settings, clock));
  if (!read.ok) {
    // Only guesses count: nobody is slowed down by opening links that are genuine.
    if (read.why !== 'expired' && !(await context.allows(request, reply))) return null;
    await context.say(request, reply, read.why === 'expired' || read.why === 'unknown-key' ? 410 : 404, read.why === 'expired' || read.why === 'unknown-key' ? 'expired' : 'bad-link');
    return null;
  }
  const preferences = await preferencesOf(store.review.preferences, read.link.recipient);
  return { link: read.link, speech: context.speech(request, { address: read.link.recipient, preferences }) };
}

async function show(request: FastifyRequest, reply: FastifyReply, context: PageContext, { link, speech }: Opened): Promise<void> {
  const chrome = context.chrome(speech);
  if (link.purpose === 'sign-in') return context.send(reply, confirmPage(chrome, { address: link.recipient, path: request.url }));
  if (link.purpose === 'stop-digest') return context.send(reply, stopPage(chrome, { address: link.recipient, path: request.url }));
  const found = await messageOf(link, context);
  const act = ACT_OF[link.purpose] ?? null;
  if (found === null || (act === null && link.purpose !== 'look')) return context.say(request, reply, 404, 'not-found');
  await context.send(reply, linkPage(chrome, { row: found.row, proof: await proofOf(found.row, context), act, path: request.url }));
}

async function act(request: FastifyRequest, reply: FastifyReply, context: PageContext, { link, speech }: Opened): Promise<void> {
  const { store, clock, log } = context.parts;
  const chrome = context.chrome(speech);
  if (link.purpose === 'sign-in') {
    if (!(await store.review.signIns.use(link.subject, clock.now()))) return context.say(request, reply, 410, 'sign-in-used');
    await enter(request, reply, context, link.recipient);
    return void (await reply.redirect('/', 303));
  }
  if (link.purpose === 'stop-digest') {
    const preferences = await preferencesOf(store.review.preferences, link.recipient);
    await setPreferences(store.review.preferences, link.recipient, { ...preferences, digest: 'none' }, clock.now());
    log.info({ who: link.recipient }, 'digests stopped');
    return context.send(reply, note(chrome, speech.say('stop.done-title'), [speech.say('stop.done')]));
  }
  const found = await messageOf(link, context);
  const wanted = ACT_OF[link.purpose];
  if (found === null || wanted === undefined) return context.say(request, reply, 404, 'not-found');
  const outcome = await perform({ act: wanted, row: found.row, viewer: found.viewer, via: 'link' }, context.parts);
  const [earlier] = outcome === 'already' ? await store.review.acts.list({ heldId: found.row.id, limit: 1 }) : [];
  await context.send(reply, linkDonePage(chrome, { act: wanted, outcome, row: (await store.review.held.find(found.row.id)) ?? found.row, proof: await proofOf(found.row, context), earlier: earlier ?? null }));
}

async function proofOf(row: ShownRow, { parts }: PageContext): Promise<Proof> {
  return (await proofsOf([row], parts.store.decisions))(row);
}

/** The message of a link, and the person it was made for; null when it is not, or no longer, theirs. */
async function messageOf(link: Link, context: PageContext): Promise<{ readonly row: ShownRow; readonly viewer: Viewer } | null> {
  const { store, config, policies } = context.parts;
  const row = await store.review.held.find(link.subject);
  const viewer = viewerOf(mailboxOf(link.recipient), config, pagesOf(policies()));
  // Digests may go to others than the recipient (an owner, a list): their rights are looked up like those of everybody.
  const concerned = row !== null && (viewer.mailboxes.includes(row.mailbox) || viewer.owns.includes(row.policy) || viewer.approves.includes(row.policy) || viewer.isOperator);
  return concerned ? { row, viewer } : null;
}
