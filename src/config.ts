/** The configuration: file and environment in, frozen values out; all problems at once. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isMap, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import schema from '../schemas/config.schema.json' with { type: 'json' };
import { domainOfMailbox, isTimezone, readDuration, readListenAddress, readNetwork, type DeliverTo, type ListenAddress } from './config-values.ts';
import { readDnsLists } from './config-checks.ts';
import { ALIASES_SENTENCE, ASTERISK_SENTENCE, schemaSentence, stepsOf, syntaxSentence, unreadableSentence, variableSentence, type SchemaPart } from './config-problems.ts';
import { readNextHop, readNextHopTls, type NextHopTls } from './config-next-hop.ts';
import { asciiDomain, mailAddress } from './message/envelope.ts';
import { limitDefaults } from './message/limits.ts';
import type { DnsListConfig } from './signals/dns-list.ts';

export interface Config {
  readonly hostname: string;
  readonly listen: Readonly<Record<DoorName, readonly ListenAddress[]>>;
  readonly deliverTo: DeliverTo;
  readonly nextHopTls: NextHopTls;
  /** Folders of Maildirs of ours that count as junk when people move mail, beside those of policies. */
  readonly junkFolders: readonly string[];
  readonly learnFromMoves: boolean;
  /** CIDR texts, checked. */
  readonly trustedNetworks: readonly string[];
  /** Lower-case A-labels. */
  readonly ourDomains: readonly string[];
  readonly ourNetworks: readonly string[];
  readonly relays: readonly string[];
  readonly noticesFrom: string;
  readonly keepDecisionsMs: number;
  /** Absolute path. */
  readonly policiesDir: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** Filters before us whose verdicts count, by name (signals/trusted-filters.ts). */
  readonly trustedFilters: readonly string[];
  /** Absolute path of a scoring model of one's own; null: the one that comes with Usher. */
  readonly modelFile: string | null;
  readonly publicUrl: string;
  /** Address keys of those who may see everything on the pages but what is in other people's mail. */
  readonly operators: readonly string[];
  /** Shared mailbox to those who look after it; address keys. */
  readonly delegates: Readonly<Record<string, readonly string[]>>;
  readonly onFailure: 'ask-to-retry' | 'deliver-unchecked';
  readonly workers: number;
  /** Certificate and key of the operator's for STARTTLS (PEM files); null: STARTTLS is not offered. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Signs our own notices; null: they are not signed. */
  readonly dkim: { readonly domain: string; readonly selector: string; readonly keyFile: string } | null;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  /** The milter's unix socket. Mode in bits; owner as chown(1) takes it, null: whoever started Usher. */
  readonly milter: { readonly socketMode: number; readonly socketOwner: string | null };
  readonly language: string;
  readonly timezone: string;
  /** Empty: those of the machine. */
  readonly dnsServers: readonly string[];
  /** Empty: none is asked. */
  readonly dnsLists: readonly DnsListConfig[];
  /** Lower-case domains whose ARC seals count. */
  readonly trustedArcSealers: readonly string[];
  /** clamd of ClamAV; null: mail is not scanned. */
  readonly clamav: ListenAddress | null;
  readonly logLevel: string;
  readonly limits: Limits;
}

export type DoorName = 'smtp' | 'lmtp' | 'milter' | 'web' | 'ops';

/** Bounds that an operator may set; the unit stands in the name. Their defaults stand in message/limits.ts. */
export type Limits = { readonly [K in keyof typeof limitDefaults]: number };

/** Problems are whole sentences with file, line and column where there is one. */
export type ConfigResult = { readonly config: Config; readonly problems: readonly [] } | { readonly config: null; readonly problems: readonly string[] };

type Tree = { [key: string]: unknown };

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true }).compile(schema);

/**
 * Reads the file (null: none, only defaults and environment).
 * @param file path as the user gave it; relative paths inside it count from its folder
 * @param env `USHER_` + the path in capitals, e.g. USHER_LISTEN_SMTP, USHER_LIMITS_RECIPIENTS_MAX; lists are separated by commas
 */
