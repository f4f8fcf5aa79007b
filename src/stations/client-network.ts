/** PURE. The network that a client stands in: large senders try again from a neighbouring address. */
import ipaddr from 'ipaddr.js';

/** /24 of IPv4, /64 of IPv6, as CIDR; `unknown` for no address. */
export function clientNetwork(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip); // An IPv4 address in IPv6 form counts as IPv4.
  const prefix = address.kind() === 'ipv4' ? 24 : 64;
  const bytes = address.toByteArray().fill(0, prefix / 8);
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`;
}
