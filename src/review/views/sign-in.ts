/** PURE. Signing in. */
import { foreign, html, none, type Html } from '../html.ts';
import { hidden, page, type Chrome } from './page.ts';

export function signInPage(chrome: Chrome, { next, typed, problem }: { readonly next: string; readonly typed: string; readonly problem: 'address' | null }): Html {
  const { say } = chrome.speech;
  return page(chrome, { title: say('sign-in.title'), place: 'elsewhere' }, html`<section class="card narrow">
<h1>${say('sign-in.title')}</h1>
<p>${say('sign-in.lead')}</p>
${problem === null ? none : html`<p class="problem" role="alert">${say(`sign-in.problem.${problem}`)}</p>`}
<form method="post" action="/sign-in">${hidden('next', next)}
<label class="block"><span class="label">${say('sign-in.address')}</span><input type="email" name="address" value="${typed}" required maxlength="400" autocomplete="email" autofocus></label>
<button class="primary wide">${say('sign-in.send')}</button></form>
</section>`);
}

export function codePage(chrome: Chrome, { problem }: { readonly problem: 'wrong' | 'expired' | 'too-many' | null }): Html {
  const { say } = chrome.speech;
  return page(chrome, { title: say('sign-in.sent-title'), place: 'elsewhere' }, html`<section class="card narrow">
<h1>${say('sign-in.sent-title')}</h1>
<p>${say('sign-in.sent')}</p>
${problem === null ? none : html`<p class="problem" role="alert">${say(`sign-in.problem.${problem}`)}</p>`}
<form method="post" action="/sign-in/code">
<label class="block"><span class="label">${say('sign-in.code')}</span><input class="code" type="text" name="code" inputmode="numeric" pattern="[0-9 \\-]{6,9}" maxlength="9" autocomplete="one-time-code" required autofocus></label>
<button class="primary wide">${say('sign-in.use-code')}</button></form>
<p class="quiet">${say('sign-in.not-come')} <a href="/sign-in">${say('sign-in.again')}</a></p>
</section>`);
}

/** Behind the link of the mail: opening it does nothing, the button does. */
export function confirmPage(chrome: Chrome, { address, path }: { readonly address: string; readonly path: string }): Html {
  const { say } = chrome.speech;
  return page(chrome, { title: say('sign-in.confirm-title'), place: 'elsewhere' }, html`<section class="card narrow">
<h1>${say('sign-in.confirm-title')}</h1>
<p>${say('sign-in.confirm')}</p>
<p class="big">${foreign(address)}</p>
<form method="post" action="${path}"><button class="primary wide">${say('sign-in.go')}</button></form>
<p class="quiet">${say('sign-in.not-you')}</p>
</section>`);
}
