/** Raw bytes to a Message, under limits: the only parser on the decision path. */
import { readMailboxes } from './addresses.ts';
import { type DecodedContent, decodeContent } from './content.ts';
import { Findings } from './defects.ts';
import { decodeWords } from './encoded-words.ts';
import { guessLanguage } from './language.ts';
import { scanLines } from './lines.ts';
import type { HeaderField, Mailbox, Message, Part } from './message.ts';
import { readContents } from './text.ts';
import { readTree } from './tree.ts';

export { toCrlf } from './lines.ts';

/**
 * Reads a message (RFC 5322, RFC 2045 to 2047, RFC 2231). Never throws, whatever the bytes. What is malformed is in
 * `defects`, what could not be looked at in `unopened`. Bounds: `parse` in limits.ts.
 */
export function walk(bytes: Buffer): Message {
  const findings = new Findings();
  scanLines(bytes, findings);
  const { root, parts, fields } = readTree(bytes, findings);
  for (const part of parts) reportUnreadable(part, findings);
  const contents = readContents(bytes, root, findings);
  const subject = fields.get('subject');
  findings.decodeAnew();
  return {
    header: root.header, root, parts,
    subject: subject === undefined ? '' : decodeWords(subject.value, findings, subject.start),
    from: mailboxes(root.header, fields, 'from', findings),
    replyTo: mailboxes(root.header, fields, 'reply-to', findings),
    to: mailboxes(root.header, fields, 'to', findings),
    cc: mailboxes(root.header, fields, 'cc', findings),
    messageId: fields.get('message-id')?.value ?? null,
    ...contents,
    language: guessLanguage(contents.text),
    defects: findings.defects, unopened: findings.unopened,
  };
}

/**
 * Undoes a part's transfer encoding. For message/* and multipart/* the content as it stands. Never throws.
 * @param bytes of the message that the part was found in  @param maxBytes of decoded content
 */
export function decodePart(bytes: Buffer, part: Part, maxBytes: number): DecodedContent {
  return decodeContent(part.within ?? bytes, part.bodyStart, part.bodyEnd, part.encoding, maxBytes);
}

/** All fields of the name count: where two From fields stand, readers show either. */
function mailboxes(header: readonly HeaderField[], fields: ReadonlyMap<string, HeaderField>, key: string, findings: Findings): readonly Mailbox[] {
  const found: Mailbox[] = [];
  if (!fields.has(key)) return found;
  for (const field of header) if (field.key === key) found.push(...readMailboxes(field.value, findings, field.start));
  return found;
}

/** Content that nobody but the recipient, or nobody here, can open. */
function reportUnreadable(part: Part, findings: Findings): void {
  if (part.type === 'multipart/encrypted') findings.unopen('encrypted', part.path);
  else if (part.type === 'application/pkcs7-mime' || part.type === 'application/x-pkcs7-mime') {
    const signed = part.parameters['smime-type'] === 'signed-data' || part.parameters['smime-type'] === 'compressed-data';
    findings.unopen(signed ? 'opaque' : 'encrypted', part.path);
  } else if (part.type === 'message/partial') findings.unopen('partial', part.path);
  else if (part.type === 'message/external-body') findings.unopen('external-body', part.path);
}
