/**
 * The examples that stand in the policies: tests that their authors write. An example is judged
 * - by its own page, whoever it is addressed to,
 * - on an ordinary day: a for-a-while block that is in force does not count,
 * - as if its author were who the From line says (authenticated), because no example can bring a signature along and
 *   "what happens to an order of my best customer" is the question; nothing is looked up in the network,
 * - from a sender whom the recipient never wrote to, and who was not yet asked to retry.
 * A page in `mode: observe` is judged by what would have been done.
 */
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { decide } from './policy/decide.ts';
import type { Example, Page } from './policy/model.ts';
import type { PolicySet, ResolvedPage } from './policy/resolved.ts';
import type { Calibration, MessageFacts, Verdict } from './policy/verdict.ts';

export interface ExampleOutcome {
  readonly passed: boolean;
  readonly verdict: Verdict;
  readonly facts: MessageFacts;
}

/** @param letter bytes of the file that the example names; null where it writes its mail itself */
export type RunExample = (set: PolicySet, page: Page, example: Example, letter: Buffer | null) => Promise<ExampleOutcome>;

export interface ExampleTools {
  /** Walks, gathers signals without the network, and scores. */
  assess(bytes: Buffer): Promise<MessageFacts>;
  readonly calibration: Calibration;
  now(): number;
  /** Domain for recipients of pages that name none. */
  readonly ourDomain: string;
}

/** Rejects when a message cannot be assessed: a programmer's error, whatever the example says. */
export function createExampleRunner(tools: ExampleTools): RunExample {
  return async (set, page, example, letter) => {
    const resolved = set.pages.find(({ name }) => name === page.name) ?? set.everyone;
    const recipient = recipientOf(page, example, tools.ourDomain);
    const now = tools.now();
    const bytes = letter ?? (await letterOf(example, recipient, now));
    const assessed = await tools.assess(bytes);
    const facts: MessageFacts = assessed.authors.length === 0 ? assessed : { ...assessed, author: { state: 'pass', by: 'dkim' } };
    const alone: PolicySet = { ...set, matcher: { find: () => resolved } };
    const verdict = decide(alone, facts, { recipient, knownRelation: false, retry: 'first' }, tools.calibration, ordinaryDay(resolved, now));
    return { passed: example.expect.includes(verdict.wouldHave ?? verdict.action), verdict, facts };
  };
}

/** Now, or the last moment before the blocks that are in force. */
function ordinaryDay(page: ResolvedPage, now: number): number {
  let at = now;
  for (;;) {
    const during = page.forAWhile.find(({ from, until }) => at >= from && at < until);
    if (during === undefined) return at;
    at = during.from - 1;
  }
}

function recipientOf(page: Page, example: Example, ourDomain: string): string {
  const written = /[^\s<>]+@[^\s<>]+/.exec(example.mail?.to ?? '')?.[0]?.toLowerCase();
  if (written !== undefined) return written;
  const patterns = page.appliesTo.map(({ pattern }) => pattern);
  const address = patterns.find((pattern) => pattern.includes('@') && !pattern.startsWith('*'));
  if (address !== undefined) return address;
  const domain = patterns.find((pattern) => pattern.startsWith('*@'));
  return `somebody@${domain === undefined ? ourDomain : domain.slice(2).replace(/^\*\./, 'mail.')}`;
}

/** The message as an ordinary mail program would write it (RFC 5322), with what the example leaves out filled in. */
async function letterOf(example: Example, recipient: string, now: number): Promise<Buffer> {
  const { from, to, subject, text, html } = example.mail ?? {};
  const author = from ?? 'Somebody New <somebody@elsewhere.example>';
  const domain = /@([^\s>]+)/.exec(author)?.[1] ?? 'elsewhere.example';
  const composer = new MailComposer({
    from: author,
    to: to ?? recipient,
    subject: subject ?? '',
    date: new Date(now),
    messageId: `<example-${now}@${domain}>`,
    ...(text === undefined && html !== undefined ? {} : { text: text ?? '' }),
    ...(html === undefined ? {} : { html }),
    newline: 'windows',
    // What a page writes is text; it names no files or addresses to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

