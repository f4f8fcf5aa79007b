/**
 * The strongest features of a model, named again by reading mail: a model holds hashes only. Prints a Markdown table.
 *
 *   node scripts/strongest-features.ts CORPUS [--model FILE] [--count 50]      CORPUS holds manifest.csv and the files
 *
 * Strength is the weight times what the feature usually counts times the root of the share of messages that have it.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UNKNOWN_ENVELOPE } from '../src/commands/stored-message.ts';
import { toCrlf, walk } from '../src/message/walk.ts';
import { loadModel } from '../src/model-file.ts';
import { offlineResolver } from '../src/platform/resolver.ts';
import { BLOCKS } from '../src/scoring/features/builder.ts';
import { featuresOf } from '../src/scoring/features/extract.ts';
import { valueOf } from '../src/scoring/features/values.ts';
import { weightTable } from '../src/scoring/model.ts';
import { gather } from '../src/signals/gather.ts';

const { values, positionals: [corpus] } = parseArgs({ allowPositionals: true, options: { model: { type: 'string' }, count: { type: 'string', default: '50' } } });
if (corpus === undefined) throw new Error('Name the folder with manifest.csv.');

interface Seen { wanted: number; unwanted: number; value: number; readonly labels: Map<string, number>; readonly sources: Set<string> }

const { header, bytes } = loadModel(values.model === undefined ? null : resolve(values.model));
const table = weightTable(header.largest);
const seen = new Map<number, Seen>();
const trained = new Set(header.sources.map(({ source }) => source));
let messages = 0;
for (const line of readFileSync(join(corpus, 'manifest.csv'), 'utf8').trim().split('\n').slice(1)) {
  const [file, label, source] = line.split(',') as [string, string, string];
  if (!trained.has(source)) continue;
  messages++;
  const raw = toCrlf(readFileSync(join(corpus, file)));
  const message = walk(raw);
  const { signals } = await gather({ envelope: UNKNOWN_ENVELOPE, message, bytes: raw, ourDomains: new Set() }, offlineResolver, 1);
  const features = featuresOf(message, signals);
  for (let block = 0, i = 0; block < BLOCKS.length; block++) {
    const end = features.ends[block] as number, value = valueOf(block, end - i);
    for (; i < end; i++) {
      const slot = features.slots[i] as number;
      if (Math.abs(bytes[slot] as number) < 12) continue;
      let found = seen.get(slot);
      if (found === undefined) seen.set(slot, (found = { wanted: 0, unwanted: 0, value: 0, labels: new Map(), sources: new Set() }));
      found[label === 'ham' ? 'wanted' : 'unwanted']++;
      found.value += value;
      found.sources.add(source);
      const name = features.label(i);
      found.labels.set(name, (found.labels.get(name) ?? 0) + 1);
    }
  }
}
const rows = [...seen].map(([slot, { wanted, unwanted, value, labels, sources }]) => {
  const weight = table[(bytes[slot] as number) + 128] as number, count = wanted + unwanted;
  const [name = ''] = [...labels].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return { name, weight, mean: (weight * value) / count, strength: Math.abs((weight * value) / count) * Math.sqrt(count / messages), wanted, unwanted, sources: sources.size };
}).sort((a, b) => b.strength - a.strength).slice(0, Number(values.count));
console.log(`${header.name}, over ${messages} messages\n\n| feature | usual log-odds | in wanted | in unwanted | sources |\n|---|---|---|---|---|`);
for (const { name, mean, wanted, unwanted, sources } of rows) console.log(`| \`${name}\` | ${mean >= 0 ? '+' : ''}${mean.toFixed(2)} | ${wanted} | ${unwanted} | ${sources} |`);
