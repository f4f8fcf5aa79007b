/** The last good set, read from where the service keeps it. */
import { MemoryFolder } from './folder.ts';
import type { InForce } from './gate.ts';
import { readKept } from './last-good.ts';
import { SetReader } from './read-set.ts';
import type { Log } from '../platform/log.ts';
import type { CompanyDefaults } from '../policy/model.ts';

/**
 * What was in force when it was last changed; null when there is none, or none that this version can read.
 * @param shownAs how problems name a file, from its name relative to the policies folder
 */
export async function readKeptSet({ dataDir, defaults, log }: { readonly dataDir: string; readonly defaults: CompanyDefaults; readonly log: Log }, shownAs: (name: string) => string): Promise<InForce | null> {
  try {
    const kept = await readKept(dataDir);
    if (kept === null) return null;
    const reader = new SetReader(new MemoryFolder(kept.files), defaults, shownAs);
    const { set, files, problems } = await reader.read(await reader.stamps());
    if (set !== null) return { set, files };
    log.warn({ revision: kept.revision, problems: problems.length }, 'the last good policies cannot be used any more');
  } catch (error) {
    log.warn({ error: String(error) }, 'the last good policies cannot be read');
  }
  return null;
}
