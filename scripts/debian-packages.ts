/**
 * What tests need beyond npm, and how Debian installs it. As root on Debian a missing part is installed;
 * elsewhere it stays missing and whoever needs it says so (test/support/requires.ts).
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** One thing that some tests need and npm cannot bring. */
export interface Part {
  readonly name: string;
  /** What it is for, as people read it beside the name. */
  readonly purpose: string;
  /** Debian packages that bring it. */
  readonly packages: readonly string[];
  /** It is there when all of these are. */
  readonly files: readonly string[];
  /** Answers for debconf, so that an installation asks nothing. */
  readonly debconf: readonly string[];
  /** The packages are only unpacked, into this folder: installed they would put others off the machine. */
  readonly unpackInto?: string;
  /** Why having the files is not enough on this machine; null when it is. */
  readonly unusable?: () => string | null;
}

const rootOnly = (): string | null => (isRoot() ? null : 'only root can start a mail server for the tests');

/** Sendmail and Postfix cannot both be installed; its files work from wherever they are, given a configuration. */
export const SENDMAIL_DIR = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'usher-tests', 'sendmail');

/** In alphabetical order. Add a part here; a suite asks for it with `requirement(name)`. */
export const parts: readonly Part[] = [
  {
    name: 'chromium',
    purpose: 'a real browser for the pages of people',
    packages: ['chromium'],
    files: ['/usr/bin/chromium'],
    debconf: [],
  },
  {
    name: 'dovecot',
    purpose: 'a real IMAP server, whose mailboxes people move mail in',
    packages: ['dovecot-imapd', 'dovecot-lmtpd', 'dovecot-sieve'],
    files: ['/usr/sbin/dovecot', '/usr/lib/dovecot/imap', '/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/modules/lib95_imap_sieve_plugin.so'],
    debconf: [],
    unusable: rootOnly,
  },
  {
    name: 'm4',
    purpose: "makes Sendmail's configuration",
    packages: ['m4'],
    files: ['/usr/bin/m4'],
    debconf: [],
  },
  {
    name: 'miltertest',
    purpose: 'speaks to a milter as a mail server does, from a script',
    packages: ['miltertest'],
    files: ['/usr/bin/miltertest'],
    debconf: [],
  },
  {
    name: 'postfix',
    purpose: 'a real mail server around the filter, and smtp-source and smtp-sink for load',
    packages: ['postfix'],
    files: ['/usr/sbin/postfix', '/usr/sbin/smtp-source', '/usr/sbin/smtp-sink'],
    debconf: ['postfix postfix/main_mailer_type select No configuration'],
    unusable: rootOnly,
  },
  {
    name: 'rspamd',
    purpose: 'another filter, for comparison in benchmarks',
    packages: ['rspamd'],
    files: ['/usr/bin/rspamd'],
    debconf: [],
  },
  {
    name: 'sendmail',
    purpose: 'the other mail server that speaks to milters',
    packages: ['sendmail-bin', 'sendmail-cf', 'libwrap0', 'libnsl2'],
    files: [join(SENDMAIL_DIR, 'usr/libexec/sendmail/sendmail'), join(SENDMAIL_DIR, 'usr/share/sendmail/cf/m4/cf.m4')],
    debconf: [],
    unpackInto: SENDMAIL_DIR,
    unusable: rootOnly,
  },
  {
    name: 'swaks',
    purpose: 'sends single test messages and shows the whole conversation',
    packages: ['swaks'],
    files: ['/usr/bin/swaks'],
    debconf: [],
  },
];

/** What came of looking for the parts. */
export interface Provision {
  /** Names of the parts that were installed just now. */
  readonly installed: readonly string[];
  /** Names of the parts that are still missing. */
  readonly missing: readonly string[];
  /** Why they could not be installed; null when nothing is missing. */
  readonly reason: string | null;
}

/** Names one part; an unknown name is a mistake of the caller. */
export function partNamed(name: string): Part {
  const part = parts.find((candidate) => candidate.name === name);
  if (part === undefined) throw new TypeError(`no part is called "${name}"; see scripts/debian-packages.ts`);
  return part;
}

/** Why a part cannot be used here; null when it can. */
export function whyMissing(part: Part): string | null {
  const absent = part.files.filter((file) => !existsSync(file));
  if (absent.length > 0) return `${absent.join(', ')} not found (Debian: apt-get install ${part.packages.join(' ')})`;
  return part.unusable?.() ?? null;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function isAbsent(part: Part): boolean {
  return part.files.some((file) => !existsSync(file));
}

/** Installs what is missing where that is possible. Output of apt-get goes to our standard error; never asks anything. */
export function provide(wanted: readonly Part[] = parts): Provision {
  const absent = wanted.filter(isAbsent);
  if (absent.length === 0) return { installed: [], missing: [], reason: null };
  const refusal = whyNoInstallation();
  const failure = refusal ?? install(absent);
  const missing = absent.filter(isAbsent);
  return {
    installed: absent.filter((part) => !missing.includes(part)).map((part) => part.name),
    missing: missing.map((part) => part.name),
    reason: missing.length === 0 ? null : (failure ?? 'the packages did not bring the expected files'),
  };
}

function whyNoInstallation(): string | null {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) return 'this is not a Debian machine';
  if (!isRoot()) return 'packages can be installed by root only';
  return null;
}

/** Null when apt-get said yes. */
function install(absent: readonly Part[]): string | null {
  const toInstall = absent.filter((part) => part.unpackInto === undefined);
  const packages = toInstall.flatMap((part) => part.packages);
  console.error(`Installing ${absent.flatMap((part) => part.packages).join(', ')} for the tests …`);
  return withoutStartingServices(() => {
    const update = run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', 'update']);
    if (update !== null) return update;
    const unpacked = absent.map(unpack).find((failure) => failure !== null) ?? null;
    if (unpacked !== null || packages.length === 0) return unpacked;
    const answers = toInstall.flatMap((part) => part.debconf);
    if (answers.length > 0) {
      const preset = run('debconf-set-selections', [], answers.join('\n') + '\n');
      if (preset !== null) return preset;
    }
    return run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', 'install', '--no-install-recommends', ...packages]);
  });
}

/** Null when it is not one to unpack, or was unpacked; else a sentence. */
function unpack({ unpackInto: dir, packages }: Part): string | null {
  if (dir === undefined) return null;
  mkdirSync(dir, { recursive: true });
  // Set-group-ID programs do not look for their libraries where we put them; nobody but root runs this one anyway.
  return run('sh', ['-ec', 'cd "$1"; shift; rm -f ./*.deb; apt-get -q download "$@"; for deb in ./*.deb; do dpkg -x "$deb" .; done; rm -f ./*.deb; chmod -R g-s usr', 'unpack', dir, ...packages]);
}

/** Null when the command succeeded, else a sentence. Its output goes to our standard error. */
function run(command: string, args: readonly string[], input = ''): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const { status, error } = spawnSync(command, args, { input, stdio: ['pipe', 2, 2], env, timeout: 600_000 });
  if (error !== undefined) return `${command} could not be run: ${error.message}`;
  return status === 0 ? null : `${command} ${args.at(-1) ?? ''} ended with exit code ${status}`;
}

/** Debian starts a service as soon as it is installed, unless this file says no (invoke-rc.d, exit code 101). */
const POLICY = '/usr/sbin/policy-rc.d';

function withoutStartingServices<T>(work: () => T): T {
  // One that is there already belongs to the machine's owner, and stays.
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
  chmodSync(POLICY, 0o755);
  try {
    return work();
  } finally {
    rmSync(POLICY, { force: true });
  }
}
