/**
 * A real Postfix in a temporary directory: own configuration, queue, ports and mailboxes; nothing of the machine's
 * own Postfix is read or touched but its programs. Needs root (Postfix does), see requires.ts.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, startChild, type RunningChild } from './child.ts';
import { isListening } from './ports.ts';
import { tempDir } from './temp-dir.ts';
import type { Mta } from './mta.ts';
import { waitFor } from './wait.ts';

export interface PostfixOptions {
  readonly hostname: string;
  /** Ports that must be open before it counts as started. */
  readonly ports: readonly number[];
  /** Mailboxes, as addresses; their domains are the ones it takes mail for. */
  readonly mailboxes: readonly string[];
  /** Network listeners: whole entries of master.cf. */
  readonly listeners: string;
  /** Further settings of main.cf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostfix extends Mta {
  readonly dir: string;
  /** What waits in the queue, in the words of postqueue. */
  readonly queue: () => string;
  /** Tries everything in the queue again, now. */
  readonly flush: () => Promise<void>;
}

/** No test needs it longer; the last resort should everything else that ends it fail. */
const LIFETIME_SECONDS = 1200;
/** `nobody`: mail is delivered under neither root's nor Postfix's own identity. */
const MAILBOX_UID = 65534;

const SERVICES = `
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
`;

function mainCf(dir: string, options: PostfixOptions): string {
  const domains = [...new Set(options.mailboxes.map((address) => address.slice(address.indexOf('@') + 1)))];
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: join(dir, 'queue'),
    data_directory: join(dir, 'data'),
    maillog_file: join(dir, 'mail.log'),
    maillog_file_prefixes: dir,
    myhostname: options.hostname,
    mydestination: '',
    local_recipient_maps: '',
    alias_maps: '',
    alias_database: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    smtpd_peername_lookup: 'no',
    smtp_dns_support_level: 'disabled',
    notify_classes: '',
    virtual_mailbox_domains: domains.join(' '),
    virtual_mailbox_base: join(dir, 'mail'),
    virtual_mailbox_maps: `inline:{ ${options.mailboxes.map((address) => `{ ${address} = ${address}/ }`).join(', ')} }`,
    virtual_uid_maps: `static:${MAILBOX_UID}`,
    virtual_gid_maps: `static:${MAILBOX_UID}`,
    // A test cannot wait for the usual minutes.
    queue_run_delay: '1s',
    minimal_backoff_time: '1s',
    maximal_backoff_time: '2s',
    ...options.settings,
  };
  return Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`).join('');
}

function postconf(name: string): string {
  return execFileSync('/usr/sbin/postconf', ['-dh', name], { encoding: 'utf8' }).trim();
}

/** Starts a Postfix; throws with its log when it does not come up. */
export async function startPostfix(options: PostfixOptions): Promise<RunningPostfix> {
  // Postfix works as `postfix`, mailboxes belong to `nobody`: both must be able to pass through.
  const { path: dir, remove } = tempDir('postfix', 0o755);
  for (const name of ['queue', 'data', 'mail']) mkdirSync(join(dir, name));
  const uid = Number(execFileSync('id', ['-u', postconf('mail_owner')], { encoding: 'utf8' }));
  chownSync(join(dir, 'data'), uid, -1);
  chownSync(join(dir, 'mail'), MAILBOX_UID, MAILBOX_UID);
  writeFileSync(join(dir, 'main.cf'), mainCf(dir, options));
  writeFileSync(join(dir, 'master.cf'), options.listeners.trim() + SERVICES);
  const checked = await runCommand('/usr/sbin/postfix', ['-c', dir, 'check']);
  if (checked.code !== 0) throw new Error(`postfix check: ${checked.output}`);
  const master = await startChild(join(postconf('daemon_directory'), 'master'), ['-c', dir, '-s', '-e', String(LIFETIME_SECONDS)]);
  const running = controls(dir, master, remove);
  try {
    for (const port of options.ports) await waitFor(`Postfix on port ${port}`, () => isListening(port));
  } catch (error) {
    const log = running.log();
    await running.stop();
    throw new Error(`Postfix did not start: ${checked.output}${master.output()}${log}`, { cause: error });
  }
  return running;
}

function controls(dir: string, master: RunningChild, remove: () => void): RunningPostfix {
  const log = (): string => readIfThere(join(dir, 'mail.log'));
  const messages = (address: string): string[] => {
    const files = ['new', 'cur'].flatMap((folder) => listIfThere(join(dir, 'mail', address, folder)));
    return files.map((file) => readFileSync(file, 'latin1'));
  };
  const queue = (): string => execFileSync('/usr/sbin/postqueue', ['-c', dir, '-p'], { encoding: 'utf8' });
  return {
    dir, messages, log,
    waitForMessage: async (address, text, timeoutMs = 15_000) => {
      try {
        return await waitFor(`a message with "${text}" for ${address}`, () => messages(address).find((message) => message.includes(text)), timeoutMs);
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${log()}`, { cause: error });
      }
    },
    queue,
    settled: async () => { await waitFor('an empty queue', () => queue().includes('empty')); },
    flush: async () => void (await runCommand('/usr/sbin/postqueue', ['-c', dir, '-f'])),
    stop: async () => {
      await master.stop();
      remove();
    },
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not written yet
  }
}

function listIfThere(dir: string): string[] {
  try {
    return readdirSync(dir).map((name) => join(dir, name));
  } catch {
    return []; // Postfix makes a mailbox with its first message
  }
}
