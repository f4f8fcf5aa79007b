/**
 * A real Sendmail in a temporary directory with Usher as its milter, by the lines of docs/operators.md. Its programs are
 * unpacked beside the system (scripts/debian-packages.ts). It relays everything to a server of the test's that stands for the mailboxes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SENDMAIL_DIR } from '../../scripts/debian-packages.ts';
import { startChild } from './child.ts';
import { sendmailLines } from './milter-lines.ts';
import type { Mta, MtaPorts } from './mta.ts';
import { startNextHop } from './next-hop.ts';
import { isListening } from './ports.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait.ts';

const CF_DIR = join(SENDMAIL_DIR, 'usr/share/sendmail/cf');
const BINARY = join(SENDMAIL_DIR, 'usr/libexec/sendmail/sendmail');
const LIBRARIES = execFileSync('/bin/sh', ['-c', 'dirname "$(find "$1/usr/lib" -name libwrap.so.0 | head -n 1)" 2>/dev/null || true', 'libraries', SENDMAIL_DIR], { encoding: 'utf8' }).trim();

function configuration(dir: string, ports: Pick<MtaPorts, 'smtp'>, milterLines: string, mailboxPort: number): string {
  return `divert(0)dnl
VERSIONID(\`usher-test')
OSTYPE(\`linux')dnl
define(\`confDOMAIN_NAME', \`mx.example.com')dnl
define(\`QUEUE_DIR', \`${dir}/queue')dnl
define(\`confPID_FILE', \`${dir}/sendmail.pid')dnl
define(\`STATUS_FILE', \`${dir}/statistics')dnl
define(\`confSERVICE_SWITCH_FILE', \`${dir}/service.switch')dnl
define(\`ALIAS_FILE', \`')dnl
define(\`confDELIVERY_MODE', \`background')dnl
define(\`confTO_IDENT', \`0')dnl
define(\`confREFUSE_LA', \`1000')dnl
define(\`confQUEUE_LA', \`1000')dnl
define(\`SMART_HOST', \`relay:[127.0.0.1]')dnl
define(\`RELAY_MAILER_ARGS', \`TCP $h ${mailboxPort}')dnl
FEATURE(\`no_default_msa')dnl
FEATURE(\`nocanonify')dnl
FEATURE(\`accept_unresolvable_domains')dnl
FEATURE(\`promiscuous_relay')dnl
DAEMON_OPTIONS(\`Name=World, Addr=127.0.0.1, Port=${ports.smtp}')dnl
${milterLines}MAILER(\`smtp')dnl
`;
}

/** Sendmail waits a minute when the machine's name has no domain, so it is given one of its own where that is possible. */
const WITH_A_NAME = 'if unshare --uts true 2>/dev/null; then exec unshare --uts /bin/sh -c \'hostname mx.example.com && exec "$@"\' named "$@"; else exec "$@"; fi';
const START_TIMEOUT_MS = 80_000;

export const startSendmailWithMilter = (ports: MtaPorts): Promise<Mta> => startSendmail(ports, sendmailLines(ports));

/** @param milterLines lines of sendmail.mc: the milter, and the listener for released mail */
export async function startSendmail(ports: Pick<MtaPorts, 'smtp' | 'released'>, milterLines: string): Promise<Mta> {
  const { path: dir, remove } = tempDir('sendmail', 0o755);
  const mailboxes = await startNextHop({ capabilities: ['SIZE 52428800', '8BITMIME'] });
  mkdirSync(join(dir, 'queue'), { mode: 0o700 });
  writeFileSync(join(dir, 'service.switch'), 'hosts files\naliases files\n');
  writeFileSync(join(dir, 'sendmail.mc'), configuration(dir, ports, milterLines, (mailboxes.address as { readonly port: number }).port));
  const cf = execFileSync('/usr/bin/m4', [`-D_CF_DIR_=${CF_DIR}/`, join(CF_DIR, 'm4/cf.m4'), join(dir, 'sendmail.mc')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  writeFileSync(join(dir, 'sendmail.cf'), cf);
  const daemon = await startChild('/bin/sh', ['-c', WITH_A_NAME, 'sendmail', BINARY, '-bD', '-C', join(dir, 'sendmail.cf'), '-q2s', '-X', join(dir, 'trace')], { env: { ...process.env, LD_LIBRARY_PATH: LIBRARIES } });
  const messages = (address: string): string[] => mailboxes.messages.filter(({ recipients }) => recipients.some((each) => each.address === address))
    .map(({ bytes }) => bytes.toString('latin1').replaceAll('\r\n', '\n'));
  const queue = (): string => execFileSync('/bin/sh', ['-c', WITH_A_NAME, 'sendmail', BINARY, '-bp', '-C', join(dir, 'sendmail.cf')], { encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH: LIBRARIES } });
  const stop = async (): Promise<void> => {
    await daemon.stop();
    await mailboxes.close();
    remove();
  };
  try {
    for (const port of [ports.smtp, ports.released]) await waitFor(`Sendmail on port ${port}`, () => isListening(port), START_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw new Error(`Sendmail did not start: ${daemon.output()}`, { cause: error });
  }
  return {
    messages, stop, log: () => daemon.output() + readFileSync(join(dir, 'trace'), 'utf8'),
    waitForMessage: (address, text, timeoutMs = 15_000) => waitFor(`a message with "${text}" for ${address}`, () => messages(address).find((message) => message.includes(text)), timeoutMs),
    settled: async () => { await waitFor('an empty queue', () => queue().includes('empty')); },
  };
}
