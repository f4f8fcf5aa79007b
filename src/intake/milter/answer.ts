/** PURE. What was decided, as an MTA is told: a reply, or what becomes of the message that it holds. */
import type { DeliveryGroup, Edits, Reply } from '../../pipeline.ts';
import { replyLines } from '../reply.ts';
import type { Agreement } from './negotiation.ts';
import type { BuiltField } from './rebuild.ts';
import type { FilterReply } from './wire.ts';

export interface Delivered {
  readonly bytes: Buffer;
  readonly fields: readonly BuiltField[];
  readonly recipientWords: readonly string[];
  readonly agreement: Agreement;
  /** Whom the MTA is to deliver to, and what changes; null: nobody. */
  readonly group: DeliveryGroup | null;
}

/**
 * A 4xx or 5xx. Sendmail uses the text as a format, so that a per cent sign is written twice (Postfix undoes it);
 * both take an enhanced code for granted.
 */
export function replyCode(reply: Reply, utf8: boolean): FilterReply {
  const lines = replyLines({ ...reply, enhanced: reply.enhanced ?? `${Math.floor(reply.code / 100)}.0.0` }, { utf8 });
  return { type: 'replyCode', text: bytesOf(lines.replace(/\r\n$/, '').replaceAll('%', '%%')) };
}

/** Everything that comes after a 2xx: changes, then the word that ends it. */
export function deliverReplies({ bytes, fields, recipientWords, agreement, group }: Delivered): FilterReply[] {
  // The MTA says 250 and forgets it: everybody's copy is ours now.
  if (group === null) return [{ type: 'discard' }];
  const out = agreement.mayChangeHeaders ? changeReplies(bytes, fields, group.edits, agreement.leadingSpace) : [];
  if (agreement.mayAddHeaders) out.push(...addReplies(addedText(fields, group.edits), agreement.leadingSpace));
  const goes = new Set(group.recipients);
  const gone = new Set(recipientWords.filter((_, at) => !goes.has(at)));
  // The same address may have been given twice; it is one to the MTA, and has one verdict.
  for (const word of gone) if (!recipientWords.some((each, at) => each === word && goes.has(at))) out.push({ type: 'deleteRecipient', text: word });
  return [...out, { type: 'continue' }];
}

/** Forged fields out, the last first, so that the others keep their numbers; then the subjects. */
function changeReplies(bytes: Buffer, fields: readonly BuiltField[], edits: Edits, leadingSpace: boolean): FilterReply[] {
  const isForged = ({ start }: BuiltField): boolean => edits.removed.some(([from, to]) => start >= from && start < to);
  const out: FilterReply[] = edits.removed.length === 0 ? [] : fields.filter(isForged).toSorted((a, b) => b.index - a.index)
    .map(({ name, index }) => ({ type: 'changeHeader', index, name, value: '' }));
  for (const { at, text } of edits.subject?.inserts ?? []) {
    const field = fields.find((each) => at >= each.valueStart && at < each.end);
    if (field === undefined) continue; // A subject that is missing comes whole, on top.
    const value = bytes.toString('latin1', field.valueStart, at) + bytesOf(text) + bytes.toString('latin1', at, field.end).replace(/\r\n$/, '');
    out.push({ type: 'changeHeader', index: field.index, name: field.name, value: onTheWire(value, leadingSpace) });
  }
  return out;
}

/** Whole fields that go on top, topmost first. */
function addedText(fields: readonly BuiltField[], edits: Edits): string {
  const missing = (edits.subject?.inserts ?? []).filter(({ at }) => !fields.some((each) => at >= each.valueStart && at < each.end));
  return edits.added + missing.map(({ text }) => text).join('');
}

/** Each is put on top of what is there, so the last goes first. */
function addReplies(added: string, leadingSpace: boolean): FilterReply[] {
  return bytesOf(added).split(/\r\n(?![ \t])/).filter((field) => field !== '').reverse().map((field) => {
    const colon = field.indexOf(':');
    return { type: 'insertHeader', index: 0, name: field.slice(0, colon), value: onTheWire(field.slice(colon + 1), leadingSpace) };
  });
}

/** Lines end with '\n' there, and an MTA that did not agree to leading white space puts a space itself. */
function onTheWire(value: string, leadingSpace: boolean): string {
  const lines = value.replaceAll('\r\n', '\n');
  return leadingSpace ? lines : lines.replace(/^ /, '');
}

const bytesOf = (text: string): string => (/^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1'));
