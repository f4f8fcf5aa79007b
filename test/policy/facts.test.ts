import { languageOfScript } from '../../src/policy/facts.ts';

test.each([
  ['Направляем прайс-лист. С уважением, Иван Петров', 'ru'],
  ['Направляем прайс-лист. С уважением, Иван. Vektor Trading', 'ru'],
  ['Vektor Trading, Lenin street 12, Moscow, tel. +7 495 000. Привет всем', null],
  ['Надсилаємо прайс-лист. З повагою, Іван', null],
  ['Да', null], ['Please find our order attached', null], ['', null],
])('%s: %s', (text, language) => expect(languageOfScript(text)).toBe(language));
