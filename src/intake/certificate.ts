/** The operator's certificate for STARTTLS, read again when its files change. */
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Log } from '../platform/log.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const CHECK_EVERY_MS = 1000;

export class Certificate {
  readonly #files: CertificateFiles;
  readonly #log: Log;
  #context: SecureContext;
  #stamp: string;
  #checkedAt = performance.now();

  /** Throws when the files cannot be read or do not belong together. */
  constructor(files: CertificateFiles, log: Log) {
    this.#files = files;
    this.#log = log;
    this.#stamp = stampOf(files);
    this.#context = read(files);
  }

  /** The newest that could be read; a broken new file is logged, and the one before stays in use. */
  context(): SecureContext {
    if (performance.now() - this.#checkedAt >= CHECK_EVERY_MS) this.#refresh();
    return this.#context;
  }

  #refresh(): void {
    this.#checkedAt = performance.now();
    try {
      const stamp = stampOf(this.#files);
      if (stamp === this.#stamp) return;
      // Also when it turns out broken: it is looked at again only when it changes again.
      this.#stamp = stamp;
      this.#context = read(this.#files);
      this.#log.info({ certificate: this.#files.certFile }, 'certificate read again');
    } catch (error) {
      this.#log.error({ certificate: this.#files.certFile, err: error }, 'certificate cannot be used, keeping the one before');
    }
  }
}

const read = (files: CertificateFiles): SecureContext => createSecureContext({ cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) });

const stampOf = (files: CertificateFiles): string =>
  [files.certFile, files.keyFile].map((file) => statSync(file)).map((stat) => `${stat.ino}:${stat.size}:${stat.mtimeMs}`).join(' ');
