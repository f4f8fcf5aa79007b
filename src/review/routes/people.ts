/** Pages for oneself: what was rejected, preferences. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { review } from '../../message/limits.ts';
import { mailAddress } from '../../message/envelope.ts';
import { explain, keptFacts } from '../../policy/explain.ts';
import type { Verdict } from '../../policy/verdict.ts';
import { mailboxOf } from '../../storage/held-scope.ts';
import type { DecidedRow } from '../../storage/review-book.ts';
import { cursorOf, form, justDone, queryText, type PageContext } from '../page-context.ts';
import { html } from '../html.ts';
import { pageNamed, type ReviewParts, type Visit } from '../parts.ts';
import { checked, setPreferences } from '../preferences.ts';
import { hashOf } from '../sessions.ts';
import { rejectedPage } from '../views/envelopes.ts';
import { preferencesPage } from '../views/preferences.ts';

const ENTRIES_SHOWN = 200;

export function peopleRoutes(server: FastifyInstance, context: PageContext): void {
  const { store, clock } = context.parts;
  server.get('/rejected', context.signedIn(async (request, reply, visit) => {
    const asked = mailboxOf(queryText(request, 'for').toLowerCase());
    const mailbox = visit.viewer.mailboxes.includes(asked) ? asked : visit.viewer.address;
    const cursor = cursorOf(request);
    const rows = await store.review.decided.search({
      recipient: mailbox, action: 'reject', since: clock.now() - review.rejectedShownMs, limit: review.pageRows + 1, ...(cursor === '' ? {} : { before: cursor }),
    });
    const shown = rows.slice(0, review.pageRows);
    const reasons = shown.map((row) => reasonOf(row, visit, context.parts));
    await context.send(reply, rejectedPage(context.chrome(visit, true), { mailbox, rows: shown, reasons, cursor, next: rows.length > shown.length ? (shown.at(-1)?.id ?? null) : null }));
  }));
  server.get('/preferences', context.signedIn(async (request, reply, visit) => {
    const sessions = await store.review.sessions.list(visit.viewer.address, clock.now());
    const own = hashOf(visit.session.secret);
    await context.send(reply, preferencesPage(context.chrome(visit, true), {
      entries: (await Promise.all(visit.viewer.mailboxes.map((mailbox) => store.review.personal.list(mailbox, clock.now(), ENTRIES_SHOWN)))).flat(),
      sessions: sessions.map((session) => ({ ...session, isThis: session.idHash === own })),
      told: justDone(request) === 'saved' ? html`${visit.say('preferences.saved')}` : null,
    }));
  }));
  server.post('/preferences', context.signedIn(async (request, reply, visit) => {
    await setPreferences(store.review.preferences, visit.viewer.address, formPreferences(request), clock.now());
    await reply.redirect('/preferences?told=saved', 303);
  }));
  server.post('/preferences/senders', context.signedIn(async (request, reply, visit) => {
    const fields = form(request);
    const kind = fields.get('kind') === 'welcome' ? 'welcome' : 'unwelcome';
    const mailbox = visit.viewer.mailboxes.find((each) => each === fields.get('for')) ?? visit.viewer.address;
    await store.review.personal.remove(mailbox, [mailAddress(fields.get('sender') ?? '').key], kind);
    await reply.redirect('/preferences?told=saved', 303);
  }));
}

function formPreferences(request: FastifyRequest) {
  const fields = form(request);
  return checked({ language: fields.get('language'), timezone: fields.get('timezone'), digest: fields.get('digest'), at: fields.getAll('at'), days: fields.getAll('days'), phrase: fields.get('phrase') });
}

/** The first sentence of the verdict: what was done and why. */
function reasonOf(row: DecidedRow, visit: Visit, { policies, words }: ReviewParts): string {
  if (row.verdict === '') return '';
  const verdict = JSON.parse(row.verdict) as Verdict;
  return explain({ verdict, facts: keptFacts(row.score, row.authors), page: pageNamed(policies(), row.policy), at: row.at }, visit.language, words)[0] ?? '';
}
