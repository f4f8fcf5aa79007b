/**
 * How much local learning gains: mail of one source, played in time order as one company's. People judge the first 20, 100, 400
 * messages; the rest is scored with what that taught. Then one of them clicks wrongly a hundred times. Prints JSON.
 *
 * node scripts/local-learning.ts CORPUS [SOURCE]   CORPUS holds manifest.csv (file, label, source) and the files
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UNKNOWN_ENVELOPE } from '../src/commands/stored-message.ts';
import { walk, toCrlf } from '../src/message/walk.ts';
import { loadModel } from '../src/model-file.ts';
import { offlineResolver } from '../src/platform/resolver.ts';
import { contentScorer } from '../src/scoring/content-scorer.ts';
import { featuresOf } from '../src/scoring/features/extract.ts';
import { companyWeights, lessonOf, shiftOf, type Lesson } from '../src/scoring/local.ts';
import { logitFor } from '../src/scoring/tail.ts';
import { gather } from '../src/signals/gather.ts';

const [corpus, source = 'trec07p'] = process.argv.slice(2);
if (corpus === undefined) throw new Error('Name the folder with manifest.csv.');
const PEOPLE = 20;
const WRONG_CLICKS = 100;

interface Mail { readonly lesson: Lesson; readonly wanted: boolean; readonly at: number }

const model = loadModel(null);
const scorer = contentScorer(model);

async function mailOf(file: string, label: string): Promise<Mail> {
  const bytes = toCrlf(readFileSync(join(corpus as string, file)));
  const message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: UNKNOWN_ENVELOPE, message, bytes, ourDomains: new Set() }, offlineResolver, 100);
  const { score } = scorer.score({ message, signals, authentication });
  const received = message.header.find(({ key }) => key === 'received')?.value ?? '';
  const at = Date.parse(received.slice(received.lastIndexOf(';') + 1).replace(/\([^)]*\)/g, '').trim()) || Date.parse(message.header.find(({ key }) => key === 'date')?.value ?? '') || 0;
  const wanted = label === 'ham';
  return { at, wanted, lesson: lessonOf(file, null, wanted, Math.log(score / (1 - score)), featuresOf(message, signals)) };
}

/** Share of unwanted mail above the score that this share of wanted mail reaches. */
function caughtAt(mails: readonly Mail[], logits: readonly number[], share: number): number {
  const wanted = logits.filter((_, i) => mails[i]!.wanted).sort((a, b) => b - a);
  const limit = wanted[Math.floor(share * wanted.length + 1e-9)] ?? Number.NEGATIVE_INFINITY;
  const unwanted = logits.filter((_, i) => !mails[i]!.wanted);
  return unwanted.filter((logit) => logit > limit).length / unwanted.length;
}

const mails: Mail[] = [];
for (const line of readFileSync(join(corpus, 'manifest.csv'), 'utf8').trim().split('\n').slice(1)) {
  const [file, label, from] = line.split(',');
  if (from === source) mails.push(await mailOf(file as string, label as string));
}
mails.sort((a, b) => a.at - b.at || (a.lesson.id < b.lesson.id ? -1 : 1));

const byPerson = (count: number): Lesson[] => mails.slice(0, count).map(({ lesson }, i) => ({ ...lesson, user: `person${i % PEOPLE}@example.com` }));
const steps = [0, 20, 100, 400, 1600].filter((count) => count < mails.length - 200).map((count) => {
  const begun = performance.now();
  const company = companyWeights(byPerson(count));
  const ms = performance.now() - begun;
  const rest = mails.slice(count);
  const logits = rest.map(({ lesson }) => lesson.logit + (company === null ? 0 : shiftOf(lesson, company)));
  return { judged: count, caughtAt0_5: caughtAt(rest, logits, 0.005), caughtAt1: caughtAt(rest, logits, 0.01), slots: company?.weights.size ?? 0, fitMs: Math.round(ms) };
});

/** One person calls wanted mail unwanted a hundred times: whose verdicts change? */
function attack() {
  const honest = byPerson(400);
  const wrong = mails.slice(400).filter(({ wanted }) => wanted).slice(0, WRONG_CLICKS).map(({ lesson }): Lesson => ({ ...lesson, id: `${lesson.id} wrong`, wanted: false, user: 'mallory@example.com' }));
  const before = companyWeights(honest), after = companyWeights([...honest, ...wrong]), alone = companyWeights(wrong);
  const rest = mails.slice(400).filter(({ lesson }) => !wrong.some(({ id }) => id === `${lesson.id} wrong`));
  const threshold = logitFor(model.header.tail, 0.001);
  const logits = (weights: typeof before) => rest.map(({ lesson }) => lesson.logit + (weights === null ? 0 : shiftOf(lesson, weights)));
  const [a, b] = [logits(before), logits(after)];
  const changed = rest.filter((_, i) => a[i]! >= threshold !== b[i]! >= threshold);
  return { messages: rest.length, verdictsChanged: changed.length, wantedNowStopped: rest.filter((mail, i) => mail.wanted && a[i]! < threshold && b[i]! >= threshold).length, changeMax: Math.max(...a.map((logit, i) => Math.abs(logit - b[i]!))), aloneTeaches: alone !== null };
}

console.log(JSON.stringify({ model: model.header.name, source, messages: mails.length, people: PEOPLE, steps, wrongClicks: attack() }, null, 2));
