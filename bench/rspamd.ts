/** rspamd from Debian's own configuration, with everything off that would ask the network or a database. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startChild } from '../test/support/child.ts';
import { freePort, isListening } from '../test/support/ports.ts';
import { tempDir } from '../test/support/temp-dir.ts';
import { waitFor } from '../test/support/wait.ts';

export interface RunningRspamd {
  readonly pid: number;
  /** Where it listens: for a mail server, or for HTTP. */
  readonly port: number;
  /** The same as a path, when it listens at one. */
  readonly socket: string | null;
  readonly version: string;
  readonly stop: () => Promise<void>;
}

/** What asks others: name servers, block lists, other services, Redis. What judges by the message alone stays. */
export const NETWORK_MODULES = [
  'antivirus', 'arc', 'asn', 'aws_s3', 'bimi', 'clickhouse', 'dcc', 'dkim', 'dkim_signing', 'dmarc', 'elastic', 'external_relay', 'external_services', 'fuzzy_check',
  'greylist', 'hfilter', 'history_redis', 'metadata_exporter', 'metric_exporter', 'mx_check', 'neural', 'p0f', 'ratelimit', 'rbl', 'replies', 'reputation', 'rspamd_update', 'spf', 'surbl', 'url_redirector',
] as const;

/**
 * One worker, whichever it is: one process judges all messages.
 * @param nameServer `127.0.0.1:port`, so that nothing it might still ask leaves the machine
 * @param as `milter`: for a mail server, `milter-socket`: at a path; `http`: for whole messages by POST to /checkv2
 */
export async function startRspamd(nameServer: string, as: 'milter' | 'milter-socket' | 'http'): Promise<RunningRspamd> {
  const { path: dir, remove } = tempDir('rspamd', 0o755);
  const port = await freePort();
  const etc = join(dir, 'etc');
  cpSync('/etc/rspamd', etc, { recursive: true });
  for (const name of ['db', 'run', 'log']) mkdirSync(join(dir, name));
  const local = (file: string, text: string): void => writeFileSync(join(etc, 'local.d', file), text);
  const socket = as === 'milter-socket' ? join(dir, 'run', 'milter.sock') : null;
  if (as !== 'http') local('worker-proxy.inc', `bind_socket = "${socket === null ? `127.0.0.1:${port}` : `${socket} mode=0666`}";\nmilter = yes;\ntimeout = 120s;\ncount = 1;\nupstream "local" {\n  default = yes;\n  self_scan = yes;\n}\n`);
  else local('worker-normal.inc', `bind_socket = "127.0.0.1:${port}";\ncount = 1;\n`);
  for (const worker of [as === 'http' ? 'proxy' : 'normal', 'controller', 'fuzzy']) local(`worker-${worker}.inc`, 'enabled = false;\n');
  for (const name of NETWORK_MODULES) local(`${name}.conf`, 'enabled = false;\n');
  local('phishing.conf', 'phishtank_enabled = false;\nopenphish_enabled = false;\n');
  local('options.inc', `filters = "chartable,regexp,mime_types";\ndns {\n  nameserver = ["${nameServer}"];\n}\n`);
  local('logging.inc', `type = "file";\nfilename = "${dir}/log/rspamd.log";\nlevel = "error";\n`);
  local('statistic.conf', 'classifier "bayes" {\n  enabled = false;\n}\n');
  execFileSync('chown', ['-R', '_rspamd:_rspamd', join(dir, 'db'), join(dir, 'run'), join(dir, 'log')]);
  const variables = { CONFDIR: etc, LOCAL_CONFDIR: etc, DBDIR: join(dir, 'db'), RUNDIR: join(dir, 'run'), LOGDIR: join(dir, 'log') };
  const child = await startChild('/usr/bin/rspamd', ['-f', '-u', '_rspamd', '-g', '_rspamd', '-c', join(etc, 'rspamd.conf'), ...Object.entries(variables).map(([name, value]) => `--var=${name}=${value}`)]);
  const stop = async (): Promise<void> => {
    await child.stop();
    remove();
  };
  try {
    await waitFor('rspamd', () => (socket === null ? isListening(port) : existsSync(socket)), 120_000);
  } catch (error) {
    await stop();
    throw new Error(`rspamd did not start: ${child.output()}`, { cause: error });
  }
  const version = execFileSync('/usr/bin/rspamd', ['--version'], { encoding: 'utf8' }).trim();
  return { pid: child.pid, port, socket, version, stop };
}

/** It compiles its expressions in the background first. */
export async function quiet(cpuMs: () => number, settleMs = 60_000): Promise<void> {
  const end = performance.now() + settleMs;
  for (let before = cpuMs(); performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = cpuMs();
    if (now - before < 20) return;
    before = now;
  }
}
