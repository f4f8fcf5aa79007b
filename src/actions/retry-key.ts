/**
 * PURE. By what a retried delivery is recognised: SHA-256 over the bytes without the fields that each attempt writes
 * anew (`Received`, `Return-Path`, `X-Usher-*`), MAIL FROM and the recipient.
 */
import { createHash } from 'node:crypto';
import { firstBytes, headerLines } from './header-lines.ts';

const FIRST_BYTES = firstBytes('rx');
const isWrittenAnew = (key: string): boolean => key === 'received' || key === 'return-path' || key.startsWith('x-usher-');

/**
 * Hashes the message once, for any number of recipients.
 * @param sender MAIL FROM as received, '' for the null reverse-path
 * @returns for a recipient (address key), 64 hex digits
 */
export function retryKeys(sender: string, bytes: Buffer): (recipient: string) => string {
  const hash = createHash('sha256');
  let from = 0;
  let length = 0;
  const take = (start: number, end: number): void => {
    if (end > start) hash.update(bytes.subarray(start, end));
    length += Math.max(0, end - start);
  };
  for (const field of headerLines(bytes, FIRST_BYTES)) {
    if (!isWrittenAnew(field.key)) continue;
    take(from, field.start);
    from = field.end;
  }
  take(from, bytes.length);
  // The length tells where the message ends and the envelope begins: no message can imitate another's envelope.
  return (recipient) => hash.copy().update(JSON.stringify([length, sender, recipient])).digest('hex');
}
