/** PURE. The block of our own fields on top of a held file: it tells whoever looks with a mail program why the message is there. */
import { fieldText, folded, pairText } from './field-text.ts';
import type { Envelope } from '../message/envelope.ts';
import type { HeldRow } from '../storage/store.ts';

/**
 * Whole fields with CRLF. The message as received follows byte for byte; the length of this block stands in the row, so release takes it off exactly.
 * @param recipients as received
 */
export function heldHead(envelope: Envelope, row: Pick<HeldRow, 'policy' | 'score' | 'kind' | 'reason'>, recipients: readonly string[]): Buffer {
  // Addresses stand as they were received, in UTF-8 where SMTPUTF8 brought that: this file is for a mail program to show, it is not sent.
  const address = (raw: string): string => fieldText(raw, true);
  return Buffer.from([
    `Return-Path: <${address(envelope.sender.raw)}>\r\n`,
    `X-Usher-Id: ${envelope.id}\r\n`,
    `X-Usher-Verdict: quarantine; policy=${pairText(row.policy)}; score=${row.score?.toFixed(2) ?? 'unknown'}; kind=${row.kind}\r\n`,
    `X-Usher-Reason: ${row.reason}\r\n`,
    folded('X-Usher-Held-For', recipients.map((each, i) => address(each) + (i < recipients.length - 1 ? ',' : ''))),
  ].join(''), 'utf8');
}
