/** PURE. A page as a tree of texts, lists and maps with their places; every text is what stands in the file. */
import type { Span } from './source.ts';

export interface TextTree extends Span {
  readonly kind: 'text';
  readonly text: string;
  /** Written without quotes and not as a block. */
  readonly plain: boolean;
}

export interface ListTree extends Span {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  /** Written in square brackets. */
  readonly flow: boolean;
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Tree;
}

export interface MapTree extends Span {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  /** Written in braces. */
  readonly flow: boolean;
}

/** Nothing stands behind the colon or dash. */
export interface EmptyTree extends Span {
  readonly kind: 'empty';
}

export type Tree = TextTree | ListTree | MapTree | EmptyTree;

/** The value that a JSON Schema validator sees, as an editor's reads it (YAML 1.2 core schema: numbers and booleans in plain texts). */
export function toJson(tree: Tree): unknown {
  switch (tree.kind) {
    case 'empty': return null;
    case 'list': return tree.items.map(toJson);
    case 'map': return Object.fromEntries(tree.entries.map((entry) => [entry.key, toJson(entry.value)]));
    case 'text': return tree.plain ? core(tree.text) : tree.text;
  }
}

function core(text: string): unknown {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return Number(text);
  return text;
}
