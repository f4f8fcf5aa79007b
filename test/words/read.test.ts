import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogues } from '../../src/words/read.ts';
import { LANGUAGES, spokenIn } from '../../src/words/languages.ts';
import { createWords } from '../../src/words/words.ts';
import { tempDir } from '../support/temp-dir.ts';

const dir = tempDir('words');
afterAll(dir.remove);
const write = (name: string, text: string): void => writeFileSync(join(dir.path, name), text);

test('a further language is a file more; what it lacks is said in English', () => {
  write('digest.en.json', '{"digest.act.look": "Look", "digest.subject": "{count, plural, one {# message} other {# messages}}"}');
  write('review.en.json', '{"review.title": "Held mail"}');
  write('digest.fr.json', '{"digest.subject": "{count, plural, one {# message retenu} other {# messages retenus}}"}');
  write('notes.txt', 'not a catalogue');
  const catalogues = readCatalogues(dir.path);
  expect(Object.keys(catalogues)).toEqual(['en', 'fr']);
  expect(spokenIn({ ...catalogues, fr: { ...catalogues['fr'], 'review.product': 'Usher' }, tr: { 'review.product': 'Usher' }, en: { 'review.product': 'Usher' } })).toEqual({ en: 'English', fr: 'Français', tr: 'Türkçe' });
  expect(LANGUAGES).toEqual({ en: 'English', de: 'Deutsch', ru: 'Русский', tr: 'Türkçe' });
  const words = createWords(catalogues);
  expect([words('fr', 'digest.subject', { count: 2 }), words('fr-CA', 'digest.act.look'), words('fr', 'review.title')]).toEqual(['2 messages retenus', 'Look', 'Held mail']);
});

test.each([['{', /digest\.xx\.json: .*JSON/], ['[1]', /must hold texts/], ['{"a": {"b": "c"}}', /must hold texts/]])('%s is refused by name', (text, problem) => {
  write('digest.xx.json', text);
  expect(() => readCatalogues(dir.path)).toThrow(problem);
});
