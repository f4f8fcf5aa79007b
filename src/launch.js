#!/usr/bin/env node
// The way in, in plain JavaScript: `npx usher …` may start under an older Node, which cannot read TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const bundled = join(root, 'node_modules/.bin/node');
if (Number(process.versions.node.split('.')[0]) >= 24) {
  // What was compiled once is read the next time: less to do at the start, and the type stripper is not even loaded (45 MB).
  // Not in the system's folder for temporary files, where others could put code for us. Where it cannot be written, nothing is kept.
  module.enableCompileCache(join(root, 'node_modules/.cache/usher'));
  await import('./cli.ts');
} else if (!existsSync(bundled)) {
  console.error('Usher needs Node.js 24. Run "npm ci" in its folder first.');
  process.exitCode = 2;
} else {
  // Signals reach the child by the terminal; a service manager should run `npm start`.
  const { status } = spawnSync(bundled, [join(root, 'src/launch.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
