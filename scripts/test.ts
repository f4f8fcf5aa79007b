/**
 * `npm test`: provides what the tests need beyond npm, runs every suite, names what was skipped and why,
 * and closes with one line that counts. Arguments go to Jest.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parts, provide } from './debian-packages.ts';
import { closingLine, count, skippedSuites, type JestReport } from './test-report.ts';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

function readReport(file: string): JestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  } catch (error) {
    console.error(`Jest left no result: ${(error as Error).message}`);
    return null;
  }
}

/** Exit code of Jest; a signal counts as failure. */
function runJest(resultFile: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...JEST, '--forceExit', '--json', `--outputFile=${resultFile}`, ...args], {
    // Jest writes its report for people to standard error; its JSON on standard output is in the file already.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`Jest could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

const provision = provide(parts);
if (provision.installed.length > 0) console.error(`Installed: ${provision.installed.join(', ')}.`);
if (provision.reason !== null) console.error(`Not installed: ${provision.missing.join(', ')} (${provision.reason}).`);

const dir = mkdtempSync(join(tmpdir(), 'usher-test-'));
try {
  const resultFile = join(dir, 'result.json');
  const code = await runJest(resultFile, process.argv.slice(2));
  const totals = count(readReport(resultFile), code);
  for (const suite of skippedSuites(totals.report)) console.log(`SKIPPED ${suite.file}: ${suite.name} (${suite.tests})`);
  console.log(closingLine(totals));
  process.exitCode = totals.failed > 0 || code !== 0 ? 1 : 0;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
