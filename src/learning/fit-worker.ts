/** Runs in a thread of its own: fitting takes up to seconds, which mail should not wait for. */
import { parentPort, workerData } from 'node:worker_threads';
import { companyWeights, personWeights, type Lesson } from '../scoring/local.ts';

const lessons = workerData as readonly Lesson[];
const company = companyWeights(lessons);
const users = new Set(lessons.flatMap(({ user }) => (user === null ? [] : [user])));
const people = new Map([...users].flatMap((user) => {
  const weights = personWeights(lessons, user, company);
  return weights === null ? [] : [[user, weights] as const];
}));
parentPort?.postMessage({ company, people });
