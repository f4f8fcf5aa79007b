/** Parts of mailauth 7 that have no declarations of their own: we take its cheaper entry points (see dkim.ts). */
declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  export interface ParsedHeader {
    /** Small letters; '' where the line has no name. */
    readonly key: string;
    /** As written. */
    readonly casedKey?: string;
    readonly line: Buffer;
  }
  export interface Headers {
    readonly parsed: readonly ParsedHeader[];
    readonly original: Buffer;
  }
  export interface SignatureHeader {
    readonly signAlgo: string;
    readonly signingDomain: string;
  }
  export interface BodyHasher {
    update(chunk: Buffer): void;
    digest(encoding: 'base64'): string;
    setContentType(value: unknown): void;
    getMimeStructureStart(): number | null;
    readonly byteLength: number;
    readonly bodyHashedBytes: number;
    readonly canonicalizedLength: number;
  }
  export interface KeyCache {
    get(type: string, name: string, minBitLength: number | undefined, options: { strict?: boolean; hashAlgo?: string }): Promise<unknown>;
  }
  export interface SignatureResult {
    readonly signingDomain?: string;
    readonly selector?: string;
    readonly id?: string;
    readonly status: {
      readonly result: 'pass' | 'fail' | 'neutral' | 'none' | 'policy' | 'temperror' | 'permerror';
      readonly comment?: string;
      readonly underSized?: number;
      readonly testing?: boolean;
      readonly header?: Readonly<Record<string, string | false>>;
    };
    readonly info?: string;
  }
  export interface ArcSigned {
    readonly parsed?: { readonly d?: { readonly value?: string }; readonly s?: { readonly value?: string } };
  }
  export interface ArcEntry {
    readonly i?: number;
    readonly 'arc-seal'?: ArcSigned;
    readonly 'arc-message-signature'?: ArcSigned;
  }
  export interface ArcData {
    readonly chain: readonly ArcEntry[] | false;
    readonly lastEntry?: ArcEntry;
    readonly error?: unknown;
  }
  export class DkimVerifier {
    constructor(options: { resolver: unknown; strict?: boolean; minBitLength?: number; sender?: string; curTime?: Date });
    headers: Headers;
    keyCache: KeyCache;
    signatureHeaders: SignatureHeader[];
    bodyHashes: Map<string, BodyHasher>;
    results: SignatureResult[];
    /** The sets of ARC fields, oldest first; the last one's signature is verified with the message. */
    arc: ArcData;
    addBodyHash(bodyCanon: string, hashAlgo: string, maxBodyLength: number | ''): string;
    messageHeaders(headers: Headers): Promise<void>;
    nextChunk(chunk: Buffer): Promise<void>;
    finalChunk(): Promise<void>;
    verifySignature(signatureHeader: SignatureHeader, fallback?: boolean): Promise<SignatureResult>;
  }
}
declare module 'mailauth/lib/tools.js' {
  import type { Headers } from 'mailauth/lib/dkim/dkim-verifier.js';
  export interface PublicKey {
    publicKey: unknown;
    readonly keyType: string;
    readonly flags: readonly string[];
    readonly rr: string;
  }
  /** Words for what is wrong with a key record, by the error's code. */
  export const KEY_ERROR_COMMENTS: ReadonlyMap<string, string>;
  export function parseHeaders(bytes: Buffer): Headers;
  export function getPublicKey(
    type: string, name: string, minBitLength: number, resolver: (name: string, type: string) => Promise<unknown[]>,
    options: { strict?: boolean; hashAlgo?: string },
  ): Promise<PublicKey>;
  export function formatAuthHeaderRow(method: string, status: object, options: { strict?: boolean }): string;
}
declare module 'mailauth/lib/spf/index.js' {
  export interface SpfResult {
    readonly domain: string;
    readonly status: { readonly result: 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror'; readonly comment?: string };
    readonly explanation?: string;
  }
  export function spf(options: {
    sender: string; ip: string; helo: string; mta: string; strict?: boolean; resolver: (name: string, type: string) => Promise<unknown[]>;
  }): Promise<SpfResult>;
}
declare module 'mailauth/lib/dmarc/index.js' {
  export interface DmarcResponse {
    readonly status: { readonly result: 'pass' | 'fail' | 'none' | 'temperror' | 'neutral'; readonly comment?: string };
    readonly policy?: 'none' | 'quarantine' | 'reject';
    readonly alignment?: { readonly spf: { readonly result?: string }; readonly dkim: { readonly result?: string } };
  }
  export function evaluateDmarc(options: {
    headerFrom: readonly string[]; fromFields: number; spfDomains: readonly string[];
    dkimDomains: readonly { readonly domain: string; readonly id: string }[];
    strict?: boolean; resolver: (name: string, type: string) => Promise<unknown[]>;
  }): Promise<{ readonly response: DmarcResponse | false; readonly dkimAligned?: ReadonlySet<string>; readonly reason?: string }>;
}
declare module 'mailauth/lib/dkim/body/index.js' {
  import type { BodyHasher } from 'mailauth/lib/dkim/dkim-verifier.js';
  export function dkimBody(canonicalization: string, algorithm: string, maxBodyLength: number | ''): BodyHasher;
}
declare module 'mailauth/lib/dkim/sign.js' {
  export function dkimSign(input: Buffer, options: object): Promise<{ readonly signatures: string; readonly errors: readonly unknown[] }>;
}
declare module 'mailauth/lib/arc/index.js' {
  import type { ArcData, ArcEntry, Headers } from 'mailauth/lib/dkim/dkim-verifier.js';
  /** Throws for sets that make no chain; false: there are none. */
  export function getARChain(headers: Headers, options: { strict?: boolean }): readonly ArcEntry[] | false;
  export interface ArcResult {
    readonly i?: number | false;
    readonly status: { readonly result: 'none' | 'pass' | 'fail'; readonly comment?: string };
    readonly authenticationResults?: { readonly dmarc?: { readonly result?: string } };
  }
  export function sealMessage(input: Buffer, options: object): Promise<Buffer>;
  export function arc(data: ArcData, options: { resolver: (name: string, type: string) => Promise<unknown[]>; minBitLength?: number; strict?: boolean }): Promise<ArcResult>;
}
