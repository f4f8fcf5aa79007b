/** DKIM body hash of a whole body (RFC 6376 section 3.4.3 and 3.4.4) by native string search instead of byte by byte. */
import { createHash } from 'node:crypto';
import type { BodyHasher } from 'mailauth/lib/dkim/dkim-verifier.js';

const CR = 13;
const LF = 10;

/** Relaxed bodies need rewriting only where white space is doubled, a tab, or stands before a line's end. */
const NEEDS_RELAXING = /\t| (?: |\r\n|$)/;

function withoutTrailingEmptyLines(body: Buffer): Buffer {
  let end = body.length;
  while (end >= 2 && body[end - 1] === LF && body[end - 2] === CR) end -= 2;
  return body.subarray(0, end);
}

/** @param body with every line ended by CRLF; the last line's end may be missing */
export function canonicalBody(body: Buffer, canonicalization: 'relaxed' | 'simple'): Buffer {
  let content = body;
  if (canonicalization === 'relaxed') {
    const text = body.toString('latin1');
    if (NEEDS_RELAXING.test(text)) {
      // Runs first: what they leave are single blanks, so that each of the replacements takes linear time.
      const relaxed = text.replace(/[ \t]{2,}|\t/g, ' ').replaceAll(' \r\n', '\r\n');
      content = Buffer.from(relaxed.endsWith(' ') ? relaxed.slice(0, -1) : relaxed, 'latin1');
    }
  }
  const trimmed = withoutTrailingEmptyLines(content);
  // An empty body is CRLF in simple and nothing in relaxed form.
  if (trimmed.length === 0 && canonicalization === 'relaxed') return trimmed;
  return trimmed.length + 2 <= content.length ? content.subarray(0, trimmed.length + 2) : Buffer.concat([trimmed, Buffer.from('\r\n')]);
}

/** A hasher in the form that mailauth's verifier expects, for a body that comes in one piece and has no `l=`. */
export class WholeBodyHasher implements BodyHasher {
  readonly #canonicalization: 'relaxed' | 'simple';
  readonly #algorithm: string;
  #body: Buffer = Buffer.alloc(0);
  byteLength = 0;
  bodyHashedBytes = 0;
  canonicalizedLength = 0;

  constructor(canonicalization: 'relaxed' | 'simple', algorithm: string) {
    this.#canonicalization = canonicalization;
    this.#algorithm = algorithm;
  }

  update(chunk: Buffer): void {
    this.#body = this.byteLength === 0 ? chunk : Buffer.concat([this.#body, chunk]);
    this.byteLength = this.#body.length;
  }

  digest(encoding: 'base64'): string {
    const canonical = canonicalBody(this.#body, this.#canonicalization);
    this.bodyHashedBytes = canonical.length;
    this.canonicalizedLength = canonical.length;
    return createHash(this.#algorithm).update(canonical).digest(encoding);
  }

  // Where the first MIME part starts matters to mailauth's reports only.
  setContentType(): void {}
  getMimeStructureStart(): null {
    return null;
  }
}
