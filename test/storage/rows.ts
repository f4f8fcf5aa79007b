/** Rows for tests, with values that differ from each other so that a mixed-up column shows. */
import { newId } from '../../src/platform/ids.ts';
import type { DecisionRow, HeldRow, OutboxRow } from '../../src/storage/store.ts';

export const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);

export function decisionRow(change: Partial<DecisionRow> = {}): DecisionRow {
  return {
    id: newId(NOW), at: NOW, door: 'smtp', direction: 'in', clientIp: '192.0.2.7', helo: 'mx.sender.example', sender: 'anna@sender.example',
    authors: 'anna@sender.example', subject: 'Grüße – заказ № 7', messageId: '<1@sender.example>', size: 4711, score: 0.125, kind: 'wanted', model: 'rules-1',
    revision: 'abcdef123456', ms: 1.5, facts: JSON.stringify({ language: 'de' }),
    recipients: [
      { recipient: 'one@example.com', action: 'deliver', policy: 'company', replyCode: 250, verdict: '{"action":"deliver"}' },
      { recipient: 'two@example.com', action: 'quarantine', policy: 'sales', replyCode: 250, verdict: '{"action":"quarantine"}' },
    ],
    ...change,
  };
}

export function heldRow(change: Partial<HeldRow> = {}): HeldRow {
  const id = newId(NOW);
  return {
    id, retryKey: `key-of-${id}`, decisionId: 'decision', at: NOW, policy: 'sales', folder: 'Suspected spam', file: `1.${id}.host`,
    sender: 'anna@sender.example', recipient: 'two@example.com', recipientRaw: 'Two@Example.com', senderRaw: 'Anna@sender.example',
    parameters: '{"mail":[],"rcpt":[]}', from: 'Anna <anna@sender.example>', subject: 'Teklif: ŞİŞLİ siparişiniz', messageId: null, size: 900, headBytes: 120,
    score: 0.75, kind: 'spam', reason: 'spam', verdict: '{}', state: 'held', stateAt: NOW, count: 1, namedAt: null,
    ...change,
  };
}

export function outboxRow(change: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: newId(NOW), kind: 'release', heldId: null, sender: 'anna@sender.example', recipient: 'two@example.com', parameters: '{}',
    createdAt: NOW, nextAt: NOW, attempts: 0, lastError: null, doneAt: null,
    ...change,
  };
}
