/**
 * PURE. Parameters of XCLIENT and XFORWARD, by which a mail server before us says whom it speaks for
 * (Postfix's XCLIENT_README and XFORWARD_README). Used only after the peer was found trusted.
 */
import { intake } from '../message/limits.ts';
import { plainIp } from './networks.ts';

/** null: said to be unknown (`[UNAVAILABLE]`); a key that is missing: not said. */
export interface ForwardAttributes {
  readonly name?: string | null;
  readonly addr?: string | null;
  readonly helo?: string | null;
  readonly login?: string | null;
  readonly source?: string | null;
  readonly port?: string | null;
  readonly proto?: string | null;
  readonly ident?: string | null;
}

const KEYS = { XCLIENT: ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'LOGIN'], XFORWARD: ['NAME', 'ADDR', 'PORT', 'PROTO', 'HELO', 'IDENT', 'SOURCE'] } as const;

/** @returns null when anything in the line is wrong: nothing of it counts then */
export function parseForward(line: string, command: keyof typeof KEYS): ForwardAttributes | null {
  const words = line.split(' ').filter((each) => each !== '').slice(1);
  if (words.length === 0) return null;
  const found: Record<string, string | null> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, equals).toUpperCase();
    if (equals < 1 || !(KEYS[command] as readonly string[]).includes(key)) return null;
    const value = decodeXtext(word.slice(equals + 1));
    if (value === null) return null;
    const checked = check(key, value);
    if (checked === undefined) return null;
    found[key.toLowerCase()] = checked;
  }
  return found as ForwardAttributes;
}

/** undefined: not acceptable. */
function check(key: string, value: string): string | null | undefined {
  if (value === '' || /^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(value)) return null;
  switch (key) {
    case 'ADDR':
      return plainIp(value) ?? undefined;
    case 'NAME':
      return /^[A-Za-z0-9._-]{1,253}$/.test(value) ? value.replace(/\.$/, '') : undefined;
    case 'PORT':
      return /^\d{1,5}$/.test(value) ? value : undefined;
    case 'SOURCE':
      return /^(LOCAL|REMOTE)$/i.test(value) ? value.toUpperCase() : undefined;
    case 'HELO':
      return value.length <= intake.heloMaxChars ? value : undefined;
    default:
      return value;
  }
}

/** RFC 3461 section 4: `+` and two hexadecimal digits for a byte; UTF-8 inside. null: malformed, or with control characters. */
function decodeXtext(text: string): string | null {
  if (/\+(?![0-9A-Fa-f]{2})/.test(text)) return null;
  if (!text.includes('+')) return text;
  try {
    const value = decodeURIComponent(text.replaceAll('%', '%25').replace(/\+([0-9A-Fa-f]{2})/g, '%$1'));
    return /[\u0000-\u001f\u007f-\u009f]/.test(value) ? null : value;
  } catch {
    return null; // not UTF-8
  }
}
