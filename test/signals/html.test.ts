import { html as family } from '../../src/signals/html.ts';
import { found, html } from '../support/signal-mail.ts';

const TEXT = '<p>Shall we have lunch on Friday at the usual place? I would be glad.</p>';
const HIDDEN = 'words that only a filter reads, many of them, again and again. '.repeat(4);

test.each<[string, string, readonly string[]]>([
  ['plain HTML', TEXT, ['html-only']],
  ['hidden text', `${TEXT.repeat(8)}<div style="display:none">${HIDDEN}</div>`, ['html-hidden-text', 'html-only']],
  ['more hidden than shown', `${TEXT}<div style="display:none">${HIDDEN}</div>`, ['html-hidden-text', 'html-mostly-hidden', 'html-only']],
  ['a little hidden, as a counter has', `${TEXT}<span style="display:none">x</span>`, ['html-only']],
  ['a preview and its filling', `${TEXT}<div style="display:none">Our offers for the autumn are here${'&zwnj;&nbsp;'.repeat(200)}</div>`, ['html-only']],
  ['a form', `${TEXT}<form action="x"><input name="q"></form>`, ['html-form', 'html-only']],
  ['a password field', `${TEXT}<form><input type="password"></form>`, ['html-form', 'html-only', 'html-password']],
  ['a script', `${TEXT}<script>x()</script>`, ['html-only', 'html-script']],
  ['a picture beside text', `${TEXT}<img src="https://example.net/a.png">`, ['html-only', 'html-remote-images']],
  ['nothing but a picture', '<img src="https://example.net/a.png">', ['html-image-only', 'html-only', 'html-remote-images', 'text-short']],
  ['hardly any text', '<p>Hi</p>', ['html-only', 'text-short']],
])('%s', (_title, body, expected) => expect(Object.keys(found(family, html(body))).sort()).toEqual(expected));

test('plain text beside it, and plain text alone', () => {
  const body = `--b\nContent-Type: text/plain\n\nShall we have lunch on Friday at the usual place?\n--b\nContent-Type: text/html\n\n${TEXT}\n--b--\n`;
  expect(found(family, { header: { 'Content-Type': 'multipart/alternative; boundary=b' }, body })).toEqual({});
  expect(found(family)).toEqual({});
  expect(found(family, { body: 'ok\n' })).toEqual({ 'text-short': true });
});
