/** PURE. The list of held mail. */
import { foreign, html, none, seenText, type Html } from '../html.ts';
import type { Visit } from '../parts.ts';
import { senderHtml, senderOf, subjectHtml, timeTag } from '../speech.ts';
import { isDangerous } from '../../quarantine/lifecycle.ts';
import type { Proof, Proofs } from '../proofs.ts';
import type { ShownRow } from '../../storage/review-book.ts';
import { hidden, page, type Chrome } from './page.ts';

export interface ListQuery {
  /** Mailbox whose mail is shown. */
  readonly mailbox: string;
  readonly show: 'waiting' | 'all';
  readonly search: string;
  /** As typed: `2026-11-22`; '': open. */
  readonly from: string;
  readonly to: string;
  readonly cursor: string;
}

export interface ListFacts {
  readonly query: ListQuery;
  readonly rows: readonly ShownRow[];
  readonly proofs: Proofs;
  readonly next: string | null;
  /** What those marked can be done with: by the policies, the least that all of them allow. */
  readonly bulk: readonly ('let-through' | 'not-wanted')[];
  readonly told: Html | null;
}

export function listPage(chrome: Chrome & { readonly visit: Visit }, given: ListFacts): Html {
  // One message is dealt with on its own page: marking it would only be a way round.
  const facts = given.rows.length < 2 ? { ...given, bulk: [] } : given;
  const { visit } = chrome;
  const { say } = visit;
  const { query, rows } = facts;
  return page(chrome, { title: say('list.title'), place: 'list', told: facts.told }, html`
<h1>${say('list.title')}</h1>
${lead(visit, facts)}
${mailboxes(visit, query)}
${searchForm(visit, query)}
${rows.length === 0 ? emptyList(visit, query) : html`<form method="post" action="/bulk" class="bulk" data-bulk>
${hidden('form', visit.formToken)}${hidden('back', hrefOf(query, query.cursor))}
${bulkBar(visit, facts)}
<ul class="mails">${rows.map((row) => line(visit, row, facts))}</ul>
</form>`}
${pages(visit, facts)}`);
}

/** Not said over an empty list: nothing waits there. */
function lead({ say }: Visit, { query, rows }: ListFacts): Html {
  if (rows.length === 0) return none;
  return html`<p class="lead">${say(query.show === 'all' ? 'list.lead-all' : 'list.lead')}</p>`;
}

function mailboxes({ viewer, say }: Visit, query: ListQuery): Html {
  if (viewer.mailboxes.length < 2) return none;
  return html`<nav class="tabs" aria-label="${say('list.mailboxes')}"><ul>${viewer.mailboxes.map((mailbox) => html`<li><a href="${hrefOf({ ...query, mailbox, cursor: '' })}"${mailbox === query.mailbox ? html` aria-current="true"` : none}>${foreign(mailbox)}</a></li>`)}</ul></nav>`;
}

function searchForm({ say }: Visit, query: ListQuery): Html {
  const isOpen = query.from !== '' || query.to !== '' || query.show === 'all';
  return html`<form method="get" action="/" class="search" role="search">
${hidden('for', query.mailbox)}
<div class="row"><label class="grow"><span class="label">${say('list.search')}</span><input type="search" name="q" value="${query.search}" maxlength="200" autocomplete="off"></label>
<button class="secondary">${say('list.search-button')}</button></div>
<details${isOpen ? html` open` : none}><summary>${say('list.more-filters')}</summary>
<div class="row wrap">
<label><span class="label">${say('list.from-day')}</span><input type="date" name="from" value="${query.from}"></label>
<label><span class="label">${say('list.to-day')}</span><input type="date" name="to" value="${query.to}"></label>
<label><span class="label">${say('list.show')}</span><select name="show"><option value="waiting"${query.show === 'waiting' ? html` selected` : none}>${say('list.show-waiting')}</option><option value="all"${query.show === 'all' ? html` selected` : none}>${say('list.show-all')}</option></select></label>
</div></details>
</form>`;
}

