/** What the MTA tells by macros, each with the command that it belongs to. Only what is used is kept. */
import { milter } from '../../message/limits.ts';
import type { Command } from './wire.ts';

type Macros = Extract<Command, { type: 'macros' }>;

export interface KnownMacros {
  /** TLS version and cipher; null without TLS. */
  readonly tls: string | null;
  readonly user: string | null;
  readonly queueId: string | null;
}

/** As written, with braces or without, to the name itself. */
const USED: ReadonlyMap<string, string> = new Map(['i', 'auth_authen', 'tls_version', 'cipher'].flatMap((name) => [[name, name], [`{${name}}`, name]] as const));
/** Letters of commands: of the connection, and of one message. */
const CONNECTION = 'CH';
const STAGES = 'CHMRTLNBE';
const LATEST_FIRST = [...STAGES].reverse();

export class MacroBook {
  readonly #stages = new Map<string, ReadonlyMap<string, string>>();

  /** What a stage says replaces what it said before. */
  take({ stage, values }: Macros): void {
    if (!STAGES.includes(stage)) return;
    const used = new Map<string, string>();
    for (const [written, value] of values) {
      const name = USED.get(written);
      if (name !== undefined) used.set(name, printable(value));
    }
    if (used.size > 0) this.#stages.set(stage, used);
    // With STARTTLS or AUTH behind it, an earlier value would be worse than none.
    else this.#stages.delete(stage);
  }

  /** The message is over; who the client is stays. */
  endMessage(): void {
    for (const stage of this.#stages.keys()) if (!CONNECTION.includes(stage)) this.#stages.delete(stage);
  }

  clear(): void {
    this.#stages.clear();
  }

  known(): KnownMacros {
    const version = this.#latest('tls_version');
    return { tls: version === null ? null : [version, this.#latest('cipher') ?? ''].join(' ').trim(), user: this.#latest('auth_authen'), queueId: this.#latest('i') };
  }

  /** Of the latest stage that knows it. */
  #latest(name: string): string | null {
    for (const stage of LATEST_FIRST) {
      const value = this.#stages.get(stage)?.get(name);
      if (value !== undefined && value !== '') return value;
    }
    return null;
  }
}

/** They stand in logs and fields. */
const printable = (value: string): string => (PLAIN.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '').slice(0, milter.macroValueMaxChars));
const PLAIN = /^[\x20-\x7e]{0,200}$/;
