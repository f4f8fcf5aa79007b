/** PURE. Whose an Authentication-Results field is (RFC 8601 section 2.2). */

const TOKEN = /[^\x00-\x20()<>@,;:\\"/[\]?=\x7f]+/y;

/**
 * The authserv-id of a field's value (folded or not): comments skipped, a quoted string unquoted, the case kept.
 * @returns null for a value in which no reader could find one
 */
export function authservId(value: string): string | null {
  const start = skipCfws(value, 0);
  if (start === null || start >= value.length) return null;
  if (value[start] === '"') return quotedString(value, start);
  TOKEN.lastIndex = start;
  return TOKEN.exec(value)?.[0] ?? null;
}

/** Index behind white space, line breaks and comments (RFC 5322 section 3.2.2); null when a comment never ends. */
function skipCfws(text: string, start: number): number | null {
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '(') depth++;
    else if (char === ')' && depth > 0) depth--;
    else if (char === '\\' && depth > 0) at++;
    else if (depth === 0 && !' \t\r\n'.includes(char)) return at;
  }
  return depth === 0 ? at : null;
}

function quotedString(text: string, start: number): string | null {
  let out = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"') return out;
    if (char === '\\') at++;
    if (char === '\r' || char === '\n') continue; // folding within the string
    out += text[at] ?? '';
  }
  return null;
}
