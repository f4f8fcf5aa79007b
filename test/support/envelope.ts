/** Envelopes for tests. */
import { mailAddress } from '../../src/message/envelope.ts';
import type { Envelope } from '../../src/message/envelope.ts';

export interface EnvelopeTraits {
  readonly ip?: string | null;
  readonly helo?: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly receivedAt?: number;
  readonly door?: Envelope['door'];
}

export function envelope(traits: EnvelopeTraits = {}): Envelope {
  const { ip = '192.0.2.1', helo = 'mail.example.net', sender = 'anna@example.net', recipients = ['bob@example.com'] } = traits;
  return {
    id: '0000000000000000',
    receivedAt: traits.receivedAt ?? Date.UTC(2027, 0, 15, 12),
    door: traits.door ?? 'smtp',
    direction: 'in',
    client: { ip, unknownReason: ip === null ? 'relay' : null, name: null, helo },
    tls: null,
    user: null,
    sender: mailAddress(sender),
    parameters: [],
    recipients: recipients.map((recipient) => ({ address: mailAddress(recipient), parameters: [] })),
  };
}
