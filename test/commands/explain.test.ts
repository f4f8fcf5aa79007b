/** `usher explain` where there is no service: by the pages as they stand, or by those in force while these are wrong. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainCommand } from '../../src/commands/explain.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { writeKept } from '../../src/policy-files/last-good.ts';
import { openStore } from '../../src/storage/open.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';

const PAGE = 'policy: company\nowner: office@example.com\napplies-to: everyone\nintent: balanced\n';
const LETTER = 'From: Anna <anna@sender.example>\nTo: office@example.com\nSubject: pumps\n\nDear Bob,\nthe pumps arrive on Monday.\nAnna\n';
let place: TempDir;
const page = (): string => join(place.path, 'policies', 'company.yaml');

beforeEach(() => {
  place = tempDir('explain');
  mkdirSync(join(place.path, 'policies'));
  writeFileSync(page(), PAGE);
  writeFileSync(join(place.path, 'a.eml'), LETTER);
});
afterEach(() => place.remove());

async function run(args: readonly string[] = ['a.eml', '--to', 'office@example.com']): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const env = { USHER_DATA: join(place.path, 'var'), USHER_POLICIES: join(place.path, 'policies'), USHER_HOSTNAME: 'mx.example.com' };
  const code = await explainCommand(args, { out: (text) => void (out += text), err: (text) => void (err += text), cwd: place.path, env });
  return { code, out, err };
}

test('while the pages are wrong it says so, and explains by those in force', async () => {
  const good = await run();
  expect(good).toMatchObject({ code: 0, err: '' });
  expect(good.out).toContain('office@example.com: deliver');
  await writeKept(join(place.path, 'var'), { revision: 'r', files: new Map([['company.yaml', readFileSync(page())]]) }, 0);
  writeFileSync(page(), `${PAGE}spam: marc\n`);
  const { code, out, err } = await run();
  expect([code, out]).toEqual([0, good.out]);
  expect(err).toMatch(/^policies\/company\.yaml:5:7: /);
  expect(err).toMatch(/The policies in policies have problems and are not in force\. What follows is by the last good ones\.\n$/);
});

test('where none was ever in force, only what is wrong is told', async () => {
  writeFileSync(page(), `${PAGE}spam: marc\n`);
  const { code, out, err } = await run();
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^policies\/company\.yaml:5:7: /);
});

test('of a decision whose facts cannot be read, the score of its row is told', async () => {
  const verdict: Verdict = {
    recipient: 'office@example.com', action: 'quarantine', reason: 'spam', qualifiers: [], match: null, policy: 'company', revision: 'r', wouldHave: null, spamThreshold: 0.9, certainThreshold: 0.99,
    bound: 0.002, markWith: null, junkFolder: null, folder: 'Suspected spam', words: null, language: 'en',
  };
  const store = await openStore({ dataDir: join(place.path, 'var'), clock: systemClock, log: silentLog });
  store.decisions.append({
    id: 'of-old', at: 0, door: 'smtp', direction: 'in', clientIp: null, helo: '', sender: 'x@sender.example', size: 1, ms: 1, revision: 'r', authors: 'anna@sender.example', subject: 'pumps', messageId: null,
    score: 0.95, kind: 'spam', model: 'm', facts: '{"v":0}', recipients: [{ recipient: 'office@example.com', action: 'quarantine', policy: 'company', replyCode: 250, verdict: JSON.stringify(verdict) }],
  });
  await store.close();
  const { code, out } = await run(['--id', 'of-old']);
  expect(code).toBe(0);
  expect(out).toContain('estimated score 0.95, spam from 0.90 on');
  expect(out).not.toContain('NaN');
});
