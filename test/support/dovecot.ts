/**
 * A real Dovecot in a temporary directory: IMAP on a port, LMTP on a unix socket, the Sieve scripts and settings of
 * docs/operators.md. Nothing of the machine's own Dovecot is read or touched but its programs. Needs root, see requires.ts.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startChild } from './child.ts';
import { operatorLines } from './operator-lines.ts';
import { isListening } from './ports.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait.ts';

export const PASSWORD = 'secret';

export interface RunningDovecot {
  /** Where it takes mail in. */
  readonly lmtpPath: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const settings = (dir: string, imap: number): string => `
base_dir = ${dir}/run
state_dir = ${dir}/state
instance_name = usher-test-${imap}
log_path = ${dir}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/mail
first_valid_uid = 1
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${dir}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Trash {
    auto = create
  }
  mailbox Junk {
    auto = create
  }
}
service imap-login {
  inet_listener imap {
    port = ${imap}
  }
}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
  postmaster_address = postmaster@example.com
}
plugin {
  sieve_before = ${dir}/sieve/junk.sieve
}
${operatorLines(/^protocol imap/, { '/etc/dovecot/sieve': `${dir}/sieve`, '/usr/local/bin/usher-learn.sh': `${dir}/usher-learn.sh`, 'user = usher': 'user = root', 'user = vmail': 'user = nobody' })}`;

/** @param usherConfig path of the usher.yaml that lessons are for */
export async function startDovecot(imap: number, usherConfig: string): Promise<RunningDovecot> {
  const { path: dir, remove } = tempDir('dovecot', 0o755);
  for (const name of ['run', 'state', 'sieve', 'lessons']) mkdirSync(join(dir, name), { mode: 0o755 });
  mkdirSync(join(dir, 'mail'));
  chmodSync(join(dir, 'mail'), 0o777);
  writeFileSync(join(dir, 'sieve/junk.sieve'), operatorLines(/X-Usher-Verdict" "junk-folder/));
  writeFileSync(join(dir, 'sieve/usher-unwanted.sieve'), operatorLines(/"--unwanted", "\$/));
  writeFileSync(join(dir, 'sieve/usher-wanted.sieve'), operatorLines(/"--wanted", "\$/));
  writeFileSync(join(dir, 'usher-learn.sh'), operatorLines(/^#!\/bin\/sh/, { '/var/lib/usher': join(dir, 'lessons'), '/opt/usher': resolve('.'), '/etc/usher/usher.yaml': usherConfig }), { mode: 0o755 });
  const config = join(dir, 'dovecot.conf');
  writeFileSync(config, settings(dir, imap));
  for (const name of ['junk', 'usher-unwanted', 'usher-wanted']) execFileSync('/usr/bin/sievec', ['-c', config, join(dir, `sieve/${name}.sieve`)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const daemon = await startChild('/usr/sbin/dovecot', ['-F', '-c', config]);
  const log = (): string => daemon.output() + (existsSync(join(dir, 'log')) ? readFileSync(join(dir, 'log'), 'utf8') : '');
  const stop = async (): Promise<void> => {
    await daemon.stop();
    remove();
  };
  const lmtpPath = join(dir, 'run/lmtp');
  try {
    await waitFor('Dovecot', async () => existsSync(lmtpPath) && await isListening(imap));
  } catch (error) {
    const said = log();
    await stop();
    throw new Error(`Dovecot did not start: ${said}`, { cause: error });
  }
  return { lmtpPath, log, stop };
}
