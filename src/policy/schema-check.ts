/**
 * PURE. The published schema, held against every page: the readers say what is wrong in words, and whatever the schema
 * refuses beyond that is reported as well, so that a page cannot be right here and wrong in an editor.
 */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import schema from '../../schemas/policy.schema.json' with { type: 'json' };
import type { Report } from './report.ts';
import { toJson, type Tree } from './tree.ts';
import type { Span } from './source.ts';

// Descriptions of single choices are keywords of editors, not of JSON Schema.
const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: true });
const validate = ajv.compile(schema);

/** Problems of the schema's as ajv reports them; empty: the page fits. */
function schemaErrors(tree: Tree): readonly ErrorObject[] {
  return validate(toJson(tree)) ? [] : [...(validate.errors ?? [])];
}

/** Reports what the schema refuses where the readers have said nothing. Many errors of one branch count once. */
export function compareWithSchema(tree: Tree, report: Report): void {
  if (report.hasErrors) return;
  const errors = schemaErrors(tree);
  const seen = new Set<number>();
  for (const error of errors) {
    const at = spanAt(tree, error.instancePath);
    const line = report.source.lineAt(at.start);
    if (seen.has(line) || report.isSilenced(at) || report.hasErrorAt(line)) continue;
    seen.add(line);
    report.error('schema', at, { key: error.instancePath.split('/').pop() ?? '' }, null);
  }
}

function spanAt(tree: Tree, pointer: string): Span {
  let at: Tree = tree;
  for (const raw of pointer.split('/').slice(1)) {
    const step = raw.replace(/~1/g, '/').replace(/~0/g, '~');
    const next: Tree | undefined = at.kind === 'map' ? at.entries.find((entry) => entry.key === step)?.value : at.kind === 'list' ? at.items[Number(step)] : undefined;
    if (next === undefined) break;
    at = next;
  }
  return at;
}
