/**
 * PURE. Whether a message wants anything that unsolicited mail lives by: a link or a picture to be followed, answers led elsewhere,
 * something hidden in a file, an offer. A letter from one person to another mostly does not, whatever its form.
 */
import type { Message } from '../../message/message.ts';
import type { Signal } from '../../signals/signal.ts';

export type Asking = 'nothing' | 'little' | 'something';

const ELSEWHERE = new Set(['reply-elsewhere', 'reply-to-free-mail', 'reply-other-free-mail', 'reply-several', 'reply-lookalike', 'attachment-archive', 'attachment-only', 'attachment-page']);

/** @param offers see offers.ts */
export function askingOf(message: Message, signals: readonly Signal[], offers: number): Asking {
  const { html, links } = message;
  if (offers > 1 || (html !== null && html.remoteImages + html.inlineImages + html.forms > 0)) return 'something';
  if (links.some(({ url }) => /^https?:/i.test(url)) || signals.some(({ name, state }) => state === 'present' && ELSEWHERE.has(name))) return 'something';
  return offers === 0 ? 'nothing' : 'little';
}
