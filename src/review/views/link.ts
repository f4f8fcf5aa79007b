/** PURE. What a link of a mail opens: the facts that stood in the mail, and one button. */
import { foreign, html, none, type Html } from '../html.ts';
import type { Speech } from '../parts.ts';
import { dateOf, senderHtml, senderOf, subjectHtml, when, wholeTime } from '../speech.ts';
import type { ActRow, ShownRow } from '../../storage/review-book.ts';
import { review } from '../../message/limits.ts';
import { isDangerous } from '../../quarantine/lifecycle.ts';
import type { Act } from '../access.ts';
import type { Outcome } from '../acts.ts';
import type { Proof } from '../proofs.ts';
import { stateBadge, whyBadge } from './list.ts';
import { page, type Chrome } from './page.ts';

const DAY_MS = 24 * 3600_000;

/** @param withSubject false where it stands above already */
export function facts(speech: Speech, row: ShownRow, proof: Proof, withSubject = true): Html {
  const { say } = speech;
  const state = stateBadge(speech, row);
  return html`<dl class="facts">
<dt>${say('facts.from')}</dt><dd>${senderHtml(senderOf(row.from, row.sender), say)}<br><span class="proof ${proof}">${proof === 'pass' ? html`<span aria-hidden="true">✓ </span>` : none}${say(`proof.${proof}`)}</span></dd>
${withSubject ? html`<dt>${say('facts.subject')}</dt><dd>${subjectHtml(row.subject, say)}</dd>` : none}
<dt>${say('facts.for')}</dt><dd>${foreign(row.recipient)}</dd>
<dt>${say('facts.at')}</dt><dd>${wholeTime(row.at, speech)}</dd>
<dt>${say('facts.why')}</dt><dd>${whyBadge(speech, row)}</dd>
${state === null ? none : html`<dt>${say('facts.state')}</dt><dd>${state}</dd>`}
</dl>`;
}

export function linkPage(chrome: Chrome, { row, proof, act, path }: { readonly row: ShownRow; readonly proof: Proof; readonly act: Act | null; readonly path: string }): Html {
  const { speech } = chrome;
  const { say } = speech;
  const isOpen = row.state === 'held' && (act !== 'not-wanted' || row.dismissedAt === null);
  const asked = isOpen && !isBarred(act, row) ? act : null;
  const title = say(asked === null ? 'link.title' : `link.title.${asked}`);
  return page(chrome, { title, place: 'elsewhere' }, html`<section class="card narrow">
<h1>${title}</h1>
${facts(speech, row, proof)}
${isOpen ? none : html`<p class="warning">${say(`link.state.${row.state === 'held' ? 'dismissed' : row.state}`)}</p>`}
${isOpen && isBarred(act, row) ? html`<p class="warning">${say('outcome.dangerous-more')}</p>` : none}
${asked === null ? none : html`<form method="post" action="${path}"><p>${explained(speech, asked, row)}</p><button class="${proof === 'fail' ? 'secondary' : 'primary'} wide">${say(`act.${asked}`)}</button></form>`}
<p class="quiet">${asked === null ? none : say('link.nothing-yet')} <a href="/m/${row.id}">${say('link.whole')}</a></p>
</section>`);
}

/** A button that could only say no is not offered: no link lets through what looks dangerous. */
function isBarred(act: Act | null, row: ShownRow): boolean {
  return (act === 'let-through' || act === 'welcome') && isDangerous(row);
}

export function explained({ say, language, timezone, now }: Speech, act: Act, row: ShownRow, approver = ''): string {
  return say(`explain.${act}`, { until: dateOf(now + review.welcomeDaysDefault * DAY_MS, { language, timezone, say, now }), recipient: row.recipient, approver: approver || say('approver') });
}

export interface LinkDone {
  readonly act: Act;
  readonly outcome: Outcome;
  readonly row: ShownRow;
  readonly proof: Proof;
  /** What was done before, when this changed nothing; null: not known. */
  readonly earlier: ActRow | null;
}

export function linkDonePage(chrome: Chrome, { act, outcome, row, proof, earlier }: LinkDone): Html {
  const { speech } = chrome;
  const { say } = speech;
  const title = outcome === 'done' ? say(`done.${act}`) : say(`outcome.${outcome}`);
  return page(chrome, { title, place: 'elsewhere' }, html`<section class="card narrow">
<h1>${title}</h1>
${earlier === null ? none : html`<p>${say('done.earlier', { act: say(`act.${earlier.act}`), who: earlier.actor, when: when(earlier.at, speech) })}</p>`}
${outcome === 'dangerous' ? html`<p class="warning">${say('outcome.dangerous-more')}</p>` : none}
${facts(speech, row, proof)}
<p><a href="/">${say('link.all')}</a></p>
</section>`);
}

export function stopPage(chrome: Chrome, { address, path }: { readonly address: string; readonly path: string }): Html {
  const { say } = chrome.speech;
  return page(chrome, { title: say('stop.title'), place: 'elsewhere' }, html`<section class="card narrow">
<h1>${say('stop.title')}</h1><p>${say('stop.lead')}</p><p class="big">${foreign(address)}</p>
<form method="post" action="${path}"><button class="primary wide">${say('stop.button')}</button></form>
<p class="quiet">${say('stop.nothing-yet')}</p>
</section>`);
}