function emptyList({ say }: Visit, query: ListQuery): Html {
  const filtered = query.search !== '' || query.from !== '' || query.to !== '' || query.cursor !== '';
  return html`<div class="card empty"><p class="big">${say(filtered ? 'list.none-found' : 'list.none')}</p>${filtered ? html`<p><a href="/">${say('list.clear')}</a></p>` : html`<p>${say('list.none-more')}</p>`}</div>`;
}

function bulkBar({ say }: Visit, { bulk }: ListFacts): Html {
  if (bulk.length === 0) return none;
  return html`<div class="bar" role="group" aria-label="${say('list.marked')}">
<span class="hint"><label class="choice" hidden><input type="checkbox" data-all>${say('list.mark-all')}</label><span data-count data-none="${say('list.mark-hint')}" data-some="${say('list.marked-count', { count: '#' })}">${say('list.mark-hint')}</span></span>
<span class="buttons">${bulk.map((act) => html`<button name="act" value="${act}" class="${act === 'let-through' ? 'primary' : 'secondary'}">${say(`act.${act}`)}</button>`)}</span>
</div>`;
}

function line(visit: Visit, row: ShownRow, { bulk, proofs }: ListFacts): Html {
  const { say } = visit;
  const sender = senderOf(row.from, row.sender);
  const canMark = bulk.length > 0 && row.state === 'held' && row.dismissedAt === null;
  return html`<li class="mail${isDangerous(row) ? ' danger' : ''}">
${canMark ? html`<label class="mark"><input type="checkbox" name="id" value="${row.id}"><span class="hidden">${say('list.mark', { subject: seenText(row.subject).trim().slice(0, 150).toWellFormed() || say('no-subject') })}</span></label>` : html`<span class="mark"></span>`}
<a class="what" href="/m/${row.id}">
<span class="who">${senderHtml(sender, say)}</span>
<span class="subject">${subjectHtml(row.subject, say, 150)}</span>
<span class="why">${badge(visit, row)} ${proofBadge(visit, proofs(row))}</span>
</a>
<span class="when">${timeTag(row.at, visit)}</span>
</li>`;
}

/** Whether the address is to be believed, in two or three words. */
export function proofBadge({ say }: Pick<Visit, 'say'>, proof: Proof): Html {
  return html`<span class="proof ${proof}">${proof === 'pass' ? html`<span aria-hidden="true">✓ </span>` : none}${say(`proven.${proof}`)}</span>`;
}

/** What it looks like, or what became of it. */
export function badge(speech: Pick<Visit, 'say'>, row: ShownRow): Html {
  return stateBadge(speech, row) ?? whyBadge(speech, row);
}

/** What became of it; null: it waits. */
export function stateBadge({ say }: Pick<Visit, 'say'>, row: ShownRow): Html | null {
  if (row.state !== 'held') return html`<span class="badge ${row.state}">${say(`state.${row.state}`)}</span>`;
  return row.dismissedAt === null ? null : html`<span class="badge dismissed">${say('state.dismissed')}</span>`;
}

/** What it looks like, and how often it came. */
export function whyBadge({ say }: Pick<Visit, 'say'>, row: ShownRow): Html {
  return html`<span class="badge ${isDangerous(row) ? 'dangerous' : row.kind}">${say(`why.${row.reason}`)}</span>${row.count > 1 ? html` <span class="badge">${say('list.times', { count: row.count })}</span>` : none}`;
}

function pages({ say }: Visit, { query, next }: ListFacts): Html {
  if (query.cursor === '' && next === null) return none;
  return html`<nav class="pages" aria-label="${say('list.pages')}">
${query.cursor === '' ? none : html`<a class="button" href="${hrefOf({ ...query, cursor: '' })}">${say('list.newest')}</a>`}
${next === null ? none : html`<a class="button" rel="next" href="${hrefOf(query, next)}">${say('list.older')}</a>`}
</nav>`;
}

export function hrefOf(query: ListQuery, cursor: string = query.cursor): string {
  const search = new URLSearchParams();
  const add = (name: string, value: string): void => {
    if (value !== '') search.set(name, value);
  };
  add('for', query.mailbox);
  add('q', query.search);
  add('from', query.from);
  add('to', query.to);
  if (query.show === 'all') search.set('show', 'all');
  add('after', cursor);
  return `/?${search.toString()}`;
}
