/**
 * PURE. Text → tree, under bounds. Every scalar stays the text that was written: a telephone number is not a number
 * (YAML 1.2.2 section 10.1, failsafe schema). Mistakes of form are reported, masked, and reading goes on behind them.
 */
import { Lexer, isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import { policyFiles } from '../message/limits.ts';
import { diagnoseYaml } from './diagnose-yaml.ts';
import type { Report } from './report.ts';
import type { Source, Span } from './source.ts';
import type { Entry, Tree } from './tree.ts';

/** Tokens that all repeated readings of one page may come to: keeps even a page full of mistakes quick. */
const REREAD_MAX_TOKENS = 60_000;
const ROUNDS_MAX = 30;

/** The page as a tree; null where nothing can be read (reported). */
export function readTree(report: Report): Tree | null {
  const { source } = report;
  if (source.text.length > policyFiles.fileMaxBytes || new TextEncoder().encode(source.text).length > policyFiles.fileMaxBytes) {
    report.error('file-too-large', { start: 0, end: 0 }, { mebibytes: policyFiles.fileMaxBytes / 1048576 }, 'use-list-file');
    return null;
  }
  if (!withinBounds(report)) return null;
  const document = readable(report);
  if (document === null) return null;
  if (document.contents === null) {
    report.error('empty-file', { start: 0, end: 0 }, {}, 'smallest-page');
    return null;
  }
  return new TreeBuilder(report).build(document.contents);
}

/** The library reads what stands inside one another by calling itself: what `withinBounds` did not foresee ends here. */
function readable(report: Report): Document | null {
  try {
    return readRepairing(report);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report.error('too-deep', { start: 0, end: 1 }, {}, null);
    return null;
  }
}

/** Looks at the lexer's tokens only, which costs little and does not recurse, before anything is built from them. */
function withinBounds(report: Report): boolean {
  let tokens = 0;
  let brackets = 0;
  let dashes = 0;
  /** Each colon behind another on one line opens a map within a map. */
  let colons = 0;
  let at = 0;
  for (const token of new Lexer().lex(report.source.text)) {
    if (++tokens > policyFiles.tokensMax) {
      report.error('too-much', { start: at, end: at + 1 }, {}, 'use-list-file');
      return false;
    }
    if (/^[,[\]{}]|[\r\n]/.test(token)) colons = 0;
    else if (token === ':') colons++;
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1);
    else if (token === '-' || token === '?') dashes++;
    else if (token === '\n' || token === '\r\n') dashes = 0;
    const indent = /^ +$/.test(token) ? token.length : 0;
    if (brackets > policyFiles.depthMax || dashes > policyFiles.depthMax || colons > policyFiles.depthMax || indent > policyFiles.indentMaxChars) {
      report.error('too-deep', { start: at, end: at + 1 }, {}, null);
      return false;
    }
    // The lexer adds marks of its own (document, scalar, end of flow) that stand nowhere in the text.
    if (!/^[\u0002\u0018\u001f\ufeff]$/.test(token)) at += token.length;
  }
  return true;
}

function parse(text: string): Document {
  // uniqueKeys: the library compares each key with each other one; `fields.ts` does it in one go, with both places.
  return parseDocument(text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
}

function readRepairing(report: Report): Document {
  const { source } = report;
  let text = source.text;
  let document = parse(text);
  let budget = REREAD_MAX_TOKENS;
  for (let round = 0; document.errors.length > 0; round++) {
    const [first] = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
    if (first === undefined) break;
    const found = diagnoseYaml(source, text, first);
    report.error(found.code, found.span, found.values, found.hint);
    report.silence(source.lineAt(found.span.start), keyOf(source.line(source.lineAt(found.span.start))));
    if (found.repair === null || round >= ROUNDS_MAX) break;
    if (found.repair.text.startsWith('#')) report.emptied(parentOf(source, source.lineAt(found.repair.span.start)));
    const next = text.slice(0, found.repair.span.start) + found.repair.text + text.slice(found.repair.span.end);
    budget -= countTokens(next, budget + 1);
    if (next === text || budget < 0) break;
    text = next;
    document = parse(text);
  }
  return document;
}

/** The line above that begins further left: what stood below it is gone now. */
function parentOf(source: Source, number: number): number {
  const indentOf = (line: string): number => /^\s*(?:- +)?/.exec(line)?.[0].length ?? 0;
  const indent = /^\s*/.exec(source.line(number))?.[0].length ?? 0;
  let above = number - 1;
  while (above > Math.max(0, number - 50) && (source.line(above).trim() === '' || indentOf(source.line(above)) >= Math.max(1, indent))) above--;
  return above;
}

/** Stops counting at `most`. */
function countTokens(text: string, most: number): number {
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) if (++tokens >= most) break;
  return tokens;
}

