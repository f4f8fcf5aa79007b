/** The list of held mail, and what is done with several at once. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { review } from '../../message/limits.ts';
import { mailboxOf } from '../../storage/held-scope.ts';
import type { ShownRow } from '../../storage/review-book.ts';
import { perform } from '../acts.ts';
import { cursorOf, form, justDone, queryText, type PageContext } from '../page-context.ts';
import { html, type Html } from '../html.ts';
import { pageNamed, type Visit } from '../parts.ts';
import { proofsOf } from '../proofs.ts';
import { safePath } from './sign-in.ts';
import { startOfDay } from '../speech.ts';
import { listPage, type ListQuery } from '../views/list.ts';

const DAY_MS = 24 * 3600_000;

export function listRoutes(server: FastifyInstance, context: PageContext): void {
  server.get('/', context.signedIn(async (request, reply, visit) => {
    const query = queryOf(request, visit);
    const since = startOfDay(query.from, visit.timezone);
    const until = startOfDay(query.to, visit.timezone);
    const { rows, next } = await context.parts.store.review.held.page({
      scope: { mailbox: query.mailbox }, limit: review.pageRows,
      ...(query.show === 'waiting' ? { state: 'waiting' as const } : {}),
      ...(query.search === '' ? {} : { search: query.search }),
      ...(since === null ? {} : { since }), ...(until === null ? {} : { until: until + DAY_MS }),
      ...(query.cursor === '' ? {} : { cursor: query.cursor }),
    });
    await context.send(reply, listPage(context.chrome(visit, true), { query, rows, next, proofs: await proofsOf(rows, context.parts.store.decisions), bulk: bulkActs(rows, context), told: toldOf(request, visit) }));
  }));
  server.post('/bulk', context.signedIn(async (request, reply, visit) => {
    const fields = form(request);
    const act = BULK.find((each) => each === fields.get('act'));
    if (act === undefined) return context.say(request, reply, 400, 'bad-request');
    let done = 0;
    const ids = [...new Set(fields.getAll('id'))].filter((id) => /^[0-9a-z]{1,64}$/.test(id)).slice(0, review.pageRowsMax);
    for (const id of ids) {
      const row = await context.parts.store.review.held.find(id);
      if (row !== null && (await perform({ act, row, viewer: visit.viewer, via: 'page' }, context.parts)) === 'done') done++;
    }
    const back = safePath(fields.get('back') ?? '/');
    await reply.redirect(`${back}${back.includes('?') ? '&' : '?'}told=${act}.${done}.${ids.length - done}`, 303);
  }));
}

const BULK = ['let-through', 'not-wanted'] as const;

/** What the policies allow for at least one of these; what they do not is said afterwards. */
function bulkActs(rows: readonly ShownRow[], { parts }: PageContext): readonly (typeof BULK)[number][] {
  const set = parts.policies();
  const may = new Set(rows.map((row) => pageNamed(set, row.policy)?.quarantine.recipientsMay.value ?? 'look'));
  return may.has('let-through') ? BULK : may.has('ask') ? ['not-wanted'] : [];
}

function toldOf(request: FastifyRequest, { say }: Visit): Html | null {
  const match = /^(let-through|not-wanted)\.(\d{1,3})\.(\d{1,3})$/.exec(justDone(request));
  return match === null ? null : html`${say('list.told', { act: say(`act.${match[1]}`), done: Number(match[2]), not: Number(match[3]) })}`;
}

function queryOf(request: FastifyRequest, { viewer }: Visit): ListQuery {
  const asked = mailboxOf(queryText(request, 'for').toLowerCase());
  return {
    mailbox: viewer.mailboxes.includes(asked) ? asked : viewer.address,
    show: queryText(request, 'show') === 'all' ? 'all' : 'waiting',
    search: queryText(request, 'q', review.searchMaxChars).trim(),
    from: queryText(request, 'from', 10), to: queryText(request, 'to', 10), cursor: cursorOf(request),
  };
}
