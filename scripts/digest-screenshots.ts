/** Pictures of a digest for the documentation, as Chromium shows the mail: `npx node scripts/digest-screenshots.ts`; with a FOLDER, all of them there. */
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { renderDigest, type DigestContents, type DigestSettings } from '../src/quarantine/digest.ts';
import type { DigestItem } from '../src/quarantine/digest-items.ts';
import { words } from '../src/words/index.ts';

const [, , asked] = process.argv;
const folder = asked ?? 'docs/screenshots';
/** Those that the documentation shows. */
const SHOWN: readonly string[] = ['digest-en-phone-light', 'digest-en-phone-dark', 'digest-tr-desktop-light'];
const HOUR_MS = 3600_000;
const NOW = Date.UTC(2027, 4, 4, 5, 30);

const item = (id: string, hoursAgo: number, change: Partial<DigestItem>): DigestItem => ({
  id, at: NOW - hoursAgo * HOUR_MS, policy: 'sales', recipient: 'deniz@example.com', address: 'somebody@elsewhere.example', proof: 'not-proven', name: '', subject: '', count: 1,
  isKnown: false, isKnownHere: false, isReply: false, isHalfWelcome: false, why: { key: 'spam', values: {} }, margin: 3, ...change,
});

const SUBJECTS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  en: ['Purchase order 4711 for the spring season', 'Our prices for 2027', 'Fabrics of the month', 'Invoice attached'],
  de: ['Bestellung 4711 für das Frühjahr', 'Unsere Preise für 2027', 'Stoffe des Monats', 'Rechnung im Anhang'],
  tr: ['İlkbahar sezonu için 4711 numaralı sipariş', '2027 fiyatlarımız', 'Ayın kumaşları', 'Fatura ektedir'],
  ru: ['Заказ № 4711 на весенний сезон', 'Наши цены на 2027 год', 'Ткани месяца', 'Счёт во вложении'],
};
const PHRASES: Readonly<Record<string, string>> = { en: 'blue bicycle', de: 'blaues Fahrrad', tr: 'mavi bisiklet', ru: 'синий велосипед' };

function contents(language: string): DigestContents {
  const [order = '', prices = '', fabrics = '', invoice = ''] = SUBJECTS[language] ?? [];
  return {
    items: [
      item('a', 3, { address: 'mehmet@bigcustomer.example', name: 'Mehmet Yılmaz', proof: 'confirmed', subject: order, isKnown: true, why: { key: 'spam-close', values: {} }, margin: 0.3 }),
      item('b', 15, { address: 'offers@weaving-mill.example', proof: 'not-proven', subject: prices, margin: 1.4, count: 2 }),
      item('c', 20, { address: 'news@fabrics.example', name: 'Fabrics Weekly', proof: 'confirmed', subject: fabrics, why: { key: 'newsletter', values: {} }, margin: -2 }),
      item('d', 22, { address: 'accounts@supplier.example', proof: 'failed', subject: invoice, why: { key: 'spam', values: {} } }),
    ],
    listable: 4, certain: 17, dangerous: 1,
  };
}

function settings(language: string, change: Partial<DigestSettings> = {}): DigestSettings {
  return {
    address: 'deniz@example.com', language, timezone: 'Europe/Istanbul', phrase: PHRASES[language] ?? null, host: 'mx.example.com', policyTitle: null,
    pageOf: () => ({ title: 'Sales', recipientsMay: 'let-through', keepForDays: 30, afterThat: 'delete' }),
    links: { act: (purpose, id) => `https://mail.example.com/l/${purpose}-${id}`, home: 'https://mail.example.com/', settings: 'https://mail.example.com/settings', stop: 'https://mail.example.com/l/stop' },
    ...change,
  };
}

const digests: readonly (readonly [name: string, html: string])[] = [
  ...Object.keys(SUBJECTS).map((language) => [language, renderDigest(contents(language), settings(language), words).html] as const),
  ['counted', renderDigest({ items: [], listable: 0, certain: 3, dangerous: 0 }, settings('en', { phrase: null }), words).html],
  ['owner', renderDigest(contents('en'), settings('en', { address: 'anna@example.com', policyTitle: 'Sales and enquiries' }), words).html],
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const [size, width] of [['phone', 390], ['desktop', 900]] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, deviceScaleFactor: 1, colorScheme, offline: true, javaScriptEnabled: false });
      for (const [name, html] of digests) {
        const picture = `digest-${name}-${size}-${colorScheme}`;
        if (asked === undefined && !SHOWN.includes(picture)) continue;
        await page.setContent(html);
        await page.screenshot({ path: `${folder}/${picture}.png`, fullPage: true });
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}
