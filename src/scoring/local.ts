/**
 * PURE. What people's clicks teach: a small model on top of the one that Usher came with, in the same space of features. It is
 * fitted anew from all remembered clicks, so their order does not matter and any of them can be taken back; and it is fitted
 * for the company so that no single person decides for others, and for each person from their own clicks alone.
 */
import type { LocalWeights } from './content-scorer.ts';
import { BLOCKS, type Features } from './features/builder.ts';
import { valueOf } from './features/values.ts';
import { fitLogistic, type Rows } from './numeric/logistic.ts';

/** One click, or what it says: somebody wanted this message, or did not. */
export interface Lesson {
  readonly id: string;
  /** Whose click; null: the operator's or a policy owner's, which counts in full. */
  readonly user: string | null;
  readonly wanted: boolean;
  /** Log-odds without anything learnt here. */
  readonly logit: number;
  readonly slots: Int32Array;
  readonly ends: readonly number[];
}

/** Bounds: see also `learning` in limits.ts for how many clicks are remembered. */
const SLOTS_MAX = 20_000;
const SHIFT_MAX = 8;
const PENALTY = 0.003;
const LESSONS_WITH_SLOT_MIN = 2;
/** From so many clicks on it is asked whether a person agrees with the others, in as many groups of people, and what disagreement is. */
const BUSY_CLICKS_MIN = 10;
const JUDGED_GROUPS = 4;
const CONTRADICTED_SHARE = 0.5;
const TOLERANCE = 1e-4;
const TOLERANCE_ROUGH = 1e-3;
/** All clicks of one person together count at most this share of everybody else's. */
const PERSON_SHARE_MAX = 0.05;

export const lessonOf = (id: string, user: string | null, wanted: boolean, logit: number, { slots, ends }: Features): Lesson => ({ id, user, wanted, logit, slots, ends });

/** What each click counts for the company: a person's hundred clicks no more than a twentieth of what all others clicked. */
export function companyImportance(lessons: readonly Lesson[]): Float64Array {
  const byUser = new Map<string | null, number>();
  for (const { user } of lessons) byUser.set(user, (byUser.get(user) ?? 0) + 1);
  return Float64Array.from(lessons, ({ user }) => {
    if (user === null) return 1;
    const own = byUser.get(user) ?? 1;
    return Math.min(1, (PERSON_SHARE_MAX * (lessons.length - own)) / own);
  });
}

/** What the company's people taught together; null when that is nothing yet. */
export function companyWeights(lessons: readonly Lesson[]): LocalWeights | null {
  const alone = contradicted(lessons);
  return fitForAll(lessons.filter(({ user }) => user === null || !alone.has(user)), TOLERANCE);
}

const fitForAll = (lessons: readonly Lesson[], tolerance: number): LocalWeights | null => fit(lessons, companyImportance(lessons), 'company', tolerance);

/**
 * People whose many clicks mostly say the opposite of what the model and everybody else's clicks say: mistaken, or of another
 * opinion. What they teach counts for themselves alone.
 */
export function contradicted(lessons: readonly Lesson[]): ReadonlySet<string> {
  const byUser = Map.groupBy(lessons.filter(({ user }) => user !== null), ({ user }) => user as string);
  const busy = [...byUser].filter(([, own]) => own.length >= BUSY_CLICKS_MIN).map(([user]) => user).sort();
  const found = new Set<string>();
  for (let group = 0; group < Math.min(JUDGED_GROUPS, busy.length); group++) {
    const judged = new Set(busy.filter((_, i) => i % JUDGED_GROUPS === group));
    const others = fitForAll(lessons.filter(({ user }) => user === null || !judged.has(user)), TOLERANCE_ROUGH);
    for (const user of judged) {
      const own = byUser.get(user) ?? [];
      const against = own.filter((lesson) => lesson.logit + (others === null ? 0 : shiftOf(lesson, others)) > 0 === lesson.wanted);
      if (against.length > CONTRADICTED_SHARE * own.length) found.add(user);
    }
  }
  return found;
}

/** What one person taught, on top of what the company's people did; for nobody else. */
export function personWeights(lessons: readonly Lesson[], user: string, company: LocalWeights | null): LocalWeights | null {
  const own = lessons.filter((lesson) => lesson.user === user).map((lesson) => ({ ...lesson, logit: lesson.logit + (company === null ? 0 : shiftOf(lesson, company)) }));
  return fit(own, new Float64Array(own.length).fill(1), 'person', TOLERANCE);
}

/** Log-odds that were learnt here for these features, within the bound. */
export function shiftOf({ slots, ends }: Pick<Features, 'slots' | 'ends'>, { weights, shiftMax }: LocalWeights): number {
  let sum = 0;
  for (let block = 0, i = 0; block < BLOCKS.length; block++) {
    const end = ends[block] as number, value = valueOf(block, end - i);
    for (; i < end; i++) sum += (weights.get(slots[i] as number) ?? 0) * value;
  }
  return Math.max(-shiftMax, Math.min(shiftMax, sum));
}

function fit(lessons: readonly Lesson[], importance: Float64Array, name: string, tolerance: number): LocalWeights | null {
  if (!importance.some((counts) => counts > 0)) return null;
  const { rows, slots } = rowsOf(lessons);
  const { weights } = fitLogistic({
    rows, importance, penalty: PENALTY, hasBias: false,
    labels: Uint8Array.from(lessons, ({ wanted }) => (wanted ? 0 : 1)),
    offsets: Float64Array.from(lessons, ({ logit }) => logit),
    tolerance,
  });
  const strongest = [...slots].map(([slot, column]) => [slot, weights[column] as number] as const).filter(([, weight]) => weight !== 0)
    .sort(([slotA, a], [slotB, b]) => Math.abs(b) - Math.abs(a) || slotA - slotB).slice(0, SLOTS_MAX);
  return { name, weights: new Map(strongest), shiftMax: SHIFT_MAX };
}

/** In an order that does not depend on that of the clicks: the same clicks teach the same. */
function rowsOf(lessons: readonly Lesson[]): { readonly rows: Rows; readonly slots: ReadonlyMap<number, number> } {
  const counts = new Map<number, number>();
  for (const { slots } of lessons) for (const slot of slots) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  const least = lessons.length < 10 ? 1 : LESSONS_WITH_SLOT_MIN;
  const chosen = new Map([...counts].filter(([, count]) => count >= least).map(([slot]) => slot).sort((a, b) => a - b).map((slot, column) => [slot, column] as const));
  const starts = new Int32Array(lessons.length + 1);
  const columns: number[] = [], values: number[] = [];
  for (const [row, { slots, ends }] of lessons.entries()) {
    for (let block = 0, i = 0; block < BLOCKS.length; block++) {
      const end = ends[block] as number, value = valueOf(block, end - i);
      for (; i < end; i++) {
        const column = chosen.get(slots[i] as number);
        if (column === undefined) continue;
        columns.push(column);
        values.push(value);
      }
    }
    starts[row + 1] = columns.length;
  }
  return { rows: { starts, columns: Int32Array.from(columns), values: Float32Array.from(values), columnCount: chosen.size }, slots: chosen };
}
