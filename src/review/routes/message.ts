/** One held message: its page, its preview, and what is done with it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { perform, type Outcome } from '../acts.ts';
import { readRecorded } from '../../audit/recorded.ts';
import { readMessage } from '../../message/readable.ts';
import { explain, keptFacts } from '../../policy/explain.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { readOriginal } from '../../quarantine/release.ts';
import type { ShownRow } from '../../storage/review-book.ts';
import { ACTS, approverOf, rightsOn, type Act, type Rights } from '../access.ts';
import { form, justDone, parameter, type PageContext } from '../page-context.ts';
import { html, type Html } from '../html.ts';
import { pageNamed, type ReviewParts, type Say, type Visit } from '../parts.ts';
import { PREVIEW_CSP, previewPage } from '../preview.ts';
import { senderOf } from '../speech.ts';
import { hidden } from '../views/page.ts';
import { messagePage } from '../views/message.ts';

/** Of those done with this message, the newest. */
const ACTS_SHOWN = 20;
/** As long as the form lets it be. */
const REFUSAL_MAX_CHARS = 1000;

export function messageRoutes(server: FastifyInstance, context: PageContext): void {
  server.get('/m/:id', context.signedIn(async (request, reply, visit) => {
    const found = await messageFor(request, reply, context, visit);
    if (found !== null) await show(request, reply, context, visit, found);
  }));
  server.get('/m/:id/preview', context.signedIn(async (request, reply, visit) => {
    const found = await messageFor(request, reply, context, visit);
    if (found === null) return;
    const bytes = found.rights.read ? await bytesOf(found.row, context.parts) : null;
    if (bytes === null) return context.say(request, reply, 404, 'not-found');
    const body = previewPage(await readMessage(bytes), visit.language, visit.say);
    await reply.header('content-security-policy', PREVIEW_CSP).header('x-frame-options', 'SAMEORIGIN').type('text/html; charset=utf-8').send(body);
  }));
  server.post('/m/:id', context.signedIn(async (request, reply, visit) => {
    const found = await messageFor(request, reply, context, visit);
    if (found === null) return;
    const fields = form(request);
    const act = ACTS.find((each) => each === fields.get('act'));
    if (act === undefined) return context.say(request, reply, 400, 'bad-request');
    const outcome = await perform({ act, row: found.row, viewer: visit.viewer, via: 'page', words: (fields.get('words') ?? '').trim().slice(0, REFUSAL_MAX_CHARS), confirmed: fields.get('confirmed') === 'yes' }, context.parts);
    await reply.redirect(`/m/${found.row.id}?told=${act}.${outcome}`, 303);
  }));
}

interface Found {
  readonly row: ShownRow;
  readonly rights: Rights;
}

/** null: answered already; what is not theirs is as if it did not exist. */
async function messageFor(request: FastifyRequest, reply: FastifyReply, context: PageContext, visit: Visit): Promise<Found | null> {
  const { store, policies } = context.parts;
  const id = parameter(request, 'id');
  const row = /^[0-9a-z]{1,64}$/.test(id) ? await store.review.held.find(id) : null;
  const rights = row === null ? null : rightsOn(row, visit.viewer, pageNamed(policies(), row.policy), await store.review.asks.find(row.id));
  if (row !== null && rights !== null && rights.role !== null) return { row, rights };
  await context.say(request, reply, 404, 'not-found');
  return null;
}

async function show(request: FastifyRequest, reply: FastifyReply, context: PageContext, visit: Visit, { row, rights }: Found): Promise<void> {
  const { parts } = context;
  const { store, policies, words } = parts;
  const page = pageNamed(policies(), row.policy);
  const decision = await store.decisions.find(row.decisionId);
  const recorded = decision === null ? null : readRecorded(decision.facts);
  const verdict = verdictOf(row);
  const bytes = rights.read ? await bytesOf(row, parts) : null;
  const [act, outcome] = justDone(request).split('.') as [string, string | undefined];
  await context.send(reply, messagePage(context.chrome(visit, true), {
    row, rights, history: await store.review.acts.list({ heldId: row.id, limit: ACTS_SHOWN }), asked: await store.review.asks.find(row.id),
    sentences: verdict === null ? [] : explain({ verdict, facts: recorded?.message ?? keptFacts(row.score, senderOf(row.from, row.sender).address), page, at: recorded?.decidedAt ?? row.at }, visit.language, words),
    proof: recorded?.authentication.author.state ?? 'unknown', approver: page === null ? '' : approverOf(page), content: bytes === null ? null : await readMessage(bytes),
    told: toldOf(visit, row, act, outcome), confirm: outcome === 'dangerous',
  }));
}

/** null where the message is not there any more; a row that ended keeps none. */
async function bytesOf(row: ShownRow, parts: Pick<ReviewParts, 'folders'>): Promise<Buffer | null> {
  return row.state === 'held' || row.state === 'releasing' ? readOriginal(parts, row) : null;
}

function verdictOf(row: ShownRow): Verdict | null {
  const verdict = JSON.parse(row.verdict) as Partial<Verdict>;
  return verdict.reason === undefined ? null : (verdict as Verdict);
}

const UNDO: Partial<Readonly<Record<Act, Act>>> = { 'not-wanted': 'undo-not-wanted', 'welcome': 'undo-welcome', 'ask': 'withdraw' };

/** What was just done, with a way back where there is one. */
function toldOf(visit: Visit, row: ShownRow, written: string, outcome: string | undefined): Html | null {
  const act = ACTS.find((each) => each === written);
  if (act === undefined) return null;
  const undo = outcome === 'done' ? UNDO[act] : undefined;
  return html`${sentenceOf(visit.say, act, outcome as Outcome)}${undo === undefined ? null : html` <form method="post" action="/m/${row.id}">${hidden('form', visit.formToken)}${hidden('act', undo)}<button class="plain">${visit.say(`act.${undo}`)}</button></form>`}`;
}

const OUTCOMES: readonly Outcome[] = ['already', 'dangerous', 'not-allowed', 'gone'];

function sentenceOf(say: Say, act: Act, outcome: Outcome): string {
  return OUTCOMES.includes(outcome) ? say(`outcome.${outcome}`) : say(`done.${act}`);
}
