/** PURE. Lists of envelopes without bodies: for policy owners and operators, rejected mail, requests, decisions, acts. */
import { foreign, html, none, type Html } from '../html.ts';
import type { Speech, Visit } from '../parts.ts';
import { senderHtml, senderOf, subjectHtml, timeTag } from '../speech.ts';
import type { ActRow, AskRow, DecidedRow, ShownRow } from '../../storage/review-book.ts';
import type { Proofs } from '../proofs.ts';
import { badge, proofBadge } from './list.ts';
import { page, type Chrome, type Place } from './page.ts';

type Signed = Chrome & { readonly visit: Visit };

export interface HeldListFacts {
  readonly title: string;
  readonly lead: string;
  readonly place: Place;
  readonly path: string;
  readonly search: string;
  readonly cursor: string;
  readonly rows: readonly ShownRow[];
  readonly proofs: Proofs;
  readonly next: string | null;
}

export function heldListPage(chrome: Signed, about: HeldListFacts): Html {
  const { visit } = chrome;
  const { say } = visit;
  return page(chrome, { title: about.title, place: about.place }, html`<h1>${about.title}</h1><p class="lead">${about.lead}</p>
<form method="get" action="${about.path}" class="search" role="search"><div class="row"><label class="grow"><span class="label">${say('list.search')}</span><input type="search" name="q" value="${about.search}" maxlength="200"></label><button class="secondary">${say('list.search-button')}</button></div></form>
${about.rows.length === 0 ? nothing(say('list.none-found')) : html`<ul class="mails">${about.rows.map((row) => line(visit, { href: `/m/${row.id}`, from: row.from, sender: row.sender, subject: row.subject, at: row.at }, html`${badge(visit, row)} ${proofBadge(visit, about.proofs(row))} <span class="quiet">→ ${foreign(row.recipient)}</span>`))}</ul>`}
${further(visit, about.path, { q: about.search }, about.cursor, about.next)}`);
}

interface Line {
  readonly href: string | null;
  readonly from: string;
  readonly sender: string;
  readonly subject: string;
  readonly at: number;
}

function line(speech: Speech, { href, from, sender, subject, at }: Line, why: Html): Html {
  const { say } = speech;
  const inside = html`<span class="who">${senderHtml(senderOf(from, sender), say)}</span><span class="subject">${subjectHtml(subject, say, 150)}</span><span class="why">${why}</span>`;
  return html`<li class="mail"><span class="mark"></span>${href === null ? html`<div class="what">${inside}</div>` : html`<a class="what" href="${href}">${inside}</a>`}<span class="when">${timeTag(at, speech)}</span></li>`;
}

const nothing = (text: string): Html => html`<div class="card empty"><p class="big">${text}</p></div>`;

function further({ say }: Visit, path: string, fields: Readonly<Record<string, string>>, cursor: string, next: string | null): Html {
  if (cursor === '' && next === null) return none;
  const href = (after: string): string => `${path}?${new URLSearchParams(Object.entries({ ...fields, after }).filter(([, value]) => value !== '')).toString()}`;
  return html`<nav class="pages" aria-label="${say('list.pages')}">${cursor === '' ? none : html`<a class="button" href="${href('')}">${say('list.newest')}</a>`}${next === null ? none : html`<a class="button" href="${href(next)}">${say('list.older')}</a>`}</nav>`;
}

export function rejectedPage(chrome: Signed, about: { readonly mailbox: string; readonly rows: readonly DecidedRow[]; readonly reasons: readonly string[]; readonly cursor: string; readonly next: string | null }): Html {
  const { visit } = chrome;
  const { say, viewer } = visit;
  const tabs = viewer.mailboxes.length < 2 ? none : html`<nav class="tabs" aria-label="${say('list.mailboxes')}"><ul>${viewer.mailboxes.map((mailbox) => html`<li><a href="/rejected?for=${encodeURIComponent(mailbox)}"${mailbox === about.mailbox ? html` aria-current="true"` : none}>${foreign(mailbox)}</a></li>`)}</ul></nav>`;
  return page(chrome, { title: say('rejected.title'), place: 'rejected' }, html`<h1>${say('rejected.title')}</h1><p class="lead">${say('rejected.lead')}</p>${tabs}
${about.rows.length === 0 ? nothing(say('rejected.none')) : html`<ul class="mails">${about.rows.map((row, i) => line(visit, { href: null, from: row.authors, sender: row.sender, subject: row.subject, at: row.at }, html`<span class="quiet">${foreign(about.reasons[i] ?? '', 600)}</span>`))}</ul>`}
${further(visit, '/rejected', { for: about.mailbox }, about.cursor, about.next)}`);
}

export function askedPage(chrome: Signed, asks: readonly { readonly ask: AskRow; readonly row: ShownRow }[], proofs: Proofs): Html {
  const { visit } = chrome;
  const { say } = visit;
  return page(chrome, { title: say('asked.title'), place: 'asked' }, html`<h1>${say('asked.title')}</h1>
${asks.length === 0 ? nothing(say('asked.none')) : html`<p class="lead">${say('asked.lead')}</p><ul class="mails">${asks.map(({ ask, row }) => line(visit, { href: `/m/${row.id}`, from: row.from, sender: row.sender, subject: row.subject, at: ask.at }, html`${badge(visit, row)} ${proofBadge(visit, proofs(row))} <span class="quiet">${foreign(say('asked.by', { who: ask.recipient }))}</span>`))}</ul>`}`);
}