/** The line that may be lost because it could not be read. */
function keyOf(line: string): string | null {
  return /^\s*([a-z-]+)\s*:/.exec(line)?.[1] ?? null;
}

interface Anchored {
  readonly tree: Tree;
  readonly nodes: number;
}

class TreeBuilder {
  readonly #report: Report;
  readonly #anchors = new Map<string, Anchored>();
  readonly #open = new Set<string>();
  #nodes = 0;
  #expanded = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  build(node: Node): Tree {
    const before = this.#nodes++;
    const anchor = isAlias(node) ? undefined : node.anchor;
    if (anchor !== undefined) this.#open.add(anchor);
    const tree = this.#build(node);
    if (anchor !== undefined) {
      this.#open.delete(anchor);
      this.#anchors.set(anchor, { tree, nodes: this.#nodes - before });
    }
    return tree;
  }

  #build(node: Node): Tree {
    const span = spanOf(node);
    if (isAlias(node)) return this.#alias(node.source, span);
    if (node.tag !== undefined && node.tag.startsWith('!') && node.tag !== '!') this.#report.error('tag', span, { tag: node.tag }, 'quote-it');
    else if (node.tag !== undefined && !/^tag:yaml\.org,2002:(str|map|seq)$/.test(node.tag)) this.#report.error('tag', span, { tag: node.tag }, 'quote-it');
    if (isSeq(node)) return { kind: 'list', ...span, flow: node.flow === true, items: node.items.map((item) => this.#item(item, span)) };
    if (isMap(node)) return { kind: 'map', ...span, flow: node.flow === true, entries: this.#entries(node) };
    if (!isScalar(node)) return { kind: 'empty', ...span };
    const text = String(node.value ?? '');
    const plain = node.type === 'PLAIN' || node.type === undefined || node.type === null;
    if (plain && /^(|~|null|Null|NULL)$/.test(text)) return { kind: 'empty', ...span };
    return { kind: 'text', ...span, text: plain ? text : text.replace(/\s+$/, ''), plain };
  }

  #item(item: unknown, span: Span): Tree {
    // `[a: b]` is a list that holds a pair without a map of its own.
    if (isPairLike(item)) return { kind: 'map', ...span, flow: true, entries: this.#pairs([item]) };
    return item === null || item === undefined ? { kind: 'empty', ...span } : this.build(item as Node);
  }

  #entries(node: YAMLMap): readonly Entry[] {
    return this.#pairs(node.items);
  }

  #pairs(pairs: readonly Pair[]): readonly Entry[] {
    const entries: Entry[] = [];
    for (const pair of pairs) {
      const keyNode = pair.key as Node | null;
      const keySpan = keyNode === null ? { start: 0, end: 0 } : spanOf(keyNode);
      const value: Tree = pair.value === null ? { kind: 'empty', start: keySpan.end, end: keySpan.end } : this.build(pair.value as Node);
      if (keyNode !== null && isScalar(keyNode)) entries.push({ key: String(keyNode.value ?? ''), keySpan, value });
      else this.#report.error('key-not-a-word', keySpan, {}, 'quote-it');
    }
    return entries;
  }

  #alias(name: string, span: Span): Tree {
    const written = `*${name}`;
    if (this.#open.has(name)) {
      this.#report.error('alias-circle', span, { text: written });
      return { kind: 'empty', ...span };
    }
    const target = this.#anchors.get(name);
    if (target === undefined) {
      if (/[@.*]/.test(name)) this.#report.error('star-unquoted', span, { text: written }, 'quote-exact');
      else this.#report.error('unknown-alias', span, { text: written }, 'quote-exact');
      this.#report.silence(this.#report.source.lineAt(span.start));
      return { kind: 'text', ...span, text: written, plain: false };
    }
    this.#expanded += target.nodes;
    this.#nodes += target.nodes;
    if (this.#expanded <= policyFiles.aliasNodesMax) return target.tree;
    if (this.#expanded - target.nodes <= policyFiles.aliasNodesMax) this.#report.error('aliases-expand', span, { limit: policyFiles.aliasNodesMax }, 'use-list-file');
    return { kind: 'empty', ...span };
  }
}

function isPairLike(item: unknown): item is Pair {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item && !('items' in item);
}

function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
