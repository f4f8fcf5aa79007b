/** The configuration as every command finds it: `--config FILE`, else usher.yaml where there is one, else the defaults. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type Config } from '../config.ts';
import type { CommandIo } from './io.ts';

/** Tells all problems on stderr and gives null when there are any. */
export async function configured(file: string | undefined, io: CommandIo): Promise<Config | null> {
  const chosen = file ?? io.env['USHER_CONFIG'] ?? (existsSync(join(io.cwd, 'usher.yaml')) ? 'usher.yaml' : null);
  const { config, problems } = loadConfig(chosen, io.env, io.cwd);
  for (const problem of problems) await io.err(`${problem}\n`);
  return config;
}
