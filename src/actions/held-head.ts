/** PURE. The block of our own fields on top of a held file: it tells whoever looks with a mail program why the message is there. */
import type { Envelope } from '../message/envelope.ts';
import type { HeldRow } from '../storage/store.ts';

/**
 * Whole fields with CRLF. The message as received follows byte for byte; the length of this block stands in the row, so release takes it off exactly.
 * @param recipients as received
 */
export function heldHead(envelope: Envelope, row: Pick<HeldRow, 'policy' | 'score' | 'kind' | 'reason'>, recipients: readonly string[]): Buffer {
  const fields = [
    `Return-Path: <${printable(envelope.sender.raw)}>`,
    `X-Usher-Id: ${envelope.id}`,
    `X-Usher-Verdict: quarantine; policy=${printable(row.policy)}; score=${row.score.toFixed(2)}; kind=${row.kind}`,
    `X-Usher-Reason: ${row.reason}`,
    // One recipient a line keeps each line within RFC 5322 2.1.1.
    `X-Usher-Held-For: ${recipients.map(printable).join(',\r\n ')}`,
  ];
  return Buffer.from(`${fields.join('\r\n')}\r\n`, 'utf8');
}

/** Control characters (a line break above all) cannot come from here, whatever an address holds. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, '?');
}
