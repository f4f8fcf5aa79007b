/**
 * Outcomes of checks that nothing but their arguments and the DNS decides, kept for as long as the DNS says the same:
 * every question is asked again (of the resolver's cache), and only the judging of the answers is left out.
 */
import { dns as bounds } from '../message/limits.ts';
import type { Asker, Question } from './lookups.ts';

interface Entry<T> {
  readonly outcome: T;
  readonly questions: readonly Question[];
}

export class Remembered<T> {
  // A Map keeps the order of insertion: the first key is the one kept for longest.
  readonly #entries = new Map<string, Entry<T>>();

  /**
   * @param key all arguments of the check
   * @param check asks by `asker` alone
   * @param mayKeep false where something else decided as well
   * @returns at once where the answers are known and still the same
   */
  recall(key: string, asker: Asker, check: () => Promise<T>, mayKeep: (questions: readonly Question[]) => boolean = () => true): T | Promise<T> {
    const known = this.#entries.get(key);
    return known !== undefined && isUnchanged(known.questions, asker) ? known.outcome : this.#check(key, known, asker, check, mayKeep);
  }

  async #check(key: string, known: Entry<T> | undefined, asker: Asker, check: () => Promise<T>, mayKeep: (questions: readonly Question[]) => boolean): Promise<T> {
    if (known !== undefined && (await saysTheSame(known.questions, asker))) return known.outcome;
    const outcome = await check();
    this.#entries.delete(key);
    // What failed today may be answered tomorrow.
    if (asker.failure() === null && asker.asked.length <= bounds.outcomeQuestionsMax && mayKeep(asker.asked)) this.#keep(key, { outcome, questions: asker.asked });
    return outcome;
  }

  #keep(key: string, entry: Entry<T>): void {
    if (this.#entries.size >= bounds.outcomesMax) this.#entries.delete(this.#entries.keys().next().value ?? '');
    this.#entries.set(key, entry);
  }
}

/** Told without asking anybody. */
function isUnchanged(questions: readonly Question[], asker: Asker): boolean {
  for (const { name, type, answer } of questions) if (asker.known(name, type) !== answer) return false;
  return true;
}

/** An answer that came anew is another object, even if it says the same: it is judged anew. */
async function saysTheSame(questions: readonly Question[], asker: Asker): Promise<boolean> {
  const answers = await Promise.all(questions.map(({ name, type }) => asker.answer(name, type)));
  return answers.every((answer, at) => answer === questions[at]?.answer);
}
