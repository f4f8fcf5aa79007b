import { catalogue } from '../../src/signals/catalogue.ts';
import { PRIORS } from '../../src/signals/priors.ts';

const names = new Set(catalogue.flatMap(({ describes }) => describes.map(({ name }) => name)));
const families = ['files', 'deceit', 'scanner', 'history', 'fcrdns', 'dns-lists'];
/** Say nothing by themselves: a name for people, and what anybody can have. */
const SILENT = new Set(['listed-by']);

test('every prior is of a signal that exists, once for each value', () => {
  for (const { name } of PRIORS) expect(names).toContain(name);
  const keys = PRIORS.map(({ name, value }) => `${name}=${value}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every signal of these families has one', () => {
  const own = catalogue.filter(({ family }) => families.includes(family)).flatMap(({ describes }) => describes.map(({ name }) => name));
  const known = new Set(PRIORS.map(({ name }) => name));
  expect(own.filter((name) => !known.has(name) && !SILENT.has(name))).toEqual([]);
});

test('only what people here did, a trusted forwarder, a good list and a name that holds count for a message', () => {
  const good = new Set(PRIORS.filter(({ logOdds }) => logOdds < 0).map(({ name }) => name));
  expect([...good].sort()).toEqual(['answers-ours', 'arc-trusted', 'known-correspondent', 'reverse-dns', 'sender-released', 'welcomed-client']);
});
