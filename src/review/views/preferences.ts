/** PURE. Preferences, personal entries, places where one is signed in. */
import type { PersonalEntry, SessionRow } from '../../storage/review-book.ts';
import { foreign, html, none, type Html } from '../html.ts';
import type { Visit } from '../parts.ts';
import { ZONES } from '../preferences.ts';
import { LANGUAGES } from '../../words/languages.ts';
import { dateOf, when } from '../speech.ts';
import { hidden, page, type Chrome } from './page.ts';

export interface PreferenceFacts {
  readonly entries: readonly PersonalEntry[];
  readonly sessions: readonly (SessionRow & { readonly isThis: boolean })[];
  readonly told: Html | null;
}

const TIMES_SHOWN = 3;

export function preferencesPage(chrome: Chrome & { readonly visit: Visit }, { entries, sessions, told }: PreferenceFacts): Html {
  const { visit } = chrome;
  const { say, formToken } = visit;
  return page(chrome, { title: say('preferences.title'), place: 'preferences', told }, html`<h1>${say('preferences.title')}</h1>
<form method="post" action="/preferences" class="card">${hidden('form', formToken)}
${digest(visit)}
<label class="block"><span class="label">${say('preferences.language')}</span><select name="language"><option value="">${say('preferences.language-auto')}</option>${Object.entries(LANGUAGES).map(([code, name]) => html`<option value="${code}" lang="${code}"${visit.preferences.language === code ? html` selected` : none}>${name}</option>`)}</select></label>
<label class="block"><span class="label">${say('preferences.timezone')}</span><select name="timezone"><option value="">${say('preferences.timezone-auto')}</option>${zones(visit)}</select></label>
<label class="block"><span class="label">${say('preferences.phrase')}</span><input type="text" name="phrase" value="${visit.preferences.phrase}" maxlength="80" autocomplete="off"><span class="quiet">${say('preferences.phrase-hint')}</span></label>
<button class="primary">${say('preferences.save')}</button></form>
<section class="card"><h2>${say('preferences.senders')}</h2>${entries.length === 0 ? html`<p class="quiet">${say('preferences.no-senders')}</p>` : html`<ul class="attachments">${entries.map((entry) => senderLine(visit, entry))}</ul>`}</section>
<section class="card"><h2>${say('preferences.sessions')}</h2><ul class="attachments">${sessions.map((session) => html`<li>${foreign(session.agent || '–', 120)} <span class="quiet">${say('preferences.seen', { when: when(session.seenAt, visit) })}${session.isThis ? html` – ${say('preferences.this-one')}` : none}</span></li>`)}</ul>
<form method="post" action="/sign-out">${hidden('form', formToken)}${hidden('everywhere', 'yes')}<button class="secondary">${say('preferences.sign-out-everywhere')}</button></form></section>`);
}

function digest({ say, preferences, language }: Visit): Html {
  const choice = (value: string): Html => html`<label class="choice"><input type="radio" name="digest" value="${value}"${preferences.digest === value ? html` checked` : none}>${say(`preferences.digest.${value}`)}</label>`;
  const day = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return html`<fieldset><legend>${say('preferences.digest')}</legend>${choice('policy')}${choice('own')}${choice('none')}</fieldset>
<fieldset><legend>${say('preferences.at')}</legend><div class="row wrap">${Array.from({ length: TIMES_SHOWN }, (_, i) => html`<label><span class="hidden">${say('preferences.at-number', { number: i + 1 })}</span><input type="time" name="at" value="${preferences.digest === 'own' || i === 0 ? (preferences.at[i] ?? '') : ''}"></label>`)}</div></fieldset>
<fieldset><legend>${say('preferences.days')}</legend><div class="choices">${[1, 2, 3, 4, 5, 6, 7].map((number) => html`<label class="choice"><input type="checkbox" name="days" value="${number}"${preferences.days.includes(number) ? html` checked` : none}>${day.format(Date.UTC(2024, 0, number))}</label>`)}</div></fieldset>`;
}

/** By part of the world, as the names begin. */
function zones({ preferences }: Visit): Html {
  const byPart = Map.groupBy([...ZONES].sort(), (name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : ''));
  const option = (name: string): Html => html`<option value="${name}"${preferences.timezone === name ? html` selected` : none}>${name.slice(name.indexOf('/') + 1).replaceAll('_', ' ').replaceAll('/', ' – ')}</option>`;
  return html`${[...byPart].map(([part, names]) => (part === '' ? html`${names.map(option)}` : html`<optgroup label="${part}">${names.map(option)}</optgroup>`))}`;
}

function senderLine(visit: Visit, entry: PersonalEntry): Html {
  const { say, formToken } = visit;
  return html`<li><form method="post" action="/preferences/senders" class="row wrap">${hidden('form', formToken)}${hidden('for', entry.recipient)}${hidden('sender', entry.sender)}${hidden('kind', entry.kind)}<span class="grow">${foreign(entry.sender)} <span class="quiet">${say(`preferences.${entry.kind}`, { until: dateOf(entry.until, visit) })}${entry.recipient === visit.viewer.address ? none : html` (${foreign(entry.recipient)})`}</span></span><button class="plain">${say('preferences.remove')}<span class="hidden"> ${entry.sender}</span></button></form></li>`;
}
