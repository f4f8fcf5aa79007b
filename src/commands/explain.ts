/** `usher explain`: what would be decided for a message file, or what was decided for one in the log, and why, in sentences. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import type { Assessment } from '../pipeline.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { silentLog } from '../platform/log.ts';
import { dnsResolver, offlineResolver } from '../platform/resolver.ts';
import { explain, keptFacts, type ExplainedFacts } from '../policy/explain.ts';
import { messageFacts } from '../policy/facts.ts';
import { renderDiagnostic } from '../policy/render.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { Action, Verdict } from '../policy/verdict.ts';
import { DiskFolder } from '../policy-files/folder.ts';
import { readKeptSet } from '../policy-files/kept-set.ts';
import { SetReader } from '../policy-files/read-set.ts';
import { readRecorded } from '../audit/recorded.ts';
import { replay } from '../audit/replay.ts';
import { loadScorer } from '../model-file.ts';
import { assess } from '../stations/assess.ts';
import { decideForAll } from '../stations/decide.ts';
import { transactionOf } from '../stations/offline.ts';
import { openStore } from '../storage/open.ts';
import { words } from '../words/index.ts';
import { configured } from './configured.ts';
import { countedLines, type Counted } from './explain-text.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { safeLine } from './quarantine-text.ts';

const usage = `Usage: usher explain FILE --to ADDRESS [--from ADDRESS] [--ip IP] [--helo NAME] [--json]
       usher explain --id ID [--json]

Says in sentences what would be decided for a message file, or what was decided for the message with this id, and why.
With --ip the DNS is asked (SPF, DKIM, DMARC); without it what needs the DNS is unknown.

  --to ADDRESS       recipient; may be given several times
  --from ADDRESS     envelope sender (MAIL FROM)
  --ip IP            address of the sending server
  --helo NAME        its name in HELO or EHLO
  --id ID            from the log, a reply, or X-Usher-Id
  --language CODE    en, tr, ru or de (default: the company's)
  --config FILE      usher.yaml
  --json             the verdicts as JSON
`;

const OPTIONS = {
  to: { type: 'string', multiple: true, default: [] as string[] }, from: { type: 'string' }, ip: { type: 'string' }, helo: { type: 'string' }, id: { type: 'string' },
  language: { type: 'string' }, config: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof read>['values'];
const read = (args: readonly string[]) => parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });

export async function explainCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const refuse = async (sentence: string): Promise<ExitCode> => {
    await io.err(`usher explain: ${sentence}\n\n${usage}`);
    return 2;
  };
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return await refuse((error as Error).message);
  }
  const { values, positionals: [file, ...others] } = parsed;
  if (values.help) {
    await io.out(usage);
    return 0;
  }
  if (others.length > 0 || (file === undefined) === (values.id === undefined)) return await refuse('name one message file, or an --id.');
  if (file !== undefined && values.to.length === 0) return await refuse('say for whom, with --to ADDRESS.');
  const config = await configured(values.config, io);
  if (config === null) return 2;
  const set = await readPolicies(config, io);
  if (set === null) return 1;
  const told = file === undefined ? await fromLog(values.id!, config, set) : await fromFile(file, values, config, set, io);
  if (typeof told === 'string') {
    await io.err(`${told}\n`);
    return 1;
  }
  await io.out(values.json ? `${JSON.stringify(told.json(values.language ?? config.language), null, 2)}\n` : told.text(values.language ?? config.language));
  return 0;
}

/** The pages as they stand; while they are wrong, what is wrong with them and the set that is in force. Null: there is none. */
async function readPolicies({ policiesDir, dataDir, language, timezone, ourDomains }: Config, io: CommandIo): Promise<PolicySet | null> {
  const defaults = { language, timezone, ourDomains };
  const shownAs = (name: string): string => `${basename(policiesDir)}/${name}`;
  const reader = new SetReader(new DiskFolder(policiesDir), defaults, shownAs);
  const { set, problems } = await reader.read(await reader.stamps());
  if (set !== null) return set;
  for (const problem of problems) if (problem.severity === 'error') await io.err(`${renderDiagnostic(problem, words, language)}\n`);
  const kept = await readKeptSet({ dataDir, defaults, log: silentLog }, shownAs);
  if (kept !== null) await io.err(`${words(language, 'decision.by-last-good', { folder: basename(policiesDir) })}\n`);
  return kept?.set ?? null;
}

interface Told {
  text(language: string): string;
  json(language: string): unknown;
}

