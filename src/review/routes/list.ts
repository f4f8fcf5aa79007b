/** The list of held mail, and what is done with several at once. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { review } from '../../message/limits.ts';
import { mailboxOf } from '../../storage/held-scope.ts';
import { queryText, type Desk } from '../desk.ts';
import type { Visit } from '../parts.ts';
import { startOfDay } from '../speech.ts';
import { listPage, type ListQuery } from '../views/list.ts';

const DAY_MS = 24 * 3600_000;

export function listRoutes(server: FastifyInstance, desk: Desk): void {
  server.get('/', desk.signedIn(async (request, reply, visit) => {
    const query = queryOf(request, visit);
    const since = startOfDay(query.from, visit.timezone);
    const until = startOfDay(query.to, visit.timezone);
    const { rows, next } = await desk.parts.store.review.held.page({
      scope: { mailbox: query.mailbox }, limit: review.pageRows,
      ...(query.show === 'waiting' ? { state: 'waiting' as const } : {}),
      ...(query.search === '' ? {} : { search: query.search }),
      ...(since === null ? {} : { since }), ...(until === null ? {} : { until: until + DAY_MS }),
      ...(query.cursor === '' ? {} : { cursor: query.cursor }),
    });
    await desk.send(reply, listPage(desk.chrome(visit, true), { query, rows, next, bulk: [], told: null }));
  }));
}

export function queryOf(request: FastifyRequest, { viewer }: Visit): ListQuery {
  const asked = mailboxOf(queryText(request, 'for').toLowerCase());
  return {
    mailbox: viewer.mailboxes.includes(asked) ? asked : viewer.address,
    show: queryText(request, 'show') === 'all' ? 'all' : 'waiting',
    search: queryText(request, 'q', review.searchMaxChars).trim(),
    from: queryText(request, 'from', 10), to: queryText(request, 'to', 10), cursor: queryText(request, 'after', 60),
  };
}
