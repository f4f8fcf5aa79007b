/** Pages of those who answer for others' mail: requests, policies, the operator's view. None of them shows a body. */
import type { FastifyInstance } from 'fastify';
import { review } from '../../message/limits.ts';
import { mailAddress } from '../../message/envelope.ts';
import type { AskRow, DecidedRow, HeldPageFilter, ShownRow } from '../../storage/review-book.ts';
import { cursorOf, parameter, queryText, type Handler, type PageContext } from '../page-context.ts';
import { pageNamed, type ReviewParts, type Visit } from '../parts.ts';
import { proofsOf } from '../proofs.ts';
import { startOfDay } from '../speech.ts';
import { actsPage, askedPage, heldListPage, operatorPage, policiesPage } from '../views/envelopes.ts';

const ASKS_SHOWN = 200;
const FOUND_MAX = 100;
/** How far back decisions are searched. */
const SEARCH_BACK_MS = 365 * 24 * 3600_000;
/** So far is counted: more is "so many or more". */
const WAITING_MAX = 1000;

export function ownerRoutes(server: FastifyInstance, context: PageContext): void {
  const { store, policies } = context.parts;
  server.get('/asked', context.signedIn(async (_request, reply, visit) => {
    const open = await store.review.asks.open(visit.viewer.address, ASKS_SHOWN);
    const asks: { ask: AskRow; row: ShownRow }[] = [];
    for (const ask of open) {
      const row = await store.review.held.find(ask.heldId);
      if (row !== null && row.state === 'held') asks.push({ ask, row });
    }
    await context.send(reply, askedPage(context.chrome(visit, true), asks, await proofsOf(asks.map(({ row }) => row), store.decisions)));
  }));
  server.get('/policies', context.signedIn(async (_request, reply, visit) => {
    const names = [...new Set([...visit.viewer.owns, ...visit.viewer.approves])];
    const counts = await store.review.decided.counts(startOfToday(visit));
    const shown = await Promise.all(names.map(async (name) => ({
      name, title: pageNamed(policies(), name)?.title ?? name, waiting: await store.review.held.waitingUnder(name, WAITING_MAX), today: counts.filter(({ policy }) => policy === name),
    })));
    await context.send(reply, policiesPage(context.chrome(visit, true), shown.map((each) => ({ ...each, isMany: each.waiting >= WAITING_MAX })), (action) => context.parts.words(visit.language, `decision.action.${action}`)));
  }));
  server.get('/policies/:name', context.signedIn(async (request, reply, visit) => {
    const name = parameter(request, 'name');
    if (!visit.viewer.owns.includes(name) && !visit.viewer.approves.includes(name)) return context.say(request, reply, 404, 'not-found');
    const title = pageNamed(policies(), name)?.title ?? name;
    await heldList(context, { scope: { policy: name }, place: 'policies', path: `/policies/${encodeURIComponent(name)}`, title, lead: visit.say('policies.held-lead') })(request, reply, visit);
  }));
  operatorRoutes(server, context);
}

function operatorRoutes(server: FastifyInstance, context: PageContext): void {
  const { store } = context.parts;
  const operators = (handler: Handler): Handler => async (request, reply, visit) => (visit.viewer.isOperator ? handler(request, reply, visit) : context.say(request, reply, 404, 'not-found'));
  server.get('/operator', context.signedIn(operators(async (request, reply, visit) => {
    const query = queryText(request, 'q').trim();
    const counts = await store.review.decided.counts(startOfToday(visit));
    const found = query === '' ? null : await search(query, context.parts);
    await context.send(reply, operatorPage(context.chrome(visit, true), { counts, query, found }, (action) => context.parts.words(visit.language, `decision.action.${action}`)));
  })));
  server.get('/operator/held', context.signedIn(operators(async (request, reply, visit) => heldList(context, { scope: 'all', place: 'operator', path: '/operator/held', title: visit.say('operator.held'), lead: visit.say('operator.held-lead') })(request, reply, visit))));
  server.get('/operator/acts', context.signedIn(operators(async (request, reply, visit) => {
    const cursor = cursorOf(request);
    const rows = await store.review.acts.list({ limit: review.pageRows + 1, ...(cursor === '' ? {} : { before: cursor }) });
    const shown = rows.slice(0, review.pageRows);
    await context.send(reply, actsPage(context.chrome(visit, true), { rows: shown, cursor, next: rows.length > shown.length ? (shown.at(-1)?.id ?? null) : null }));
  })));
}

interface HeldListing {
  readonly scope: HeldPageFilter['scope'];
  readonly place: 'policies' | 'operator';
  readonly path: string;
  readonly title: string;
  readonly lead: string;
}

function heldList(context: PageContext, { scope, ...about }: HeldListing): Handler {
  return async (request, reply, visit) => {
    const search = queryText(request, 'q', review.searchMaxChars).trim();
    const cursor = cursorOf(request);
    const found = await context.parts.store.review.held.page({ scope, limit: review.pageRows, ...(search === '' ? {} : { search }), ...(cursor === '' ? {} : { cursor }) });
    await context.send(reply, heldListPage(context.chrome(visit, true), { ...about, search, cursor, ...found, proofs: await proofsOf(found.rows, context.parts.store.decisions) }));
  };
}

function startOfToday({ now, timezone }: Visit): number {
  return startOfDay(new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now), timezone) ?? now;
}

/** By id of a decision or of a held message, by recipient, by sender: whichever finds something. */
async function search(query: string, { store, clock, config }: ReviewParts): Promise<readonly { readonly row: DecidedRow; readonly heldId: string | null }[]> {
  if (/^[0-9a-z]{8,64}$/i.test(query)) {
    const held = await store.review.held.find(query.toLowerCase());
    const decision = await store.decisions.find(held?.decisionId ?? query.toLowerCase());
    if (decision !== null) return decision.recipients.map((recipient) => ({ row: { ...decision, ...recipient }, heldId: held !== null && held.recipient === recipient.recipient ? held.id : null }));
  }
  const { key, domain } = mailAddress(query);
  const by = config.ourDomains.includes(domain) ? { recipient: key } : { sender: key };
  const rows = await store.review.decided.search({ ...by, since: clock.now() - SEARCH_BACK_MS, limit: FOUND_MAX });
  return rows.map((row) => ({ row, heldId: null }));
}
