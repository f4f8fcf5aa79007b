/** Writes docs/signals.md from the catalogue: `node scripts/signals-doc.ts`. A test sees to it that it is fresh. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../src/signals/catalogue.ts';
import { signalsPage } from '../src/signals/doc.ts';

writeFileSync(join(import.meta.dirname, '../docs/signals.md'), signalsPage(catalogue));
