/**
 * DKIM signatures on our own notices (RFC 6376); one-click unsubscribing needs one that covers its two fields (RFC 8058 section 4).
 * Signing with RSA is the dearest part of a digest: it is done on a thread of the pool, with a key that is read once.
 */
import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dkim as limits } from '../message/limits.ts';
import { canonicalBody } from '../signals/dkim-body.ts';

/** @param message whole, with CRLF. Rejects when the key cannot be used after all. */
export type Sign = (message: Buffer) => Promise<Buffer>;

export interface DkimConfig {
  /** Lower-case A-labels. */
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly keyFile: string;
}

/** Each as often as it occurs. */
const SIGNED = [
  'from', 'to', 'subject', 'date', 'message-id', 'reply-to', 'mime-version', 'content-type', 'content-transfer-encoding', 'content-language',
  'in-reply-to', 'references', 'list-unsubscribe', 'list-unsubscribe-post', 'auto-submitted',
] as const;
/** These once more than they occur, so that nobody can add another one that a program would heed (RFC 6376 section 8.15). */
const SEALED = ['from', 'to', 'cc', 'subject', 'date', 'reply-to', 'content-type', 'list-unsubscribe', 'list-unsubscribe-post'] as const;
const LINE_MAX_CHARS = 76;

/** @throws an Error with a sentence for the operator when the key cannot be read or used */
export function dkimSigner({ domain, selector, keyFile }: DkimConfig): Sign {
  const key = readKey(keyFile);
  return async (message) => {
    const end = message.indexOf('\r\n\r\n');
    if (end < 0) throw new Error('A notice without a body cannot be signed');
    const { names, canonical } = signedFields(message.toString('latin1', 0, end));
    const bodyHash = createHash('sha256').update(canonicalBody(message.subarray(end + 4), 'relaxed')).digest('base64');
    const field = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${selector};\r\n h=${folded([...names, ...SEALED], ':')};\r\n bh=${bodyHash};\r\n b=`;
    const signature = await signed(key, `${canonical}${relaxed(field)}`);
    return Buffer.concat([Buffer.from(`${field}${folded(signature.match(/.{1,16}/g) ?? [], '')}\r\n`, 'latin1'), message]);
  };
}

/** The lines of a header as they are signed: from below upwards where a name occurs more than once (RFC 6376 section 5.4.2). */
function signedFields(header: string): { readonly names: readonly string[]; readonly canonical: string } {
  const byName = Map.groupBy(header.split(/\r\n(?![ \t])/), (line) => line.slice(0, Math.max(0, line.indexOf(':'))).trimEnd().toLowerCase());
  const names: string[] = [];
  let canonical = '';
  for (const name of SIGNED) {
    for (const line of (byName.get(name) ?? []).toReversed()) {
      names.push(name);
      canonical += `${relaxed(line)}\r\n`;
    }
  }
  return { names, canonical };
}

/** RFC 6376 section 3.4.2. @param line a whole field, folded or not, without its end */
function relaxed(line: string): string {
  const colon = line.indexOf(':');
  const value = line.slice(colon + 1).replace(/\r\n(?=[ \t])/g, '').replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
  return `${line.slice(0, colon).trimEnd().toLowerCase()}:${value}`;
}

/** Words on lines that fit. @param between stands after each word but the last */
function folded(words: readonly string[], between: string): string {
  let text = '';
  let lineChars = 4;
  for (const [index, word] of words.entries()) {
    const next = index < words.length - 1 ? word + between : word;
    if (lineChars + next.length > LINE_MAX_CHARS) {
      text += '\r\n ';
      lineChars = 1;
    }
    text += next;
    lineChars += next.length;
  }
  return text;
}

function signed(key: KeyObject, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(text, 'latin1'), key, (error, signature) => (error === null ? resolve(signature.toString('base64')) : reject(error)));
  });
}

function readKey(keyFile: string): KeyObject {
  let pem: string;
  try {
    pem = readFileSync(keyFile, 'utf8');
  } catch (error) {
    throw new Error(`dkim.key: ${keyFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`, { cause: error });
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new Error(`dkim.key: ${keyFile} holds no private key in PEM form, or one that needs a password.`, { cause: error });
  }
  const bits = key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  if (bits < limits.keyMinBits) throw new Error(`dkim.key: ${keyFile} must hold an RSA key of at least ${limits.keyMinBits} bits.`);
  return key;
}