export function loadConfig(file: string | null, env: Readonly<Record<string, string | undefined>>, cwd: string = process.cwd()): ConfigResult {
  const problems: string[] = [];
  const source = readSource(file, cwd, problems);
  const fromEnv = applyEnvironment(source.tree, env, problems);
  if (!validate(source.tree)) {
    for (const error of validate.errors ?? []) describe(error, source, fromEnv, problems);
    // What has the wrong form is set aside, so that the rest can be read and all problems are told at once.
    for (const error of validate.errors ?? []) setAside(source.tree, stepsOf(error));
  }
  const config = build(source.tree, file === null ? cwd : dirname(resolve(cwd, file)), cwd, fromEnv, (key, sentence) => problems.push(`${at(source, key, fromEnv)}${key}: ${sentence}`));
  return problems.length > 0 ? { config: null, problems: [...new Set(problems)] } : { config: Object.freeze(config), problems: [] };
}

interface Source { readonly tree: Tree; readonly doc: Document | null; readonly lines: LineCounter; readonly file: string }

function readSource(file: string | null, cwd: string, problems: string[]): Source {
  const lines = new LineCounter();
  const empty: Source = { tree: {}, doc: null, lines, file: file ?? '' };
  if (file === null) return empty;
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    problems.push(`${file}: ${unreadableSentence((error as NodeJS.ErrnoException).code)}`);
    return empty;
  }
  const doc = parseDocument(text, { lineCounter: lines });
  for (const error of doc.errors) {
    const place = lines.linePos(error.pos[0]);
    problems.push(`${file}:${place.line}:${place.col}: ${syntaxSentence(error.code, error.message)}`);
  }
  if (doc.errors.length > 0) return empty;
  const tree = valuesOf(doc, (offset, sentence) => problems.push(placed({ ...empty, doc }, offset) + sentence));
  if (tree === undefined) return empty;
  if (tree === null || (typeof tree === 'object' && !Array.isArray(tree))) return { tree: (tree as Tree | null) ?? {}, doc, lines, file };
  problems.push(`${file}:1:1: the file must hold keys with values, such as "hostname: mx.example.com".`);
  return empty;
}

/** undefined: it was told what is wrong. */
function valuesOf(doc: Document, tell: (offset: number | undefined, sentence: string) => void): unknown {
  let isWhole = true;
  visit(doc, {
    Alias: (_key, node) => {
      if (node.resolve(doc) !== undefined) return;
      isWhole = false;
      tell(node.range?.[0], ASTERISK_SENTENCE);
    },
  });
  if (!isWhole) return undefined;
  try {
    return doc.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReferenceError') throw error;
    tell(undefined, ALIASES_SENTENCE);
    return undefined;
  }
}

/** Every key of the schema by its environment name; gives the paths that the environment set. */
function applyEnvironment(tree: Tree, env: Readonly<Record<string, string | undefined>>, problems: string[]): ReadonlySet<string> {
  const known = new Map<string, { path: string[]; list: boolean; number: boolean }>();
  collect(schema.properties as unknown as Tree, [], known);
  const set = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('USHER_') || value === undefined || name === 'USHER_CONFIG' || name.startsWith('USHER_TEST_') || name === 'USHER_CORPUS') continue;
    const key = known.get(name);
    if (!key) {
      problems.push(variableSentence(name, [...known.keys()]));
      continue;
    }
    let at = tree;
    for (const step of key.path.slice(0, -1)) at = (at[step] ??= {}) as Tree;
    const text = value.trim();
    at[key.path.at(-1)!] = key.list ? text.split(',').map((item) => item.trim()).filter(Boolean) : key.number && /^\d+$/.test(text) ? Number(text) : text;
    set.add(key.path.join('.'));
  }
  return set;
}

function collect(properties: Tree, path: string[], known: Map<string, { path: string[]; list: boolean; number: boolean }>): void {
  for (const [key, value] of Object.entries(properties)) {
    const here = [...path, key];
    const rule = value as { properties?: Tree; type?: string | string[]; $ref?: string };
    if (rule.properties) collect(rule.properties, here, known);
    const name = `USHER_${here.join('_').replaceAll('-', '_').toUpperCase()}`;
    known.set(name, { path: here, list: rule.type === 'array' || rule.$ref !== undefined, number: rule.type === 'integer' || (Array.isArray(rule.type) && rule.type.includes('integer')) });
  }
}

function describe(error: ErrorObject, source: Source, fromEnv: ReadonlySet<string>, problems: string[]): void {
  const sentence = schemaSentence(error, schema as unknown as SchemaPart);
  if (sentence === null) return;
  const path = stepsOf(error);
  const unknown = error.keyword === 'additionalProperties' ? (error.params as { additionalProperty: string }).additionalProperty : null;
  problems.push((unknown === null ? atPath(source, path, fromEnv) : atName(source, path, unknown)) + sentence);
}

