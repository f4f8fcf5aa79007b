/** The configuration: file and environment in, frozen values out; all problems at once. */

/** `host:port` or a unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export type DeliverTo =
  | { readonly protocol: 'smtp' | 'lmtp'; readonly address: ListenAddress }
  | { readonly protocol: 'maildir'; readonly dir: string };

export interface Config {
  readonly hostname: string;
  readonly listen: {
    readonly smtp: readonly ListenAddress[];
    readonly lmtp: readonly ListenAddress[];
    readonly milter: readonly ListenAddress[];
    readonly web: readonly ListenAddress[];
    readonly ops: readonly ListenAddress[];
  };
  readonly deliverTo: DeliverTo;
  /** CIDR texts, checked. */
  readonly trustedNetworks: readonly string[];
  readonly ourDomains: readonly string[];
  readonly ourNetworks: readonly string[];
  readonly relays: readonly string[];
  readonly noticesFrom: string;
  readonly keepDecisionsMs: number;
  /** Absolute path. */
  readonly policiesDir: string;
  /** Absolute path. */
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly onFailure: 'ask-to-retry' | 'deliver-unchecked';
  readonly workers: number;
  /** Certificate and key of the operator's for STARTTLS (PEM files); null: STARTTLS is not offered. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  readonly language: string;
  readonly timezone: string;
  readonly limits: Limits;
}

/** Bounds that an operator may set; the unit stands in the name. Their defaults stand in message/limits.ts. */
export interface Limits {
  readonly messageMaxBytes: number;
  readonly connectionsMax: number;
  readonly connectionsPerClientMax: number;
  readonly recipientsMax: number;
  readonly commandsMax: number;
  readonly commandLineMaxBytes: number;
  readonly commandTimeoutMs: number;
  readonly dataTimeoutMs: number;
  readonly nextHopTimeoutMs: number;
  readonly decideTimeoutMs: number;
  readonly receivedMax: number;
}
