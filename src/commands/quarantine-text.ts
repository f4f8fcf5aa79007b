/** Held messages as text for a terminal. Whatever a message holds, it cannot steer the terminal. */
import { readMessage } from '../message/readable.ts';
import type { HeldRow, OutboxRow } from '../storage/store.ts';
import { words } from '../words/index.ts';

/** Control characters of a terminal, and those that turn the direction of writing. */
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const TEXT_MAX_CHARS = 5_000;

/** One line of text. */
export function safeLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(STEERING, '�');
}

/** Several lines of text. */
function safeText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(STEERING, '�');
}

const COLUMNS = ['id', 'held', 'state', 'policy', 'why', 'score', 'recipient', 'from', 'subject'] as const;

/** A table of rows, one line each, below a line that names the columns; '' when there are none. */
export function listed(rows: readonly HeldRow[], language: string): string {
  if (rows.length === 0) return '';
  const cells = [COLUMNS.map((column) => words(language, `quarantine.show.${column}`)), ...rows.map((row) => [
    row.id, moment(row.at), words(language, `quarantine.state.${row.state}`), row.policy, row.reason, row.score?.toFixed(2) ?? '?',
    clipped(row.recipient, 40), clipped(row.from === '' ? row.sender : row.from, 40), clipped(row.subject, 60),
  ].map(safeLine))];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}

export interface ShowInput {
  readonly row: HeldRow;
  /** As received; null: gone or not kept any more. */
  readonly bytes: Buffer | null;
  readonly path: string | null;
  readonly attempt: OutboxRow | null;
  readonly language: string;
}

/** Facts and readable text of one message, for people and as values for programs. */
export async function shown({ row, bytes, path, attempt, language }: ShowInput): Promise<{ readonly text: string; readonly facts: object }> {
  const say = (key: string, values?: Record<string, string>): string => words(language, `quarantine.${key}`, values);
  const readable = bytes === null ? null : await readMessage(bytes);
  const attachments = readable?.state === 'readable' ? readable.attachments : [];
  const lines: readonly (readonly [string, string])[] = [
    ['id', row.id], ['state', say(`state.${row.state}`)], ['held', moment(row.at)], ['recipient', row.recipient], ['sender', `<${row.senderRaw}>`],
    ['from', row.from], ['subject', row.subject === '' ? say('show.no-subject') : row.subject], ['policy', row.policy], ['why', row.reason], ['score', row.score === null ? say('show.no-score') : `${row.score.toFixed(2)} (${row.kind})`],
    ['count', String(row.count)], ['decision', row.decisionId],
    ...(path === null ? [] : [['file', path] as const]),
    ...(attempt === null || attempt.lastError === null ? [] : [['release', attempt.lastError] as const]),
    ...(attachments.length === 0 ? [] : [['attachments', attachments.map((each) => `${each.filename ?? '?'} (${each.type}, ${each.sizeBytes})`).join('; ')] as const]),
  ];
  const labels = lines.map(([key]) => say(`show.${key}`));
  const width = Math.max(...labels.map((label) => label.length));
  const head = lines.map(([, value], i) => `${labels[i]?.padEnd(width)}  ${safeLine(value)}\n`).join('');
  const facts = {
    ...row, verdict: JSON.parse(row.verdict) as unknown, parameters: JSON.parse(row.parameters) as unknown, path, lastError: attempt?.lastError ?? null, attempts: attempt?.attempts ?? 0,
    text: readable?.state === 'readable' ? readable.text : null, unreadable: readable?.state === 'unreadable' ? readable.reason : null, attachments,
  };
  return { text: `${head}\n${body()}\n`, facts };

  function body(): string {
    if (readable === null) return say('show.vanished');
    if (readable.state === 'unreadable') return say('show.unreadable', { reason: readable.reason });
    const isCut = readable.truncated || readable.text.length > TEXT_MAX_CHARS;
    return safeText(readable.text.slice(0, TEXT_MAX_CHARS)) + (isCut ? `\n${say('show.cut')}` : '');
  }
}

/** In UTC and ISO 8601: the same everywhere, and it sorts. */
function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function clipped(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
