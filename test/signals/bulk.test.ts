import { bulk } from '../../src/signals/bulk.ts';
import { found } from '../support/signal-mail.ts';

test.each<[Record<string, string>, readonly string[]]>([
  [{}, []],
  [{ 'List-Unsubscribe': '<mailto:off@example.net>' }, ['list-unsubscribe']],
  [{ 'List-Unsubscribe': '<https://example.net/u>', 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }, ['list-unsubscribe', 'list-unsubscribe-click']],
  [{ 'List-Unsubscribe-Post': 'whatever' }, []],
  [{ 'List-Id': 'News <news.example.net>', 'List-Post': '<mailto:l@example.net>' }, ['list-id', 'list-post']],
  [{ Precedence: 'bulk' }, ['precedence-bulk']],
  [{ Precedence: 'first-class' }, []],
  [{ 'Feedback-ID': 'a:b:c' }, ['feedback-id']],
  [{ 'Auto-Submitted': 'auto-replied' }, ['auto-submitted']],
  [{ 'Auto-Submitted': 'no' }, []],
  [{ 'In-Reply-To': '<1@example.com>' }, ['answers']],
  [{ 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' }, ['report']],
])('%j', (header, expected) => expect(Object.keys(found(bulk, { header })).sort()).toEqual(expected));
