/** PURE. Tag lists of DKIM (RFC 6376 section 3.2). */

const PRINTABLE = /^[\x20-\x7e\t\r\n]*$/;
const NAME = /^[a-z][a-z0-9_]*$/;

/** Tags by name, white space around names and values left out; null for anything but printable ASCII and a well-formed list in small letters. */
export function splitTags(list: string): ReadonlyMap<string, string> | null {
  if (!PRINTABLE.test(list)) return null;
  const tags = new Map<string, string>();
  for (let from = 0; from <= list.length; ) {
    const semicolon = list.indexOf(';', from), to = semicolon < 0 ? list.length : semicolon;
    const equals = list.indexOf('=', from);
    if (equals < 0 || equals > to) return from > 0 && semicolon < 0 && list.slice(from).trim() === '' ? tags : null;
    const name = list.slice(from, equals).trim();
    if (!NAME.test(name) || tags.has(name)) return null;
    tags.set(name, list.slice(equals + 1, to).trim());
    from = to + 1;
  }
  return tags;
}
