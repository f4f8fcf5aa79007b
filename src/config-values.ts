/** How single values of the configuration are written. Each reader gives the value, or null for what it cannot read. PURE. */
import ipaddr from 'ipaddr.js';
import { resolve } from 'node:path';
import { mailAddress } from './message/envelope.ts';

/** A host with its port, or a unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export type DeliverTo =
  | { readonly protocol: 'smtp' | 'lmtp'; readonly address: ListenAddress }
  | { readonly protocol: 'maildir'; readonly dir: string };

/** `host:port`, `[::1]:port`, `:port` (all interfaces) or `unix:/path` (relative paths against `base`). */
export function readListenAddress(text: string, base: string): ListenAddress | null {
  if (text.startsWith('unix:')) return text.length > 5 ? { path: resolve(base, text.slice(5)) } : null;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text.trim());
  if (!match) return null;
  const port = Number(match[3]);
  return port > 65535 ? null : { host: match[1] ?? (match[2] || '0.0.0.0'), port };
}

/** `smtp://host:port`, `lmtp://host:port`, `smtp+unix:/path`, `lmtp+unix:/path`, `maildir:DIR`. Default ports: 25 and 24 (RFC 2033 names none; 24 is customary). */
export function readDeliverTo(text: string, base: string): DeliverTo | null {
  if (text.startsWith('maildir:')) return text.length > 8 ? { protocol: 'maildir', dir: resolve(base, text.slice(8)) } : null;
  const unix = /^(smtp|lmtp)\+unix:(.+)$/.exec(text);
  if (unix) return { protocol: unix[1] as 'smtp' | 'lmtp', address: { path: resolve(base, unix[2]!) } };
  const match = /^(smtp|lmtp):\/\/([^/\s]+?)\/?$/.exec(text);
  if (!match) return null;
  const protocol = match[1] as 'smtp' | 'lmtp';
  const hasPort = /:\d+$/.test(match[2]!) && !match[2]!.endsWith(']');
  const address = readListenAddress(hasPort ? match[2]! : `${match[2]}:${protocol === 'smtp' ? 25 : 24}`, base);
  return address && { protocol, address };
}

/** CIDR or a single address, in canonical form with its prefix length; bits behind the prefix may be set. */
export function readNetwork(text: string): string | null {
  const trimmed = text.trim();
  if (ipaddr.isValidCIDR(trimmed)) return trimmed;
  if (ipaddr.IPv4.isValidFourPartDecimal(trimmed)) return `${trimmed}/32`;
  return ipaddr.IPv6.isValid(trimmed) ? `${trimmed}/128` : null;
}

const UNITS: Readonly<Record<string, number>> = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000, year: 365 * 86_400_000 };

/** `90 days`, `2 weeks`, or a plain number of days; in milliseconds. */
export function readDuration(value: string | number): number | null {
  const match = /^(\d{1,5})(?:\s*(day|week|month|year)s?)?$/.exec(String(value).trim().toLowerCase());
  return match ? Number(match[1]) * UNITS[match[2] ?? 'day']! : null;
}

/** Domain of the address in `Name <address>` or a bare address, in lower-case A-labels; '' when there is none. */
export function domainOfMailbox(text: string): string {
  return mailAddress(/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim()).domain;
}

/** Whether it is a name of the IANA list that this Node knows. */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false; // RangeError is how Intl says that it knows no such zone
  }
}
