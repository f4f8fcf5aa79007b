/** PURE. Which page decides for a recipient: the most specific `applies-to` (policy language, "Which page, which line", item 1). */

export interface PageMatcher<P> {
  /** @param recipient address key (lower case, A-labels) */
  find(recipient: string): P | null;
}

/** `name+anything@domain` belongs to `name@domain`; null when there is no `+` behind a name. */
export function withoutPlus(recipient: string): string | null {
  const at = recipient.lastIndexOf('@');
  const plus = recipient.indexOf('+');
  if (plus <= 0 || (at >= 0 && plus > at)) return null;
  return recipient.slice(0, plus) + (at < 0 ? '' : recipient.slice(at));
}

/** Tables by pattern, so that ten thousand pages cost what one costs. The first page that claims a pattern keeps it. */
export function compileMatcher<P>(pages: readonly { readonly page: P; readonly patterns: readonly string[] }[]): PageMatcher<P> {
  const addresses = new Map<string, P>();
  const domains = new Map<string, P>();
  const parents = new Map<string, P>();
  let everyone: P | null = null;
  const claim = (table: Map<string, P>, key: string, page: P): void => {
    if (!table.has(key)) table.set(key, page);
  };
  for (const { page, patterns } of pages) {
    for (const pattern of patterns) {
      if (pattern === 'everyone') everyone ??= page;
      else if (pattern.startsWith('*@*.')) claim(parents, pattern.slice(4), page);
      else if (pattern.startsWith('*@')) claim(domains, pattern.slice(2), page);
      else claim(addresses, pattern, page);
    }
  }
  return {
    find(recipient) {
      const bare = withoutPlus(recipient);
      const byAddress = addresses.get(recipient) ?? (bare === null ? undefined : addresses.get(bare));
      if (byAddress !== undefined) return byAddress;
      const domain = recipient.slice(recipient.lastIndexOf('@') + 1);
      return domains.get(domain) ?? findParent(parents, domain) ?? everyone;
    },
  };
}

/** `*@*.example.com` covers what lies below example.com; the longest suffix wins. */
export function findParent<T>(parents: ReadonlyMap<string, T>, domain: string): T | undefined {
  if (parents.size === 0) return undefined;
  for (const parent of parentsOf(domain)) {
    const found = parents.get(parent);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The domains above a domain, the longest first. */
export function* parentsOf(domain: string): Generator<string> {
  for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) yield domain.slice(dot + 1);
}
