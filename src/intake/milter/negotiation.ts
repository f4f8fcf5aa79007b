/** PURE. What we ask of an MTA at the beginning: only what is used, and only what it offers. */
import { milter } from '../../message/limits.ts';
import { ACTION, DATA_MAX_BYTES, MACRO_STAGE, STEP, VERSION, type Command, type FilterReply } from './wire.ts';

/** What holds for this connection. */
export interface Agreement {
  readonly mayAddHeaders: boolean;
  readonly mayChangeHeaders: boolean;
  readonly mayDeleteRecipients: boolean;
  /** Values of fields come and go with the white space behind their colon. */
  readonly leadingSpace: boolean;
  /** Commands that the MTA waits for a reply to. */
  readonly answers: (command: Command['type']) => boolean;
  /** By the letter of the packet. */
  readonly dataMaxBytes: (code: string) => number;
}

const WANTED_ACTIONS = ACTION.addHeaders | ACTION.changeHeaders | ACTION.deleteRecipients | ACTION.requestMacros;

/** RCPT is answered, because there may be too many; the end of the body is answered always. */
const SILENT: Partial<Record<Command['type'], number>> = {
  connect: STEP.noReplyConnect, helo: STEP.noReplyHelo, mail: STEP.noReplyMail, header: STEP.noReplyHeader, body: STEP.noReplyBody,
};
const ANSWERED: ReadonlySet<Command['type']> = new Set(['connect', 'helo', 'mail', 'recipient', 'data', 'header', 'endOfHeader', 'body', 'endOfBody', 'unknown']);

/** Unknown commands and the end of the header tell nothing that we would not know without. */
const WANTED_STEPS = Object.values(SILENT).reduce((sum, bit) => sum | bit, STEP.noUnknown | STEP.noEndOfHeader | STEP.leadingSpace);

/** Else the MTA sends what its operator configured, which may be less or much more. */
const MACROS = [
  { stage: MACRO_STAGE.connect, names: 'j' },
  { stage: MACRO_STAGE.helo, names: '{tls_version} {cipher}' },
  { stage: MACRO_STAGE.mail, names: 'i {auth_authen}' },
  { stage: MACRO_STAGE.endOfBody, names: 'i' },
] as const;

/**
 * Neither does DATA. But Postfix sends its macros all the same, in a small packet, and the message behind it then waits for the
 * acknowledgement of that (RFC 896), which comes 40 ms later (RFC 1122 section 4.2.3.2) unless we have something to say.
 */
const wantedSteps = (tcp: boolean): number => (tcp ? WANTED_STEPS : WANTED_STEPS | STEP.noData);

export type Offer = Extract<Command, { type: 'negotiate' }>;

/**
 * @param tcp over TCP, not a unix socket
 * @returns null for an MTA of the last century (version 1), with which there is nothing to agree
 */
export function negotiate(offer: Offer, tcp: boolean): { readonly reply: FilterReply; readonly agreement: Agreement } | null {
  if (offer.version < 2) return null;
  const actions = WANTED_ACTIONS & offer.actions;
  // Of both sizes the larger; a packet that is longer than agreed is refused.
  const size = offer.steps & (offer.steps & STEP.data1M ? STEP.data1M : STEP.data256K);
  const steps = (wantedSteps(tcp) & offer.steps) | size;
  const macros = (actions & ACTION.requestMacros) === 0 ? [] : MACROS;
  const has = (bits: number, bit: number): boolean => (bits & bit) !== 0;
  return {
    reply: { type: 'negotiate', version: Math.min(offer.version, VERSION), actions, steps, macros },
    agreement: Object.freeze({
      mayAddHeaders: has(actions, ACTION.addHeaders), mayChangeHeaders: has(actions, ACTION.changeHeaders), mayDeleteRecipients: has(actions, ACTION.deleteRecipients),
      leadingSpace: has(steps, STEP.leadingSpace),
      answers: (command: Command['type']) => ANSWERED.has(command) && !has(steps, SILENT[command] ?? 0),
      dataMaxBytes: limitsFor(has(size, STEP.data1M) ? DATA_MAX_BYTES.data1M : size === 0 ? DATA_MAX_BYTES.plain : DATA_MAX_BYTES.data256K),
    }),
  };
}

/** Before anything is agreed. */
export const plainLimits: Agreement['dataMaxBytes'] = limitsFor(DATA_MAX_BYTES.plain);

function limitsFor(dataMaxBytes: number): Agreement['dataMaxBytes'] {
  const headerMaxBytes = Math.max(dataMaxBytes, milter.headerPacketMaxBytes);
  return (code) => (code === 'L' ? headerMaxBytes : dataMaxBytes);
}

/** What the MTA does not let us do, in words for the log; empty: everything that is needed. */
export function lacking(agreement: Agreement): readonly string[] {
  return [
    ...(agreement.mayAddHeaders ? [] : ['fields cannot be added: neither verdicts nor the flag for the junk folder reach the mailbox']),
    ...(agreement.mayChangeHeaders ? [] : ['fields cannot be changed: subjects are not marked, and forged fields of ours stay']),
    ...(agreement.mayDeleteRecipients ? [] : ['recipients cannot be taken out: a message that some may have and others may not is put off']),
  ];
}
