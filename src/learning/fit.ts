/** Fits lessons in a thread that lives as long as that takes. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LocalWeights } from '../scoring/content-scorer.ts';
import type { Lesson } from '../scoring/local.ts';

export interface Fitted {
  readonly company: LocalWeights | null;
  readonly people: ReadonlyMap<string, LocalWeights>;
}

/** Rejects with what went wrong in the thread. */
export async function fitLessons(lessons: readonly Lesson[]): Promise<Fitted> {
  if (lessons.length === 0) return { company: null, people: new Map() };
  const worker = new Worker(join(import.meta.dirname, 'fit-worker.ts'), { workerData: lessons });
  worker.unref();
  try {
    return await new Promise<Fitted>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the fitting thread ended with code ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
