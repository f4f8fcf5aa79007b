/** The shape of the code as a test: layers, purity, sizes, dead files, words that must not stand here. */
import { parseSync } from '@swc/core';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..');

function filesBelow(dir: string, ending: RegExp): string[] {
  return readdirSync(join(root, dir)).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(join(root, path)).isDirectory()) return filesBelow(path, ending);
    return ending.test(name) ? [path] : [];
  });
}

interface Import { readonly from: string; readonly typeOnly: boolean }
interface Source { readonly path: string; readonly text: string; readonly lines: number; readonly imports: readonly Import[] }

const sourceOf = (path: string): Source => {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map((match) => ({ from: match[2]!, typeOnly: match[1] !== undefined }));
  for (const match of text.matchAll(/\bimport\('([^']+)'\)/g)) imports.push({ from: match[1]!, typeOnly: false });
  return { path, text, lines: text.split('\n').length - 1, imports };
};

const sources: readonly Source[] = filesBelow('src', /(?<!\.d)\.ts$/).map(sourceOf);

const isOwn = (specifier: string): boolean => specifier.startsWith('.');
const target = (source: Source, specifier: string): string => relative(root, resolve(root, dirname(source.path), specifier));
/** `src/policy/decide.ts` is in layer `policy`; `src/main.ts` in layer `main.ts`. */
const layerOf = (path: string): string => path.split('/')[1]!;

/** Which layers a layer may use at run time: no more than it does. What is not named here (main, commands, review, notices) composes and may use all. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  message: ['message'],
  words: ['words'],
  platform: ['platform', 'message'],
  danger: ['danger', 'message'],
  signals: ['signals', 'message', 'platform', 'danger'],
  scoring: ['scoring', 'message', 'signals'],
  training: ['training', 'scoring', 'message'],
  policy: ['policy', 'message', 'words'],
  'policy-files': ['policy-files', 'policy', 'message', 'platform'],
  intake: ['intake', 'message', 'platform'],
  storage: ['storage', 'policy', 'platform', 'message'],
  actions: ['actions', 'message', 'platform', 'storage', 'quarantine', 'intake'],
  quarantine: ['quarantine', 'platform', 'message', 'actions', 'audit'],
  audit: ['audit', 'policy', 'message'],
  ops: ['ops', 'message'],
  stations: ['stations', 'actions', 'audit', 'intake', 'message', 'platform', 'policy', 'policy-examples.ts', 'quarantine', 'signals', 'storage'],
  learning: ['learning', 'message', 'platform', 'scoring', 'signals', 'stations'],
  mailboxes: ['mailboxes', 'actions', 'learning', 'message', 'platform', 'stations', 'storage'],
};

test.each(sources.filter((source) => allowed[layerOf(source.path)]).map((source) => [source.path, source] as const))('%s keeps to its layer', (_path, source) => {
  const here = allowed[layerOf(source.path)]!;
  const wrong = source.imports.filter((each) => isOwn(each.from) && !each.typeOnly).map((each) => target(source, each.from)).filter((path) => path.startsWith('src/') && !here.includes(layerOf(path)));
  expect(wrong).toEqual([]);
});

/** Whole layers, and each file whose first comment says `PURE.` */
const PURE_LAYERS = [/^src\/scoring\//, /^src\/policy\//, /^src\/review\/views\//];
const isPure = ({ path, text }: Source): boolean => PURE_LAYERS.some((layer) => layer.test(path)) || /\bPURE\b/.test(text.slice(0, text.indexOf('*/')));
/** Deterministic parts of Node: hashing and IDNA. */
const PURE_NODE = new Set(['node:crypto', 'node:url', 'node:buffer', 'node:path']);
const IMPURE_PACKAGES = new Set(['pino', 'kysely', 'better-sqlite3', 'smtp-server', 'nodemailer', 'fastify', 'pg', 'prom-client', 'croner', 'mailauth']);

test.each(sources.filter(isPure).map((source) => [source.path, source] as const))('%s is pure', (_path, source) => {
  const impure = source.imports.filter((each) => !each.typeOnly).map((each) => each.from)
    .filter((from) => (from.startsWith('node:') && !PURE_NODE.has(from)) || IMPURE_PACKAGES.has(from) || /\/(platform|storage)\//.test(from));
  expect(impure).toEqual([]);
  expect(source.text.match(/\b(Date\.now\(\)|new Date\(\)|Math\.random\(\)|process\.(env|hrtime)|setTimeout\()/g)).toBeNull();
});

/** `yaml` for `yaml`, `@scope/name` for `@scope/name/part`. */
const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

test('what the service imports is a dependency of its own, and each of those is imported', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
  const imported = new Set(sources.flatMap(({ imports }) => imports.filter(({ from, typeOnly }) => !typeOnly && !isOwn(from) && !from.startsWith('node:')).map(({ from }) => packageOf(from))));
  expect([...imported].sort()).toEqual(Object.keys(dependencies).sort());
});

test('the wire codec of the milter imports nothing of the project', () => {
  for (const source of sources.filter((each) => each.path.endsWith('milter/wire.ts'))) expect(source.imports.filter((each) => isOwn(each.from))).toEqual([]);
});

test('no file is longer than 400 lines, and the median is at most 120', () => {
  expect(sources.filter((source) => source.lines > 400).map((source) => `${source.path} ${source.lines}`)).toEqual([]);
  const sorted = sources.map((source) => source.lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
});

/** Every function with more than 70 lines, as `name lines`. */
function longFunctions(source: Source): string[] {
  const module = parseSync(source.text, { syntax: 'typescript', target: 'es2024' });
  const bytes = Buffer.from(source.text);
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (node !== null && typeof node === 'object') {
      const { type, span } = node as { type?: string; span?: { start: number; end: number } };
      if (span && type && /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ClassMethod|PrivateMethod|MethodProperty|Constructor)$/.test(type)) {
        const text = bytes.subarray(span.start - module.span.start, span.end - module.span.start).toString();
        const lines = text.split('\n').length;
        if (lines > 70) found.push(`${source.path}: ${text.slice(0, 60).split('\n')[0]} (${lines} lines)`);
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(module.body);
  return found;
}

test('no function is longer than 70 lines', () => expect(sources.flatMap(longFunctions)).toEqual([]));

test('every file is used by another, but for the entry points', () => {
  const used = new Set([...sources, ...filesBelow('scripts', /\.ts$/).map(sourceOf)].flatMap((source) => source.imports.filter((each) => isOwn(each.from)).map((each) => target(source, each.from))));
  const entries = new Set(['src/cli.ts', 'src/main.ts', 'src/storage/checkpoint-worker.ts', 'src/learning/fit-worker.ts']);
  expect(sources.map((source) => source.path).filter((path) => !used.has(path) && !entries.has(path))).toEqual([]);
});

test('no import at run time goes round in a circle', () => {
  const graph = new Map(sources.map((source) => [source.path, source.imports.filter((each) => isOwn(each.from) && !each.typeOnly).map((each) => target(source, each.from))]));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') return void circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) walk(path, []);
  expect(circles).toEqual([]);
});

test('the map names no file that is not there', () => {
  const named = [...readFileSync(join(root, 'src/ARCHITECTURE.md'), 'utf8').matchAll(/`([\w/.-]+\.ts)`/g)].map((match) => match[1]!);
  const there = [...sources.map(({ path }) => path), ...filesBelow('test', /\.ts$/)];
  expect(named.filter((name) => !there.some((path) => path === name || path.endsWith(`/${name}`)))).toEqual([]);
});

test('nothing in the code speaks of places or promises that do not belong here', () => {
  const banned = /TODO|FIXME|XXX\b|@ts-ignore|\bas any\b|\/work\/|\/home\/[a-z]|registry\.npmjs/;
  const texts = [...sources.map((source) => [source.path, source.text] as const), ...filesBelow('docs', /\.md$/).map((path) => [path, readFileSync(join(root, path), 'utf8')] as const)];
  expect(texts.filter(([, text]) => banned.test(text)).map(([path]) => path)).toEqual([]);
});
