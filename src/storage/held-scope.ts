/** PURE. Whose a held row is, as words of the search index. */
import { createHash } from 'node:crypto';
import { withoutPlus } from '../policy/match.ts';

/** The mailbox that an address belongs to: `name+anything@domain` is `name@domain`. */
export function mailboxOf(recipient: string): string {
  return withoutPlus(recipient) ?? recipient;
}

/** A word that no text can hold by chance. */
export function scopeWord(kind: 'mailbox' | 'policy', name: string): string {
  return `${kind[0]}${createHash('sha256').update(`${kind}\n${name}`).digest('hex').slice(0, 20)}`;
}

export function scopesOf(recipient: string, policy: string): { readonly mailbox: string; readonly words: string } {
  const mailbox = mailboxOf(recipient);
  return { mailbox, words: `${scopeWord('mailbox', mailbox)} ${scopeWord('policy', policy)}` };
}
