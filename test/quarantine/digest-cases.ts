/** Digests for tests: one ordinary item and settings, changed as a test needs it. */
import type { DigestContents, DigestSettings } from '../../src/quarantine/digest.ts';
import type { DigestItem } from '../../src/quarantine/digest-items.ts';

export const NOW = Date.UTC(2027, 4, 4, 5, 30);

export function item(change: Partial<DigestItem> = {}): DigestItem {
  return {
    id: 'id1', at: NOW - 3600_000, policy: 'sales', recipient: 'deniz@example.com', address: 'vera@sender.example', proof: 'confirmed', name: 'Vera', subject: 'Cheap watches', count: 1,
    isKnown: false, isKnownHere: false, isReply: false, isHalfWelcome: false, why: { key: 'spam', values: {} }, margin: 2, ...change,
  };
}

export function contents(items: readonly DigestItem[], change: Partial<DigestContents> = {}): DigestContents {
  return { items, listable: items.length, certain: 0, dangerous: 0, ...change };
}

export function settings(change: Partial<DigestSettings> = {}): DigestSettings {
  return {
    address: 'deniz@example.com', language: 'en', timezone: 'Europe/Istanbul', phrase: 'blue bicycle', host: 'mx.example.com', policyTitle: null,
    pageOf: () => ({ title: 'Sales', recipientsMay: 'let-through', keepForDays: 30, afterThat: 'delete' }),
    links: { act: (purpose, id) => `https://mail.example.com/l/${purpose}.${id}`, home: 'https://mail.example.com/', settings: 'https://mail.example.com/settings', stop: 'https://mail.example.com/l/stop' },
    ...change,
  };
}
