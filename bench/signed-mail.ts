/** Signs generated mail with DKIM, and says which DNS records make SPF, DKIM and DMARC pass for it on loopback. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { NameTable } from './dns.ts';
import { senderDomains, type GeneratedMail } from './mail.ts';

const SELECTOR = 'bench';

export interface Signer {
  readonly sign: (mail: GeneratedMail) => Promise<GeneratedMail>;
  readonly names: NameTable;
}

/** A fresh RSA key of the usual size: signatures differ from run to run, their cost does not. */
export function createSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const names: NameTable = Object.fromEntries(senderDomains.flatMap((domain) => [
    [domain, { txt: ['v=spf1 ip4:127.0.0.0/8 -all'], a: ['127.0.0.1'] }],
    [`${SELECTOR}._domainkey.${domain}`, { txt: [`v=DKIM1; k=rsa; p=${key}`] }],
    [`_dmarc.${domain}`, { txt: ['v=DMARC1; p=quarantine'] }],
  ]));
  const sign = async (mail: GeneratedMail): Promise<GeneratedMail> => {
    const signature = { signingDomain: mail.from.slice(mail.from.indexOf('@') + 1), selector: SELECTOR, privateKey: pem };
    const signTime = new Date(Date.UTC(2026, 0, 1));
    const { signatures, errors } = await dkimSign(mail.raw, { ...signature, canonicalization: 'relaxed/relaxed', algorithm: 'rsa-sha256', signTime, signatureData: [signature] });
    if (errors.length > 0) throw new Error(`could not sign: ${JSON.stringify(errors)}`);
    return { ...mail, raw: Buffer.concat([Buffer.from(signatures), mail.raw]) };
  };
  return { sign, names };
}
