/**
 * TLS towards the next hop (STARTTLS, RFC 3207): whether it is asked for, what proves who answers, and what came of it.
 * Opportunistic (RFC 7435) or required; only what is required is verified: a check without consequence would prove nothing.
 */
import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { nextHop } from '../message/limits.ts';

export interface RelayTlsOptions {
  /** No mail without TLS, nor to anybody but whom the certificate names. Otherwise: TLS when it is offered and works, whoever answers. */
  readonly required: boolean;
  /** Host name or IP address that the certificate must have; also asked for (SNI). null: nobody in particular, for what is not required. */
  readonly name: string | null;
  /** PEM text of those who may sign it; null: the authorities that Node brings. */
  readonly authorities: string | null;
  /** Told once when it stops working, and with null when it works again. */
  readonly onChange: (problem: string | null) => void;
}

/** One for all connections to a next hop: it remembers what failed. */
export class RelayTls {
  readonly required: boolean;
  readonly #name: string | null;
  readonly #context: tls.SecureContext;
  readonly #onChange: (problem: string | null) => void;
  #problem: string | null = null;
  #clearUntil = Number.NEGATIVE_INFINITY;

  /** Throws when the authorities cannot be read as certificates. */
  constructor({ required, name, authorities, onChange }: RelayTlsOptions) {
    // A context takes what is no certificate for none at all, and nobody would be believed.
    if (authorities !== null) void new X509Certificate(authorities);
    this.required = required;
    this.#name = name;
    this.#context = tls.createSecureContext(authorities === null ? {} : { ca: authorities });
    this.#onChange = onChange;
  }

  /** Whether a new connection should ask for it: what is not required and failed is left alone for a while. */
  get wanted(): boolean {
    return this.required || performance.now() >= this.#clearUntil;
  }

  /** Begins the handshake. The socket that is given back emits `secureConnect`, or `error` when it fails or proves nothing. */
  over(socket: net.Socket): tls.TLSSocket {
    const name = this.#name;
    return tls.connect({
      socket, secureContext: this.#context, rejectUnauthorized: this.required,
      // An address is no name for SNI (RFC 6066 section 3), but certificates may have it.
      ...(name === null ? {} : net.isIP(name) === 0 ? { servername: name } : { host: name }),
    });
  }

  /** @param problem for the log: a code, or a few words */
  failed(problem: string): void {
    this.#clearUntil = performance.now() + nextHop.tlsPauseMs;
    this.#tell(problem);
  }

  works(): void {
    this.#tell(null);
  }

  #tell(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#onChange(problem);
  }
}