export interface PolicyFacts {
  readonly name: string;
  readonly title: string;
  readonly waiting: number;
  /** There may be more than `waiting`. */
  readonly isMany: boolean;
  /** What was decided today, by action. */
  readonly today: readonly { readonly action: string; readonly count: number }[];
}

export function policiesPage(chrome: Signed, policies: readonly PolicyFacts[], action: (name: string) => string): Html {
  const { say, language } = chrome.visit;
  const number = new Intl.NumberFormat(language);
  const today = (facts: PolicyFacts): Html => (facts.today.length === 0 ? none : html`<span class="why quiet">${say('policies.today')} ${facts.today.map((each) => html`<span class="badge">${action(each.action)}: ${number.format(each.count)}</span> `)}</span>`);
  return page(chrome, { title: say('policies.title'), place: 'policies' }, html`<h1>${say('policies.title')}</h1><p class="lead">${say('policies.lead')}</p>
<ul class="mails">${policies.map((facts) => html`<li class="mail"><span class="mark"></span><a class="what" href="/policies/${encodeURIComponent(facts.name)}"><span class="subject">${foreign(facts.title)}</span><span class="who">${say(facts.isMany ? 'policies.waiting-many' : 'policies.waiting', { count: facts.waiting })}</span>${today(facts)}</a><span></span></li>`)}</ul>`);
}

export interface OperatorFacts {
  readonly counts: readonly { readonly policy: string; readonly action: string; readonly count: number }[];
  readonly query: string;
  readonly found: readonly { readonly row: DecidedRow; readonly heldId: string | null }[] | null;
}

export function operatorPage(chrome: Signed, { counts, query, found }: OperatorFacts, action: (name: string) => string): Html {
  const { visit } = chrome;
  const { say, language } = visit;
  const number = new Intl.NumberFormat(language);
  return page(chrome, { title: say('operator.title'), place: 'operator' }, html`<h1>${say('operator.title')}</h1>
<p><a class="button" href="/operator/held">${say('operator.held')}</a> <a class="button" href="/operator/acts">${say('operator.acts')}</a></p>
<section class="card"><h2>${say('operator.today')}</h2>${counts.length === 0 ? html`<p class="quiet">${say('operator.nothing-today')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${say('operator.today')}"><table><thead><tr><th scope="col">${say('operator.policy')}</th><th scope="col">${say('operator.action')}</th><th scope="col" class="number">${say('operator.count')}</th></tr></thead><tbody>${counts.map((row) => html`<tr><td>${foreign(row.policy || '–')}</td><td>${action(row.action)}</td><td class="number">${number.format(row.count)}</td></tr>`)}</tbody></table></div>`}</section>
<section class="card"><h2>${say('operator.search')}</h2><form method="get" action="/operator" role="search"><div class="row"><label class="grow"><span class="label">${say('operator.search-label')}</span><input type="search" name="q" value="${query}" maxlength="300"></label><button class="secondary">${say('list.search-button')}</button></div></form>
${found === null ? none : found.length === 0 ? html`<p class="quiet">${say('list.none-found')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="${say('operator.search')}"><table><thead><tr><th scope="col">${say('operator.when')}</th><th scope="col">${say('facts.from')}</th><th scope="col">${say('facts.for')}</th><th scope="col">${say('facts.subject')}</th><th scope="col">${say('operator.action')}</th></tr></thead><tbody>
${found.map(({ row, heldId }) => html`<tr><td>${timeTag(row.at, visit)}<br><span class="quiet id">${row.id}</span></td><td>${foreign(row.authors || row.sender)}</td><td>${foreign(row.recipient)}</td><td>${subjectHtml(row.subject, say, 100)}</td><td>${heldId === null ? action(row.action) : html`<a href="/m/${heldId}">${action(row.action)}</a>`}<br><span class="quiet">${foreign(row.policy)}</span></td></tr>`)}</tbody></table></div>`}</section>`);
}

export function actsPage(chrome: Signed, { rows, cursor, next }: { readonly rows: readonly ActRow[]; readonly cursor: string; readonly next: string | null }): Html {
  const { visit } = chrome;
  const { say } = visit;
  return page(chrome, { title: say('operator.acts'), place: 'operator' }, html`<p><a href="/operator">← ${say('operator.title')}</a></p><h1>${say('operator.acts')}</h1>
${rows.length === 0 ? nothing(say('operator.no-acts')) : html`<div class="card scroll" tabindex="0" role="region" aria-label="${say('operator.acts')}"><table><thead><tr><th scope="col">${say('operator.when')}</th><th scope="col">${say('operator.who')}</th><th scope="col">${say('operator.what')}</th><th scope="col">${say('facts.for')}</th><th scope="col">${say('facts.from')}</th><th scope="col">${say('facts.subject')}</th></tr></thead><tbody>
${rows.map((row) => html`<tr><td>${timeTag(row.at, visit)}</td><td>${foreign(row.actor)}<br><span class="quiet">${say(`role.${row.role}`)}</span></td><td>${say(`act.${row.act}`)}${row.outcome === 'done' ? none : html`<br><span class="quiet">${say(`outcome.${row.outcome}`)}</span>`}</td><td>${foreign(row.recipient)}</td><td>${foreign(row.sender, 100)}</td><td><a href="/m/${row.heldId}">${subjectHtml(row.subject, say, 100)}</a></td></tr>`)}</tbody></table></div>`}
${further(visit, '/operator/acts', {}, cursor, next)}`);
}