async function fromFile(file: string, { to, from, ip, helo }: Options, config: Config, set: PolicySet, io: CommandIo): Promise<Told | string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(resolve(io.cwd, file));
  } catch (error) {
    return `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`;
  }
  const transaction = transactionOf({ bytes, to, ...(from === undefined ? {} : { from }), ...(ip === undefined ? {} : { ip }), ...(helo === undefined ? {} : { helo }) }, clock);
  const ourDomains = new Set(config.ourDomains);
  const scorer = loadScorer(config.modelFile);
  const resolver = ip === undefined ? offlineResolver : dnsResolver(config.dnsServers);
  const assessment = await assess(transaction, { resolver, scorer, ourDomains, log: silentLog, timed: () => undefined });
  const correspondents = await knownCorrespondents(config);
  try {
    const { verdicts, decidedAt } = await decideForAll(transaction, assessment, {
      policies: () => set, calibration: scorer, ourDomains, clock, correspondents,
      retries: { ask: async () => 'first' }, // Asking must leave no trace.
    });
    return told({ set, verdicts, at: decidedAt, facts: messageFacts(assessment, ourDomains, false), head: headOf(assessment), contributions: assessment.score.contributions.map(({ name, value, contribution }) => [name, value, contribution]), today: [] });
  } finally {
    await correspondents.close();
  }
}

/** Whom people wrote to, where a service has run; nobody otherwise. */
async function knownCorrespondents({ dataDir }: Config) {
  if (!existsSync(join(dataDir, 'usher.sqlite'))) return { knows: async () => false, close: async () => undefined };
  const store = await openStore({ dataDir, clock, log: silentLog });
  return { knows: store.correspondents.knows.bind(store.correspondents), close: () => store.close() };
}

async function fromLog(id: string, { dataDir, modelFile }: Config, set: PolicySet): Promise<Told | string> {
  if (!existsSync(join(dataDir, 'usher.sqlite'))) return `There is no decision log in ${dataDir} yet.`;
  const store = await openStore({ dataDir, clock, log: silentLog });
  try {
    // People paste what they see: the id of a held message stands for the decision that held it.
    const row = (await store.decisions.find(id)) ?? (await store.decisions.find((await store.held.find(id))?.decisionId ?? ''));
    if (row === null) return `No decision with the id ${id} is in the log.`;
    const recorded = readRecorded(row.facts);
    const verdicts = row.recipients.flatMap(({ verdict }) => (verdict === '' ? [] : [JSON.parse(verdict) as Verdict]));
    const head = { id: row.id, at: new Date(row.at).toISOString(), from: row.authors, sender: row.sender, subject: row.subject, client: row.clientIp, authentication: recorded?.authentication.results ?? '' };
    const again = replay(row, set, loadScorer(modelFile));
    const today = again.state === 'replayed' ? again.differences.map(({ recipient, now }) => ({ recipient, action: now.action })) : [];
    return told({ set, verdicts, at: recorded?.decidedAt ?? row.at, facts: recorded?.message ?? keptFacts(row.score, row.authors), head, contributions: recorded?.contributions ?? [], today });
  } finally {
    await store.close();
  }
}

const headOf = ({ message, authentication }: Assessment): Record<string, string | null> => ({
  from: message.from.map(({ address }) => address).join(', '), subject: message.subject, authentication: authentication.results,
});

interface Telling {
  readonly set: PolicySet;
  readonly verdicts: readonly Verdict[];
  readonly at: number;
  readonly facts: ExplainedFacts | null;
  readonly head: Readonly<Record<string, string | null>>;
  readonly contributions: readonly Counted[];
  /** Recipients for whom today's policies would decide otherwise. */
  readonly today: readonly { readonly recipient: string; readonly action: Action }[];
}

function told({ set, verdicts, at, facts, head, contributions, today }: Telling): Told {
  const sentences = (verdict: Verdict, language: string): readonly string[] =>
    explain({ verdict, facts, page: set.pages.find(({ name }) => name === verdict.policy) ?? (set.everyone.name === verdict.policy ? set.everyone : null), at }, language, words);
  return {
    json: (language) => ({ ...head, verdicts: verdicts.map((verdict) => ({ ...verdict, sentences: sentences(verdict, language) })), contributions: contributions.map(([name, value, contribution]) => ({ name, value, contribution })), today }),
    text: (language) => {
      const lines = Object.entries(head).filter(([, value]) => value).map(([name, value]) => `${name}: ${safeLine(value ?? '')}`);
      if (verdicts.length === 0) lines.push('', words(language, 'decision.not-judged'));
      for (const verdict of verdicts) lines.push('', `${verdict.recipient}: ${verdict.action}`, ...sentences(verdict, language).map((sentence) => `  ${sentence}`));
      for (const { recipient, action } of today) lines.push('', words(language, 'decision.today', { recipient, action: words(language, `decision.action.${action}`) }));
      if (contributions.length > 0) lines.push('', words(language, 'decision.what-counted'), ...countedLines(contributions, language, words).map((line) => `  ${line}`));
      return `${lines.join('\n')}\n`;
    },
  };
}