/** Only what is wrong itself: a list as a whole, but not its neighbours. */
function setAside(tree: Tree, path: readonly string[]): void {
  const [first = '', ...rest] = path;
  const below = tree[first];
  if (rest.length === 0 || below === null || typeof below !== 'object' || Array.isArray(below)) delete tree[first];
  else setAside(below as Tree, rest);
}

/** The place of a key's name, where no setting has that name. */
function atName(source: Source, path: readonly string[], name: string): string {
  const parent = path.length === 0 ? source.doc?.contents : source.doc?.getIn(path, true);
  const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === name)?.key : undefined;
  const offset = isScalar(key) ? key.range?.[0] : undefined;
  return placed(source, offset);
}

/** `file:line:column: ` of a key, or the name of the environment variable. */
function at(source: Source, key: string, fromEnv: ReadonlySet<string>): string {
  return atPath(source, key.split('.'), fromEnv);
}

function atPath(source: Source, path: readonly string[], fromEnv: ReadonlySet<string>): string {
  const key = path.join('.');
  if (fromEnv.has(key)) return `USHER_${key.replaceAll(/[.-]/g, '_').toUpperCase()}: `;
  const node = source.doc?.getIn(path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)), true) as Node | undefined;
  return placed(source, node?.range?.[0]);
}

function placed(source: Source, offset: number | undefined): string {
  if (offset === undefined) return source.file === '' ? '' : `${source.file}: `;
  const place = source.lines.linePos(offset);
  return `${source.file}:${place.line}:${place.col}: `;
}

type Complain = (key: string, sentence: string) => void;

function build(tree: Tree, base: string, cwd: string, fromEnv: ReadonlySet<string>, complain: Complain): Config {
  // What the file says counts from the file's folder, what the environment says from where Usher was started.
  const path = (key: string, fallback: string): string => resolve(fromEnv.has(key) ? cwd : base, (tree[key] as string | undefined) ?? fallback);
  const listen = (tree['listen'] ?? {}) as Tree;
  const door = (name: DoorName, fallback: string[]): readonly ListenAddress[] => listOf(listen[name] ?? fallback).flatMap((text) => {
    const address = readListenAddress(text, fromEnv.has(`listen.${name}`) ? cwd : base);
    if (!address) complain(`listen.${name}`, `"${text}" is not an address to listen on; write host:port or unix:/path.`);
    return address ? [address] : [];
  });
  const networks = (key: string, fallback: string[]): readonly string[] => ((tree[key] as string[] | undefined) ?? fallback).flatMap((text) => {
    const network = readNetwork(text);
    if (!network) complain(key, `"${text}" is not a network; write for example 10.0.0.0/8 or 2001:db8::/32.`);
    return network ? [network] : [];
  });
  const noticesFrom = (tree['notices-from'] as string | undefined) ?? `Mail filter <no-reply@${(tree['hostname'] as string | undefined) ?? hostname()}>`;
  const dataDir = dataFolder(path('data', './var'), tree['data'], complain);
  const deliverTo = readNextHop((tree['deliver-to'] as string | undefined) ?? null, fromEnv.has('deliver-to') ? cwd : base, dataDir, complain);
  return {
    hostname: (tree['hostname'] as string | undefined) ?? hostname(),
    listen: { smtp: door('smtp', ['127.0.0.1:2525']), lmtp: door('lmtp', []), milter: door('milter', ['127.0.0.1:8896']), web: door('web', ['127.0.0.1:8025']), ops: door('ops', ['127.0.0.1:8026']) },
    deliverTo,
    nextHopTls: readNextHopTls((tree['next-hop'] ?? {}) as Tree, deliverTo, fromEnv.has('next-hop.tls-authorities') ? cwd : base, complain),
    junkFolders: (tree['junk-folders'] as string[] | undefined) ?? ['Junk', 'Spam'],
    learnFromMoves: ![false, 'false'].includes((tree['learn-from-moves'] as boolean | string | undefined) ?? true),
    trustedNetworks: networks('trusted-networks', ['127.0.0.0/8', '::1/128']),
    ourDomains: ((tree['our-domains'] as string[] | undefined) ?? []).map((domain) => asciiDomain(domain.toLowerCase())),
    ourNetworks: networks('our-networks', []),
    relays: networks('relays', []),
    noticesFrom,
    keepDecisionsMs: duration(tree['keep-decisions'] as string | number | undefined, complain),
    policiesDir: path('policies', './policies'),
    dataDir,
    trustedFilters: (tree['trusted-filters'] as string[] | undefined) ?? [],
    modelFile: tree['model'] === undefined ? null : path('model', ''),
    publicUrl: (tree['public-url'] as string | undefined) ?? 'http://127.0.0.1:8025',
    operators: ((tree['operators'] as string[] | undefined) ?? []).map((address) => mailAddress(address).key),
    delegates: Object.fromEntries(Object.entries((tree['delegates'] as Record<string, string[]> | undefined) ?? {}).map(([shared, people]) => [mailAddress(shared).key, people.map((address) => mailAddress(address).key)])),
    onFailure: (tree['on-failure'] as Config['onFailure'] | undefined) ?? 'ask-to-retry',
    workers: workers(tree['workers'] as number | string | undefined, complain),
    tls: tls(tree['tls'] as { certificate: string; key: string } | undefined, base),
    dkim: dkim(tree['dkim'] as { domain?: string; selector: string; key: string } | undefined, noticesFrom, base),
    bareLineBreaks: (tree['bare-line-breaks'] as Config['bareLineBreaks'] | undefined) ?? 'refuse',
    milter: milterSocket((tree['milter'] ?? {}) as Tree),
    language: (tree['language'] as string | undefined) ?? 'en',
    timezone: zone(tree['timezone'] as string | undefined, complain),
    dnsServers: (tree['dns-servers'] as string[] | undefined) ?? [],
    dnsLists: readDnsLists(tree['dns-lists'], (sentence) => complain('dns-lists', sentence)),
    trustedArcSealers: ((tree['trusted-arc-sealers'] as string[] | undefined) ?? []).map((domain) => asciiDomain(domain.toLowerCase())),
    clamav: scannerAddress(tree['clamav'] as string | undefined, fromEnv.has('clamav') ? cwd : base, complain),
    logLevel: (tree['log-level'] as string | undefined) ?? 'info',
    limits: limits((tree['limits'] ?? {}) as Tree),
  };
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : [value as string]).filter((text) => text !== '');

