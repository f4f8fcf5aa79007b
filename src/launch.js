#!/usr/bin/env node
// `npx usher …` may start under an older Node, which cannot read TypeScript: hand over to the one that npm installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const cli = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'cli.ts');
const bundled = join(cli, '../../node_modules/.bin/node');
if (Number(process.versions.node.split('.')[0]) >= 24) await import(cli);
else if (!existsSync(bundled)) {
  console.error('Usher needs Node.js 24. Run "npm ci" in its folder first.');
  process.exitCode = 2;
} else {
  // Signals reach the child by the terminal; a service manager should run `npm start`.
  const { status } = spawnSync(bundled, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
