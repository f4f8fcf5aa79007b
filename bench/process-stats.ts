/** What the kernel says of a process and its children: proc(5). */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields of /proc/PID/stat behind the command's name, from `state` (field 3) on. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The process and everything below it. */
export function family(pid: number): readonly number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const parent = Number(statFields(Number(name))[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // it ended while we looked
    }
  }
  const found = [pid];
  for (let i = 0; i < found.length; i++) found.push(...(parents.get(found[i] as number) ?? []));
  return found;
}

/** User and system time used so far, milliseconds, by the process and everything below it. */
export function cpuMs(pid: number): number {
  return exactCpuMs(pid) ?? tickedCpuMs(pid);
}

/** To the nanosecond where the kernel keeps such counts (sched-stats.rst); of threads that have ended it tells nothing, but none of ours do. */
function exactCpuMs(pid: number): number | null {
  try {
    const threads = family(pid).flatMap((each) => readdirSync(`/proc/${each}/task`).map((thread) => `/proc/${each}/task/${thread}/schedstat`));
    return threads.reduce((sum, file) => sum + Number(readFileSync(file, 'utf8').split(' ')[0]), 0) / 1e6;
  } catch {
    return null; // no such counts, or a thread ended while we looked
  }
}

/** In hundredths of a second. */
function tickedCpuMs(pid: number): number {
  const ticks = family(pid).reduce((sum, each) => {
    const fields = statFields(each);
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
  return (ticks * 1000) / ticksPerSecond;
}

function statusKib(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0);
}

/** Memory in use now, bytes, by the process and everything below it. */
export function residentBytes(pid: number): number {
  return family(pid).reduce((sum, each) => sum + statusKib(each, 'VmRSS') * 1024, 0);
}

/** Most memory in use since `forgetPeak`, bytes, each process at its own worst. */
export function peakBytes(pid: number): number {
  return family(pid).reduce((sum, each) => sum + statusKib(each, 'VmHWM') * 1024, 0);
}

/** The peak counts from here on: proc(5), clear_refs, 5. */
export function forgetPeak(pid: number): void {
  for (const each of family(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5');
}
