import { WEIGHTS } from '../../src/scoring/heuristic-weights.ts';
import { catalogue } from '../../src/signals/catalogue.ts';

const families = ['files', 'deceit', 'scanner', 'history', 'fcrdns', 'dns-lists'];
/** Say nothing by themselves: a name for people, and what anybody can have. */
const SILENT = new Set(['listed-by']);

test('every signal of these families has a weight', () => {
  const own = catalogue.filter(({ family }) => families.includes(family)).flatMap(({ describes }) => describes.map(({ name }) => name));
  const known = new Set(WEIGHTS.map(({ signal }) => signal));
  expect(own.length).toBeGreaterThan(50);
  expect(own.filter((name) => !known.has(name) && !SILENT.has(name))).toEqual([]);
});

test('of them only what people here did, a trusted forwarder, a good list and a name that holds count for a message', () => {
  const own = new Set(catalogue.filter(({ family }) => [...families, 'arc'].includes(family)).flatMap(({ describes }) => describes.map(({ name }) => name)));
  const good = new Set(WEIGHTS.filter(({ signal, logOdds }) => own.has(signal) && logOdds < 0).map(({ signal }) => signal));
  expect([...good].sort()).toEqual(['answers-ours', 'arc-trusted', 'known-correspondent', 'reverse-dns', 'sender-released', 'welcomed-client']);
});
