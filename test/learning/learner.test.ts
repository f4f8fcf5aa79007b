import { startLearner, type LearnerParts } from '../../src/learning/learner.ts';
import { loadModel, loadScorer } from '../../src/model-file.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { LessonRow } from '../../src/storage/lesson-book.ts';
import type { FeedbackRow } from '../../src/storage/review-book.ts';
import type { HeldRow } from '../../src/storage/store.ts';
import { gatherOffline, input } from '../support/signal-mail.ts';

const OFFER = { header: { Subject: 'Pallet offer' }, body: 'Dear customer, our new pallets of pumps and valves are in stock, order now with a discount of 20%\n' };
const LETTER = { header: { Subject: 'Minutes' }, body: 'Hello, here are the minutes of the board and the dates for spring, regards Anna\n' };
const NOW = Date.UTC(2026, 10, 22);

function world() {
  const feedback: FeedbackRow[] = [], rows: LessonRow[] = [], mails = new Map<string, Buffer>();
  const parts: LearnerParts = {
    store: {
      lessons: {
        add: async (row) => void rows.push(row), list: async () => rows, keep: async () => undefined,
        deliveredScores: async () => [0.01, 0.2],
      },
      review: { feedback: { list: async (after) => feedback.filter(({ id, undoneAt }) => id > after && undoneAt === null) } },
      held: { find: async (id) => ({ id }) as HeldRow },
    },
    bytesOf: async ({ id }) => mails.get(id) ?? null,
    model: loadModel(null), ourDomains: new Set(), clock: { now: () => NOW } as never, log: silentLog,
  };
  const click = (user: string, wanted: boolean, traits: Parameters<typeof input>[0]): void => {
    const id = `f${String(feedback.length).padStart(4, '0')}`;
    mails.set(`h${id}`, input(traits).bytes);
    feedback.push({ id, at: NOW + feedback.length, heldId: `h${id}`, decisionId: 'd', recipient: user, label: wanted ? 'wanted' : 'unwanted', how: 'let-through', model: '', score: 0.5, kind: 'spam', facts: '', undoneAt: null });
  };
  return { parts, feedback, rows, mails, click };
}

test('clicks of several people move the score for all, and what is taken back moves nothing', async () => {
  const { parts, feedback, rows, click } = world();
  for (const user of ['a@x.example', 'b@x.example', 'c@x.example', 'd@x.example']) for (let i = 0; i < 6; i++) click(user, i % 2 === 0, i % 2 === 0 ? LETTER : OFFER);
  const learner = startLearner(parts);
  await learner.refresh();
  const scorer = loadScorer(null, () => learner.current());
  const { message } = input(OFFER), gathered = await gatherOffline(OFFER);
  const score = () => scorer.score({ message, ...gathered });
  const plain = loadScorer(null).score({ message, ...gathered }).score;
  expect(score().score).toBeGreaterThan(plain);
  expect(score().contributions.map(({ name }) => name)).toContain('learnt-here');
  expect(score().scoreFor?.('a@x.example')).toBeGreaterThan(score().score);
  expect(score().scoreFor?.('stranger@x.example')).toBeNull();
  expect(learner.current().evidence.wanted.length).toBe(2 + 12);
  expect(rows).toHaveLength(24);
  feedback.forEach((row, i) => (feedback[i] = { ...row, undoneAt: NOW }));
  await learner.refresh();
  expect(score().score).toBe(plain);
  await learner.stop();
});

test('a message that is gone teaches nothing, and is not looked for again', async () => {
  const { parts, rows, mails, click } = world();
  click('a@x.example', true, LETTER);
  mails.clear();
  const learner = startLearner(parts);
  await learner.refresh();
  await learner.refresh();
  expect(rows).toEqual([expect.objectContaining({ slots: '' })]);
  expect(learner.current().local).toBeNull();
  await learner.stop();
});

test('a store that fails stops nothing', async () => {
  const { parts } = world();
  const learner = startLearner({ ...parts, store: { ...parts.store, lessons: { ...parts.store.lessons, list: async () => { throw new Error('disk full'); } } } });
  await learner.refresh();
  expect(learner.current().local).toBeNull();
  await learner.stop();
});
