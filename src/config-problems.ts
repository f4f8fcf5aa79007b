/** What is wrong with usher.yaml, in sentences that say what to write instead. PURE. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { suggest } from './policy/suggest.ts';

/** A part of the schema, as far as it is looked at here. */
export interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly examples?: readonly unknown[];
}

/** What a pattern of the schema asks for, said for people. */
const FORMS: Readonly<Record<string, string>> = {
  'hostname': 'is a name such as mx.example.com',
  'public-url': 'begins with http:// or https://, such as https://mail.example.com',
  'language': 'is a short code, such as en, tr, ru or de',
  'milter.socket-mode': 'is written in quotes, such as "0660"',
  'milter.socket-owner': 'is a user, user:group or :group, such as usher:postfix',
  'dkim.selector': 'is one word of letters and digits, such as usher',
  'keep-decisions': 'is a length of time, such as 90 days',
  'workers': 'is 1 or auto',
};

/** The names on the way to what an error is about; names may hold a slash, as addresses do (RFC 6901 section 4). */
export function stepsOf(error: Pick<ErrorObject, 'instancePath'>): readonly string[] {
  return error.instancePath.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * An error of the schema as a sentence; null: another one says the same better.
 * @param error with `verbose`: the schema and the data are in it
 */
export function schemaSentence(error: ErrorObject, schema: SchemaPart): string | null {
  const path = stepsOf(error);
  const name = path.join('.');
  const { keyword, data, params } = error;
  if (keyword === 'oneOf' || error.propertyName !== undefined) return null; // its parts are reported themselves
  if (keyword === 'type' && (error.parentSchema as { readonly enum?: unknown } | undefined)?.enum !== undefined) return null; // the choices say more
  if (keyword === 'additionalProperties') return unknownSetting((params as { additionalProperty: string }).additionalProperty, path, schema);
  if (keyword === 'required') return `"${name}" needs "${(params as { missingProperty: string }).missingProperty}" as well.`;
  if (keyword === 'propertyNames') return `"${(params as { propertyName: string }).propertyName}" under "${name}" is not an e-mail address.`;
  if (path[0] === 'listen' && path.length > 1) return `"${name}" is where to listen; write host:port, such as 127.0.0.1:2525, unix:/path, or a list of these.`;
  if (FORMS[name] !== undefined && (keyword === 'pattern' || keyword === 'type')) return `"${name}" ${FORMS[name]}.`;
  if ((path[0] === 'operators' || path[0] === 'delegates') && keyword === 'pattern') return `"${String(data)}" is not an e-mail address.`;
  const text = wanted(error, data);
  return `"${name}" ${text}${text.endsWith('?') ? '' : '.'}`;
}

function wanted({ keyword, params, message, parentSchema }: ErrorObject, data: unknown): string {
  if (keyword === 'enum') return oneOf((params as { allowedValues: unknown[] }).allowedValues.map(String), data);
  if (keyword === 'type') return typed((params as { type: string | string[] }).type, data, (parentSchema ?? {}) as SchemaPart);
  if (keyword === 'minimum') return `must be at least ${(params as { limit: number }).limit}`;
  if (keyword === 'minLength') return 'has nothing behind it';
  if (keyword === 'maxItems') return `takes at most ${(params as { limit: number }).limit}`;
  return message ?? 'is not written as it should be';
}

function oneOf(choices: readonly string[], data: unknown): string {
  const near = typeof data === 'string' ? suggest(data, choices) : null;
  return `must be one of ${[...new Set(choices)].join(', ')}${near === null ? '' : `; did you mean ${near}?`}`;
}

function typed(type: string | readonly string[], data: unknown, part: SchemaPart): string {
  const isScalar = data !== null && typeof data !== 'object';
  if (data === null) return 'has nothing behind it';
  if (type === 'array') return isScalar ? `takes a list: write [${String(data)}]` : 'takes a list';
  if (type === 'object') return `takes lines of its own below it, two spaces further to the right${part.properties ? `: ${Object.keys(part.properties).join(', ')}` : ''}`;
  if (type === 'integer') return 'must be a whole number';
  if (type === 'string') return isScalar ? `takes a text: write "${String(data)}", in quotes` : 'takes one text';
  return 'is not written as it should be';
}

function unknownSetting(name: string, path: readonly string[], schema: SchemaPart): string {
  let here: SchemaPart | undefined = schema;
  for (const step of path) here = here?.properties?.[step];
  const choices = Object.keys(here?.properties ?? {});
  const under = path.length > 0 ? ` under "${path.join('.')}"` : '';
  return `there is no setting "${name}"${under}${remedy(name, choices, path, schema)}`;
}

function remedy(name: string, choices: readonly string[], path: readonly string[], schema: SchemaPart): string {
  const near = suggest(name, choices);
  if (near !== null) return `; did you mean "${near}"?`;
  const home = path.length === 0 ? Object.entries(schema.properties ?? {}).find(([, part]) => part.properties?.[name] !== undefined)?.[0] : undefined;
  if (home !== undefined) return `; it belongs under "${home}:", two spaces further to the right.`;
  return path.length > 0 && choices.length > 0 && choices.length <= 8 ? `; possible here: ${choices.join(', ')}.` : '.';
}

/** A variable of the environment that no setting has. */
export function variableSentence(name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  return `${name}: there is no such setting${near === null ? '.' : `; did you mean ${near}?`}`;
}

/** Why a file could not be read, by the system's code. */
export function unreadableSentence(code: string | undefined): string {
  if (code === 'ENOENT') return 'there is no such file.';
  if (code === 'EACCES' || code === 'EPERM') return 'there is no permission to read this file.';
  return code === 'EISDIR' ? 'this is a folder, not a file.' : `cannot be read (${code ?? 'error'}).`;
}

const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'this line begins with a tab; use spaces.',
  DUPLICATE_KEY: 'this setting stands here twice; keep one of the two.',
  BAD_INDENT: 'this line begins too far to the right or to the left.',
  BLOCK_AS_IMPLICIT_KEY: 'there are two colons in this line; put a text that holds a colon into quotes.',
  MULTIPLE_DOCS: 'there is a line --- in the file; take it away.',
  MULTILINE_IMPLICIT_KEY: 'a name, a colon and a space are missing at the beginning of this line.',
};

/** An error of the YAML parser. */
export function syntaxSentence(code: string, message: string): string {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) return `a bracket is opened above and not closed; close it with ${bracket}.`;
  if (/closing ["']quote/.test(message)) return 'a quote is opened and not closed.';
  return SYNTAX[code] ?? `${message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')}.`;
}

/** A text that begins with an asterisk, such as *.example.com: YAML takes it for a reference. */
export const ASTERISK_SENTENCE = 'a text that begins with * must stand in quotes.';
export const ALIASES_SENTENCE = 'there are too many references (*name) in the file.';
