/** Pages of those who answer for others' mail: requests, policies, the operator's view. None of them shows a body. */
import type { FastifyInstance } from 'fastify';
import { review } from '../../message/limits.ts';
import { mailAddress } from '../../message/envelope.ts';
import type { AskRow, DecidedRow, HeldPageFilter, ShownRow } from '../../storage/review-book.ts';
import { parameter, queryText, type Desk, type Handler } from '../desk.ts';
import { pageNamed, type ReviewParts, type Visit } from '../parts.ts';
import { proofsOf } from '../proofs.ts';
import { startOfDay } from '../speech.ts';
import { actsPage, askedPage, heldListPage, operatorPage, policiesPage } from '../views/envelopes.ts';

const ASKS_SHOWN = 200;
const FOUND_MAX = 100;
/** So far is counted: more is "so many or more". */
const WAITING_MAX = 1000;

export function judgeRoutes(server: FastifyInstance, desk: Desk): void {
  const { store, policies } = desk.parts;
  server.get('/asked', desk.signedIn(async (_request, reply, visit) => {
    const open = await store.review.asks.open(visit.viewer.address, ASKS_SHOWN);
    const asks: { ask: AskRow; row: ShownRow }[] = [];
    for (const ask of open) {
      const row = await store.review.held.find(ask.heldId);
      if (row !== null && row.state === 'held') asks.push({ ask, row });
    }
    await desk.send(reply, askedPage(desk.chrome(visit, true), asks, await proofsOf(asks.map(({ row }) => row), store.decisions)));
  }));
  server.get('/policies', desk.signedIn(async (_request, reply, visit) => {
    const names = [...new Set([...visit.viewer.owns, ...visit.viewer.approves])];
    const counts = await store.review.decided.counts(startOfToday(visit));
    const shown = await Promise.all(names.map(async (name) => ({
      name, title: pageNamed(policies(), name)?.title ?? name, waiting: await store.review.held.waitingUnder(name, WAITING_MAX), today: counts.filter(({ policy }) => policy === name),
    })));
    await desk.send(reply, policiesPage(desk.chrome(visit, true), shown.map((each) => ({ ...each, isMany: each.waiting >= WAITING_MAX })), (action) => desk.parts.words(visit.language, `decision.action.${action}`)));
  }));
  server.get('/policies/:name', desk.signedIn(async (request, reply, visit) => {
    const name = parameter(request, 'name');
    if (!visit.viewer.owns.includes(name) && !visit.viewer.approves.includes(name)) return desk.say(request, reply, 404, 'not-found');
    const title = pageNamed(policies(), name)?.title ?? name;
    await heldList(desk, { scope: { policy: name }, place: 'policies', path: `/policies/${encodeURIComponent(name)}`, title, lead: visit.say('policies.held-lead') })(request, reply, visit);
  }));
  operatorRoutes(server, desk);
}

function operatorRoutes(server: FastifyInstance, desk: Desk): void {
  const { store } = desk.parts;
  const operators = (handler: Handler): Handler => async (request, reply, visit) => (visit.viewer.isOperator ? handler(request, reply, visit) : desk.say(request, reply, 404, 'not-found'));
  server.get('/operator', desk.signedIn(operators(async (request, reply, visit) => {
    const query = queryText(request, 'q').trim();
    const counts = await store.review.decided.counts(startOfToday(visit));
    const found = query === '' ? null : await search(query, desk.parts);
    await desk.send(reply, operatorPage(desk.chrome(visit, true), { counts, query, found }, (action) => desk.parts.words(visit.language, `decision.action.${action}`)));
  })));
  server.get('/operator/held', desk.signedIn(operators(async (request, reply, visit) => heldList(desk, { scope: 'all', place: 'operator', path: '/operator/held', title: visit.say('operator.held'), lead: visit.say('operator.held-lead') })(request, reply, visit))));
  server.get('/operator/acts', desk.signedIn(operators(async (request, reply, visit) => {
    const cursor = queryText(request, 'after', 60);
    const rows = await store.review.acts.list({ limit: review.pageRows + 1, ...(cursor === '' ? {} : { before: cursor }) });
    const shown = rows.slice(0, review.pageRows);
    await desk.send(reply, actsPage(desk.chrome(visit, true), { rows: shown, cursor, next: rows.length > shown.length ? (shown.at(-1)?.id ?? null) : null }));
  })));
}

interface HeldListing {
  readonly scope: HeldPageFilter['scope'];
  readonly place: 'policies' | 'operator';
  readonly path: string;
  readonly title: string;
  readonly lead: string;
}

function heldList(desk: Desk, { scope, ...about }: HeldListing): Handler {
  return async (request, reply, visit) => {
    const search = queryText(request, 'q', review.searchMaxChars).trim();
    const cursor = queryText(request, 'after', 60);
    const found = await desk.parts.store.review.held.page({ scope, limit: review.pageRows, ...(search === '' ? {} : { search }), ...(cursor === '' ? {} : { cursor }) });
    await desk.send(reply, heldListPage(desk.chrome(visit, true), { ...about, search, cursor, ...found, proofs: await proofsOf(found.rows, desk.parts.store.decisions) }));
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
  const rows = await store.review.decided.search({ ...by, since: clock.now() - 365 * 24 * 3600_000, limit: FOUND_MAX });
  return rows.map((row) => ({ row, heldId: null }));
}