function dataFolder(path: string, written: unknown, complain: Complain): string {
  if (/^postgres(ql)?:/.test(String(written ?? ''))) complain('data', 'PostgreSQL is not supported yet; name a folder, such as ./var.');
  return path;
}

function scannerAddress(text: string | undefined, base: string, complain: Complain): ListenAddress | null {
  if (text === undefined || text === '') return null;
  const address = readListenAddress(text, base);
  if (!address) complain('clamav', `"${text}" is not where clamd listens; write host:port or unix:/path.`);
  return address;
}

function duration(value: string | number | undefined, complain: Complain): number {
  const ms = readDuration(value ?? '90 days');
  if (ms === null) complain('keep-decisions', `"${value}" is not a length of time; write for example 90 days.`);
  return ms ?? 0;
}

function workers(value: number | string | undefined, complain: Complain): number {
  if (value !== undefined && value !== 'auto' && value !== 1) complain('workers', 'only one process is supported yet; write 1 or auto.');
  return 1;
}

const tls = (value: { certificate: string; key: string } | undefined, base: string): Config['tls'] =>
  value ? { certFile: resolve(base, value.certificate), keyFile: resolve(base, value.key) } : null;

const dkim = (value: { domain?: string; selector: string; key: string } | undefined, noticesFrom: string, base: string): Config['dkim'] =>
  value ? { domain: value.domain === undefined ? domainOfMailbox(noticesFrom) : asciiDomain(value.domain.toLowerCase()), selector: value.selector, keyFile: resolve(base, value.key) } : null;

const milterSocket = (tree: Tree): Config['milter'] =>
  ({ socketMode: parseInt((tree['socket-mode'] as string | undefined) ?? '0660', 8), socketOwner: (tree['socket-owner'] as string | undefined) ?? null });

function zone(name: string | undefined, complain: Complain): string {
  if (name !== undefined && !isTimezone(name)) complain('timezone', `"${name}" is not a time zone; write for example Europe/Istanbul.`);
  return name ?? 'UTC';
}

function limits(tree: Tree): Limits {
  const entries = Object.entries(limitDefaults).map(([name, fallback]) => [name, (tree[name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)] as number | undefined) ?? fallback]);
  return Object.freeze(Object.fromEntries(entries)) as unknown as Limits;
}
