/** PURE. What stands round every page. */
import { foreign, html, none, type Html } from '../html.ts';
import type { Speech, Visit } from '../parts.ts';

export type Place = 'list' | 'rejected' | 'asked' | 'policies' | 'preferences' | 'operator' | 'elsewhere';

export interface PageFacts {
  readonly title: string;
  readonly place: Place;
  /** Said on top: what has just been done. */
  readonly told?: Html | null;
}

/** Changes with the files, so that no browser shows an old style with new pages. */
export interface AssetVersion {
  readonly assetVersion: string;
}

export type Chrome = AssetVersion & { readonly speech: Speech; readonly visit: Visit | null };

export function page({ speech, visit, assetVersion }: Chrome, facts: PageFacts, body: Html): Html {
  const { say, language } = speech;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${facts.title} – ${say('product')}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/usher.css?${assetVersion}">
<script src="/assets/usher.js?${assetVersion}" defer></script>
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header class="top">
<div class="inside">
<a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28"> ${say('product')}</a>
${visit === null ? none : navigation(visit, facts.place)}
</div>
</header>
<main id="main" class="inside">
${facts.told ? html`<div class="told" role="status">${facts.told}</div>` : none}
${body}
</main>
${visit === null ? none : footer(visit)}
</body>
</html>`;
}

function navigation({ say, viewer }: Visit, place: Place): Html {
  const link = (target: Place, href: string, text: string): Html => html`<li><a href="${href}"${place === target ? html` aria-current="page"` : none}>${text}</a></li>`;
  const judges = viewer.approves.length > 0 || viewer.owns.length > 0 || viewer.isOperator;
  return html`<nav aria-label="${say('nav.label')}"><ul>
${link('list', '/', say('nav.list'))}
${link('rejected', '/rejected', say('nav.rejected'))}
${judges ? link('asked', '/asked', say('nav.asked')) : none}
${viewer.owns.length > 0 || viewer.approves.length > 0 ? link('policies', '/policies', say('nav.policies')) : none}
${viewer.isOperator ? link('operator', '/operator', say('nav.operator')) : none}
${link('preferences', '/preferences', say('nav.preferences'))}
</ul></nav>`;
}

function footer({ say, viewer, formToken }: Visit): Html {
  return html`<footer class="inside">
<p>${say('signed-in-as')} ${foreign(viewer.address)}</p>
<form method="post" action="/sign-out">${hidden('form', formToken)}<button class="plain">${say('sign-out')}</button></form>
</footer>`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** A page that says one thing. */
export function note(chrome: Chrome, title: string, paragraphs: readonly (string | Html)[], more: Html = none): Html {
  return page(chrome, { title, place: 'elsewhere' }, html`<section class="card narrow"><h1>${title}</h1>${paragraphs.map((text) => html`<p>${text}</p>`)}${more}</section>`);
}
