/** PURE. Sets of networks in CIDR notation. */
import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Clients that are remembered; they write many messages each. */
const REMEMBERED_MAX = 2000;

export class Networks {
  readonly #ranges: readonly Range[];
  readonly #known = new Map<string, boolean>();

  /** @param networks CIDR texts, already checked by the configuration; throws on any other */
  constructor(networks: readonly string[]) {
    this.#ranges = networks.map((text) => ipaddr.parseCIDR(text));
  }

  /** Whether the address is in one of them; null and what is no address are in none. */
  has(ip: string | null): boolean {
    if (ip === null || this.#ranges.length === 0) return false;
    let known = this.#known.get(ip);
    if (known === undefined) {
      if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
      known = this.#look(ip);
      this.#known.set(ip, known);
    }
    return known;
  }

  #look(ip: string): boolean {
    if (!ipaddr.isValid(ip)) return false;
    const address = ipaddr.process(ip);
    return this.#ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network as never, bits));
  }
}

/** An IP address in its canonical form, IPv4 out of its IPv6 mapping; null when it is none. Knows `IPv6:` and brackets in front. */
export function plainIp(text: string): string | null {
  const bare = text.replace(/^\[|\]$/g, '').replace(/^IPv6:/i, '');
  // The library also takes 10.1 and 0x7f.1, which no mail server writes.
  if (!/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(bare) || !ipaddr.isValid(bare)) return null;
  return ipaddr.process(bare).toString();
}

/** What counts as one client: an IPv4 address, or the /64 that one customer gets of IPv6 (RFC 6177). */
export function clientKey(ip: string): string {
  const address = ipaddr.parse(ip);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).map((part) => part.toString(16)).join(':') : ip;
}
