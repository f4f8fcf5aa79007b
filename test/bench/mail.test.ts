import { simpleParser } from 'mailparser';
import { generateMail, mixedMail, senderDomains, shapes, type Shape } from '../../bench/mail.ts';
import { vocabularies } from '../../bench/mail-words.ts';

const TO = 'office@example.com';

describe('mail for benchmarks', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    const options = { seed: 3, shape: 'html', sizeBytes: 9000, to: TO } as const;
    expect(generateMail(options).raw.equals(generateMail(options).raw)).toBe(true);
    expect(generateMail(options).raw.equals(generateMail({ ...options, seed: 4 }).raw)).toBe(false);
  });

  test.each(shapes.flatMap((shape) => [4096, 12_000, 40_960].map((size): [Shape, number] => [shape, size])))('%s comes out at about %d bytes', (shape, sizeBytes) => {
    for (let seed = 0; seed < 20; seed++) {
      const { length } = generateMail({ seed, shape, sizeBytes, to: TO }).raw;
      expect(Math.abs(length - sizeBytes) / sizeBytes).toBeLessThan(0.08);
    }
  });

  test('a mix has every shape and language, and all of it is proper mail', async () => {
    const mix = mixedMail(60, TO);
    expect(new Set(mix.map((mail) => mail.shape))).toEqual(new Set(shapes));
    expect(new Set(mix.map((mail) => mail.language))).toEqual(new Set(vocabularies.map((each) => each.language)));
    for (const { raw, shape, from, language } of mix) {
      const text = raw.toString('latin1');
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      const parsed = await simpleParser(raw);
      expect(parsed.from?.value[0]?.address).toBe(from);
      expect(senderDomains).toContain(from.split('@')[1]);
      expect(parsed.text).toContain(vocabularies.find((each) => each.language === language)?.greeting);
      expect(parsed.attachments).toHaveLength(shape === 'attachment' ? 1 : 0);
      expect(typeof parsed.html).toBe(shape === 'html' ? 'string' : 'boolean');
      expect(parsed.date?.getUTCFullYear()).toBe(2026);
    }
  });
});
