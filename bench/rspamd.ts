/** What rspamd's worker spends on the same messages, its network modules off. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 21_333;
const NETWORK_MODULES = ['rbl', 'surbl', 'fuzzy_check', 'spf', 'dkim', 'dmarc', 'arc', 'mx_check', 'asn', 'antivirus', 'phishing', 'greylist', 'ratelimit', 'replies', 'history_redis', 'neural', 'url_redirector', 'bimi', 'p0f', 'elastic', 'clickhouse'];
const CLOCK_TICKS_PER_SECOND = 100;

/** User and system time of a process, in milliseconds (proc(5), /proc/pid/stat, fields 14 and 15). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND;
}

function workersOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** @returns mean CPU per message of all workers together; null where rspamd is not installed or there are no files */
export async function rspamdCosts(files: readonly string[]): Promise<{ readonly messages: number; readonly meanMs: number } | null> {
  if (files.length === 0 || spawnSync('rspamd', ['--version']).error !== undefined) return null;
  const dir = mkdtempSync(join(tmpdir(), 'usher-rspamd-'));
  mkdirSync(join(dir, 'local.d'));
  for (const name of NETWORK_MODULES) writeFileSync(join(dir, `local.d/${name}.conf`), 'enabled = false;\n');
  writeFileSync(join(dir, 'local.d/worker-normal.inc'), `bind_socket = "127.0.0.1:${PORT}";\ncount = 1;\n`);
  for (const worker of ['controller', 'proxy', 'fuzzy']) writeFileSync(join(dir, `local.d/worker-${worker}.inc`), 'enabled = false;\n');
  const daemon = spawn('rspamd', ['-f', '-i', '--var', `LOCAL_CONFDIR=${dir}`, '--var', `DBDIR=${dir}`, '--var', `RUNDIR=${dir}`], { stdio: 'ignore' });
  try {
    const ask = async (file: string): Promise<boolean> => {
      const answer = await fetch(`http://127.0.0.1:${PORT}/checkv2`, { method: 'POST', body: new Uint8Array(readFileSync(file)) });
      await answer.text();
      return answer.ok;
    };
    for (let i = 0; i < 50 && !(await ask(files[0] as string).catch(() => false)); i++) await sleep(200);
    for (const file of files.slice(0, 100)) await ask(file);
    const workers = workersOf(daemon.pid as number);
    const before = workers.reduce((sum, pid) => sum + cpuMs(pid), 0);
    for (const file of files) await ask(file);
    const spent = workers.reduce((sum, pid) => sum + cpuMs(pid), 0) - before;
    return { messages: files.length, meanMs: Math.round((100 * spent) / files.length) / 100 };
  } catch {
    return null;
  } finally {
    daemon.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}
