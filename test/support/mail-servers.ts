/**
 * The two mail servers of the end-to-end tests: a company's, whose smtpd asks the filter before it answers,
 * and a sender's, which relays to the first and keeps what comes back for its users.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { startPostfix, type RunningPostfix } from './postfix.ts';

/** Where the README's lines are used: the ports that stand there, and the ones to put in their place. */
export interface CompanyPorts {
  /** Where the world delivers: README `smtp`. */
  readonly smtp: number;
  /** Where the filter listens: README 2525. */
  readonly filter: number;
  /** Where the filter hands back what may pass: README 10026. */
  readonly reinjection: number;
}

/** The master.cf lines of README.md, as they stand there but for ports and chroot. */
export function readmeListeners(ports: CompanyPorts): string {
  const readme = readFileSync(resolve('README.md'), 'utf8');
  const block = /^smtp +inet[\s\S]*?(?=^```)/m.exec(readme)?.[0];
  if (block === undefined) throw new Error('README.md shows no master.cf lines');
  const replaced: readonly (readonly [RegExp, string])[] = [
    // A chroot needs files below the queue directory that only Debian's start script copies there.
    [/^smtp( +inet +\S+ +\S+ +)\S+/m, `127.0.0.1:${ports.smtp}$1n`],
    [/(smtpd_proxy_filter=127\.0\.0\.1:)2525/, `$1${ports.filter}`],
    [/^(127\.0\.0\.1:)10026/m, `$1${ports.reinjection}`],
  ];
  return replaced.reduce((text, [pattern, by]) => {
    if (!pattern.test(text)) throw new Error(`README.md: master.cf lines without ${pattern}`);
    return text.replace(pattern, by);
  }, block);
}

/** Takes mail for example.com through the filter. */
export function startCompany(ports: CompanyPorts, mailboxes: readonly string[]): Promise<RunningPostfix> {
  return startPostfix({
    hostname: 'mx.example.com',
    ports: [ports.smtp, ports.reinjection],
    mailboxes,
    listeners: readmeListeners(ports),
  });
}

/** Sends everything that is not its own to `relayPort`, and stores bounces in its users' mailboxes. */
export function startSender(port: number, relayPort: number, mailboxes: readonly string[]): Promise<RunningPostfix> {
  return startPostfix({
    hostname: 'mail.sender.example',
    ports: [port],
    mailboxes,
    listeners: `127.0.0.1:${port} inet n - n - - smtpd`,
    settings: { relayhost: `[127.0.0.1]:${relayPort}` },
  });
}
