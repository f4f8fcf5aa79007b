/** PURE. Whom a page or a list entry means: `everyone`, an address, `*@domain`, `*@*.domain`. */
import { asciiDomain, mailAddress } from '../message/envelope.ts';
import { readText } from './fields.ts';
import { valueMeantBy } from './keywords.ts';
import type { Report } from './report.ts';
import { plainWord, suggest } from './suggest.ts';
import type { Tree } from './tree.ts';

const LOCAL = /^[^\s@<>()[\]\\,;:"*\u0000-\u001f]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)+$/;

/** Lower case and A-labels; null when it is not an address of the form name@domain. */
function normalAddress(text: string): string | null {
  const at = text.lastIndexOf('@');
  if (at < 1 || !LOCAL.test(text.slice(0, at))) return null;
  const address = mailAddress(text);
  return DOMAIN.test(address.domain) ? address.key : null;
}

/** An address, `*@domain` or `*@*.domain`, in lower case and A-labels; null for anything else. */
export function normalPattern(text: string): string | null {
  const found = /^\*@(\*\.)?([^*@\s]+)$/u.exec(text);
  if (found === null) return normalAddress(text);
  const domain = asciiDomain((found[2] ?? '').toLowerCase());
  // All domains below a top-level one can be meant: `*@*.example`.
  return DOMAIN.test(domain) || (found[1] !== undefined && DOMAIN.test(`x.${domain}`)) ? `*@${found[1] ?? ''}${domain}` : null;
}

/** An address of a person: owner, approver, who gets the digest. */
export function readAddress(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const address = normalAddress(text);
  if (address !== null) return address;
  const inside = /<([^<>]+)>/.exec(text)?.[1] ?? text.replace(/^mailto:/i, '').replace(/\s*(@|\(at\)|\[at\])\s*/, '@');
  const meant = normalAddress(inside.trim());
  if (meant !== null) return void report.error('not-an-address', tree, { text, key: line, suggestion: meant }, 'write');
  const several = text.split(/[,;\s]+/).map(normalAddress);
  if (several.length > 1 && several.every((one) => one !== null)) {
    if (line !== 'to') return void report.error('one-value', tree, { key: line }, 'one-value');
    return void report.error('not-an-address', tree, { text, key: line, suggestion: `[${several.join(', ')}]` }, 'write');
  }
  return void report.error('not-an-address', tree, { text, key: line, suggestion: 'anna@example.com' }, 'write-like');
}

/** Who writes: for welcome and never-welcome entries. */
export function readSender(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const pattern = normalPattern(text);
  if (pattern !== null) return pattern;
  return void refuse('not-a-sender', text, tree, line, report);
}

/** Whose mail a page is for. */
export function readRecipients(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const word = plainWord(text);
  if (word === 'everyone') return 'everyone';
  const pattern = normalPattern(text);
  if (pattern !== null) {
    const plus = /^([^+@]+)\+[^@]*(@.+)$/.exec(pattern);
    if (plus === null) return pattern;
    return void report.error('plus-address', tree, { text, suggestion: `${plus[1]}${plus[2]}` }, 'write');
  }
  if (valueMeantBy(word, ['everyone']) !== null || (!/[@.]/.test(text) && suggest(text, ['everyone']) !== null)) {
    return void report.error('not-a-pattern', tree, { text, key: line, suggestion: 'everyone' }, 'did-you-mean');
  }
  return void refuse('not-a-pattern', text, tree, line, report);
}

/** Names the pattern that was meant where there is one: a bare domain, `@domain`, `*.domain`, `Name <address>`. */
function refuse(code: string, text: string, tree: Tree, line: string, report: Report): void {
  const several = text.split(/[,;\s]+(?:and\s+)?/).filter((one) => one !== '').map((one) => normalPattern(one));
  const [only] = several;
  if (several.length === 1 && typeof only === 'string') return report.error(code, tree, { text, key: line, suggestion: `"${only}"` }, 'write');
  const named = /^(sender|words|exact-words|list)\s+(\S.*)$/.exec(text);
  if (named !== null && code === 'not-a-sender') return report.error(code, tree, { text, key: line, suggestion: `${named[1]}: "${named[2]}"` }, 'write');
  if (several.length > 1 && several.every((one) => one !== null)) {
    return report.error(code, tree, { text, key: line, suggestion: `[${several.map((one) => `"${one}"`).join(', ')}]` }, 'write');
  }
  // A list file where a sender is due.
  if (/^[^@*\s]+\.(csv|txt|tsv|xlsx?)$/i.test(text) && code === 'not-a-sender') {
    return report.error(code, tree, { text, key: line, suggestion: `list: "${text}"` }, 'write');
  }
  if (!/[@.*]/.test(text) && !/\(at\)|\[at\]/i.test(text)) return report.error(code, tree, { text, key: line }, 'pattern-forms');
  const bare = (/<([^<>]+)>/.exec(text)?.[1] ?? text).trim().replace(/^(mailto:|https?:\/\/(www\.)?)/i, '').replace(/\/.*$/, '').replace(/\s*(\(at\)|\[at\])\s*/i, '@');
  const candidates = [bare, `*@${bare.replace(/^@/, '')}`, bare.replace(/^[^@]*\*[^@]*@/, '*@'), bare.replace(/^(\*@?)?\.?(?=[^@*]+$)/, '*@*.'), bare.replace(/\s*@\s*/, '@')];
  const meant = candidates.map(normalPattern).find((one) => one !== null) ?? null;
  if (meant !== null) report.error(code, tree, { text, key: line, suggestion: `"${meant}"` }, 'write');
  else report.error(code, tree, { text, key: line }, /^[^@\s]+@[\p{L}\p{N}-]+$/u.test(bare) ? 'domain-ending' : 'pattern-forms');
}
