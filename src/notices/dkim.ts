/** DKIM signatures on our own notices (RFC 6376); one-click unsubscribing needs one that covers its two fields (RFC 8058 section 4). */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import DKIM from 'nodemailer/lib/dkim/index.js';
import { dkim as limits } from '../message/limits.ts';

export type Sign = (message: Buffer) => Promise<Buffer>;

export interface DkimConfig {
  /** Lower-case A-labels. */
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly keyFile: string;
}

/** From is signed once more than it occurs, so that nobody can add a second one (RFC 6376 section 5.4). */
const SIGNED = [
  'From', 'From', 'To', 'Subject', 'Date', 'Message-ID', 'Reply-To', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding', 'Content-Language',
  'In-Reply-To', 'References', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Auto-Submitted',
].join(':');

/** @throws an Error with a sentence for the operator when the key cannot be read or used */
export function dkimSigner({ domain, selector, keyFile }: DkimConfig): Sign {
  const key = readKey(keyFile);
  const signer = new DKIM({ domainName: domain, keySelector: selector, privateKey: key, headerFieldNames: SIGNED });
  return async (message) => {
    const parts: Buffer[] = [];
    for await (const part of signer.sign(message)) parts.push(part as Buffer);
    const signed = Buffer.concat(parts);
    // The library gives the message back unsigned where signing fails.
    if (!signed.subarray(0, 15).toString('latin1').toLowerCase().startsWith('dkim-signature:')) throw new Error('A notice could not be signed');
    return signed;
  };
}

function readKey(keyFile: string): string {
  let pem: string;
  try {
    pem = readFileSync(keyFile, 'utf8');
  } catch (error) {
    throw new Error(`dkim.key: ${keyFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`, { cause: error });
  }
  let bits: number;
  try {
    const key = createPrivateKey(pem);
    bits = key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  } catch (error) {
    throw new Error(`dkim.key: ${keyFile} holds no private key in PEM form, or one that needs a password.`, { cause: error });
  }
  if (bits < limits.keyMinBits) throw new Error(`dkim.key: ${keyFile} must hold an RSA key of at least ${limits.keyMinBits} bits.`);
  return pem;
}
