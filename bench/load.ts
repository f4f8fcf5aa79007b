/** Load from Postfix's smtp-source, out of files of generated mail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../test/support/child.ts';
import type { GeneratedMail } from './mail.ts';

/** A message as a file for `smtp-source -F`, and its envelope sender. */
export interface MailFile {
  readonly file: string;
  readonly from: string;
  readonly sizeBytes: number;
}

/** smtp-source puts the CR in itself. */
export function writeMailFiles(dir: string, name: string, mails: readonly GeneratedMail[]): readonly MailFile[] {
  return mails.map((mail, n) => {
    const file = join(dir, `${name}-${n}.eml`);
    writeFileSync(file, mail.raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    return { file, from: mail.from, sizeBytes: mail.raw.length };
  });
}

export interface Load {
  readonly port: number;
  readonly to: string;
  readonly files: readonly MailFile[];
  /** All together; each file gets an equal share. */
  readonly messages: number;
  /** Connections at a time, all files together; each file has at least one, and all are sent at once. */
  readonly sessions: number;
  /** True: a connection carries one message after the other (-d); false: each message has its own. */
  readonly reuse: boolean;
}

/** Sends it all and gives the time it took in milliseconds, and how many messages it was. Throws when one was refused. */
export async function sendLoad({ port, to, files, messages, sessions, reuse }: Load): Promise<{ readonly ms: number; readonly messages: number }> {
  const each = Math.max(1, Math.round(messages / files.length));
  const sessionsEach = Math.min(each, Math.max(1, Math.round(sessions / files.length)));
  const begin = performance.now();
  await Promise.all(files.map(async ({ file, from }) => {
    const args = [...(reuse ? ['-d'] : []), '-s', String(sessionsEach), '-m', String(each), '-M', 'client.example', '-f', from, '-t', to, '-F', file, `127.0.0.1:${port}`];
    const source = await startChild('/usr/sbin/smtp-source', args);
    const { code } = await source.exited;
    if (code !== 0) throw new Error(`smtp-source ended with ${code}: ${source.output()}`);
  }));
  return { ms: performance.now() - begin, messages: each * files.length };
}
