/** PURE. One held message: what it is, why it was held, what may be done, and how it looks. */
import type { ReadableMessage, UnreadableMessage } from '../../message/readable.ts';
import { review } from '../../message/limits.ts';
import { isDangerous } from '../../quarantine/lifecycle.ts';
import type { Act, Rights } from '../access.ts';
import { foreign, html, none, seenText, type Html } from '../html.ts';
import type { Visit } from '../parts.ts';
import { sizeOf, subjectHtml, timeTag, when } from '../speech.ts';
import type { ActRow, AskRow, ShownRow } from '../../storage/review-book.ts';
import type { Proof } from '../proofs.ts';
import { explained, facts } from './link.ts';
import { hidden, page, type Chrome } from './page.ts';

export interface MessageFacts {
  readonly row: ShownRow;
  readonly rights: Rights;
  /** The verdict in sentences. */
  readonly sentences: readonly string[];
  /** How sure it is who wrote. */
  readonly proof: Proof;
  readonly approver: string;
  readonly asked: AskRow | null;
  readonly history: readonly ActRow[];
  /** null: not for these eyes, or gone. */
  readonly content: ReadableMessage | UnreadableMessage | null;
  readonly told: Html | null;
  /** Letting it through needs a second yes: it looks dangerous. */
  readonly confirm: boolean;
}

export function messagePage(chrome: Chrome & { readonly visit: Visit }, about: MessageFacts): Html {
  const { visit } = chrome;
  const { say } = visit;
  const { row } = about;
  return page(chrome, { title: seenText(row.subject).trim().slice(0, 150).toWellFormed() || say('no-subject'), place: 'elsewhere', told: about.told }, html`
<p><a href="/">← ${say('message.back')}</a></p>
<article class="card">
<h1>${subjectHtml(row.subject, say)}</h1>
${facts(visit, row, about.proof, false)}
${isDangerous(row) ? html`<p class="problem">${say('message.dangerous')}</p>` : none}
${acts(visit, about)}
</article>
<section class="card"><h2>${say('message.why')}</h2><ul class="reasons">${about.sentences.map((sentence) => html`<li>${foreign(sentence, 1000)}</li>`)}</ul></section>
${preview(visit, about)}
${history(visit, about)}`);
}

function acts(visit: Visit, about: MessageFacts): Html {
  const { say } = visit;
  const { row, rights } = about;
  if (about.asked !== null && about.asked.answer === 'refused') return html`<p class="warning">${say('message.refused', { who: about.asked.settledBy ?? '' })} ${foreign(about.asked.words)}</p>${forms(visit, about)}`;
  if (rights.acts.length === 0) return row.state === 'held' ? html`<p class="quiet">${say('message.only-look')}</p>` : none;
  return forms(visit, about);
}

function forms(visit: Visit, about: MessageFacts): Html {
  return html`<div class="acts">${about.rights.acts.map((act) => form(visit, about, act))}</div>`;
}

function form(visit: Visit, { row, approver, rights, confirm, proof }: MessageFacts, act: Act): Html {
  const { say, formToken } = visit;
  const forOther = act === 'let-through' && rights.role !== 'recipient' && rights.role !== 'delegate';
  const explanation = forOther ? say('explain.let-through-for', { recipient: row.recipient }) : explained(visit, act, row, approver);
  // What is probably forged is not offered as the thing to do.
  const style = proof === 'fail' && act !== 'refuse' ? 'secondary' : act === 'let-through' || act === 'approve' || (act === 'ask' && !rights.acts.includes('let-through')) ? 'primary' : act === 'refuse' ? 'risky' : 'secondary';
  const sure = (forOther || act === 'approve') && (confirm || isDangerous(row));
  return html`<form method="post" action="/m/${row.id}">${hidden('form', formToken)}${hidden('act', act)}
${act === 'refuse' ? html`<label class="words"><span class="label">${say('message.refuse-words')}</span><textarea name="words" rows="2" maxlength="1000"></textarea></label>` : none}
${sure ? html`<label class="choice words"><input type="checkbox" name="confirmed" value="yes" required>${say('message.although-dangerous')}</label>` : none}
<button class="${style}">${say(`act.${act}`)}</button><span class="explain">${explanation}</span></form>`;
}

function preview(visit: Visit, { row, content, rights }: MessageFacts): Html {
  const { say } = visit;
  if (!rights.read) return html`<section class="card"><h2>${say('message.content')}</h2><p class="quiet">${say('message.not-for-you')}</p></section>`;
  if (content === null) return html`<section class="card"><h2>${say('message.content')}</h2><p class="quiet">${say('message.gone')}</p></section>`;
  return html`<section class="card"><h2>${say('message.content')}</h2><p class="quiet">${say('message.preview-hint')}</p>
<iframe class="preview" sandbox="" src="/m/${row.id}/preview" title="${say('preview.title')}" referrerpolicy="no-referrer"></iframe>
${attachments(visit, content)}</section>`;
}

function attachments(visit: Visit, content: ReadableMessage | UnreadableMessage): Html {
  const { say } = visit;
  if (content.state === 'unreadable' || content.attachments.length === 0) return none;
  const shown = content.attachments.slice(0, review.attachmentsShownMax);
  return html`<h2>${say('message.attachments', { count: content.attachments.length })}</h2><p class="quiet">${say('message.attachments-hint')}</p>
<ul class="attachments">${shown.map((part) => html`<li>${part.filename === null ? say('message.no-name') : foreign(part.filename, 150)} <span class="quiet">${foreign(part.type, 100)}, ${sizeOf(part.sizeBytes, visit)}</span></li>`)}</ul>`;
}

function history(visit: Visit, { history: rows, row }: MessageFacts): Html {
  const { say } = visit;
  if (rows.length === 0) return none;
  return html`<section class="card"><h2>${say('message.history')}</h2><ul class="reasons">
${rows.map((act) => html`<li>${timeTag(act.at, visit)}: ${foreign(act.actor)} – ${say(`act.${act.act}`)}${act.outcome === 'done' ? none : html` (${say(`outcome.${act.outcome}`)})`}</li>`)}
<li>${when(row.at, visit)}: ${say('message.held')}</li></ul></section>`;
}
