/** Messages for tests, written as they travel. */
import { toCrlf, walk } from '../../src/message/walk.ts';
import { gather } from '../../src/signals/gather.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import type { Signal, SignalFamily, SignalInput } from '../../src/signals/signal.ts';
import { envelope } from './envelope.ts';
import type { EnvelopeTraits } from './envelope.ts';

export interface MailTraits extends EnvelopeTraits {
  /** Fields that replace those of the same name; null leaves a field out. */
  readonly header?: Readonly<Record<string, string | null>>;
  /** Whole fields put on top, e.g. a second From. */
  readonly extra?: string;
  readonly body?: string;
  readonly ourDomains?: readonly string[];
}

const HEADER: Readonly<Record<string, string>> = {
  Received: 'from mail.example.net by mx.example.com; Fri, 15 Jan 2027 11:59:58 +0000',
  From: 'Anna Smith <anna@example.net>',
  To: 'Bob <bob@example.com>',
  Subject: 'Lunch on Friday',
  Date: 'Fri, 15 Jan 2027 11:59:00 +0000',
  'Message-ID': '<1234@example.net>',
  'MIME-Version': '1.0',
  'Content-Type': 'text/plain; charset=utf-8',
};

export const BODY = 'Hello Bob,\n\nshall we have lunch on Friday at the usual place?\n\nAnna\n';

/** An everyday letter, changed as asked; what every family should find nothing odd about. */
export function input(traits: MailTraits = {}): SignalInput {
  const header = Object.entries({ ...HEADER, ...traits.header }).filter(([, value]) => value !== null);
  const text = `${traits.extra ?? ''}${header.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${traits.body ?? BODY}`;
  const bytes = toCrlf(Buffer.from(text));
  return { envelope: envelope(traits), message: walk(bytes), bytes, ourDomains: new Set(traits.ourDomains ?? ['example.com']) };
}

/** Present signals of one family, name to value. */
export function found(family: SignalFamily, traits: MailTraits = {}): Readonly<Record<string, unknown>> {
  return presentOf(family.gather(input(traits)));
}

export function presentOf(signals: readonly Signal[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(signals.flatMap((signal) => (signal.state === 'present' ? [[signal.name, signal.value]] : [])));
}

export const gatherOffline = (traits: MailTraits = {}) => gather(input(traits), offlineResolver, 1000);

/** HTML as the whole message. */
export const html = (body: string): MailTraits => ({ header: { 'Content-Type': 'text/html; charset=utf-8' }, body });

/** A text and one attached file. */
export function attached(filename: string, data: Buffer | string, type = 'application/octet-stream', text = BODY): MailTraits {
  const encoded = Buffer.from(data).toString('base64').replace(/.{76}/g, '$&\n');
  const part = `Content-Type: ${type}; name="${filename}"\nContent-Disposition: attachment; filename="${filename}"\nContent-Transfer-Encoding: base64\n\n${encoded}\n`;
  return { header: { 'Content-Type': 'multipart/mixed; boundary=b' }, body: `--b\nContent-Type: text/plain; charset=utf-8\n\n${text}\n--b\n${part}--b--\n` };
}
