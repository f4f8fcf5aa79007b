/** What a connection asks of the server that it came in at. */
import type { SMTPServer } from 'smtp-server';
import type { Reply } from '../pipeline.ts';
import type { Peer } from './session.ts';
import type { IntakeSettings, IntakeStats } from './settings.ts';

export interface Listener extends SMTPServer {
  readonly settings: IntakeSettings;
  readonly stats: IntakeStats;
  /** Puts the operator's newest certificate in place; false: there is none. */
  prepareTls(): boolean;
  /** A TCP connection that is already gone has no address either, and is trusted with nothing. */
  peerOf(address: string | undefined): Peer;
  /** @returns why not; null: come in. Every admission is followed by one `leave`. */
  admit(peer: Peer): Reply | null;
  leave(peer: Peer): void;
  /** Work for a client begins, which goes on when the client has gone; the end of the service waits for its `ended`. */
  began(): void;
  ended(): void;
}
