/**
 * Onward, through the MTA that holds the message: it is told at the end what becomes of it. It has one text, so one group
 * goes with it; whoever needs other bytes is kept by the caller for the outbox, and taken out of the MTA's recipients.
 */
import type { DeliveryGroup, Onward, Reply } from '../../pipeline.ts';
import { reply, replies as ours } from '../reply.ts';

/** As the MTA will say unless it changes its mind. */
const ACCEPTED = reply(250, '2.0.0', 'Ok');
/** The MTA has its one text already. */
const OTHER_BYTES = reply(451, '4.3.0', 'The message goes to some recipients with other fields than to these');

export interface OnwardOptions {
  /** How many recipients the message has. */
  readonly recipients: number;
  readonly mayDeleteRecipients: boolean;
  /** The outbox reaches no mailbox of the MTA's: then everybody gets the first group's text. */
  readonly oneTextForAll: boolean;
}

export class MilterOnward implements Onward {
  readonly #options: OnwardOptions;
  #group: DeliveryGroup | null = null;
  #compromised = false;

  constructor(options: OnwardOptions) {
    this.#options = options;
  }

  /** Somebody gets another text than is theirs. */
  get compromised(): boolean {
    return this.#compromised;
  }

  /** Whom the MTA is to deliver to; null: nobody. */
  get group(): DeliveryGroup | null {
    return this.#group;
  }

  async deliver(group: DeliveryGroup): Promise<readonly Reply[]> {
    if (this.#group !== null && this.#options.oneTextForAll) {
      this.#compromised = true;
      this.#group = { ...this.#group, recipients: [...this.#group.recipients, ...group.recipients] };
      return group.recipients.map(() => ACCEPTED);
    }
    if (this.#group !== null) return group.recipients.map(() => OTHER_BYTES);
    // An MTA that keeps all its recipients would deliver to those who must not have it.
    if (group.recipients.length < this.#options.recipients && !this.#options.mayDeleteRecipients) return group.recipients.map(() => ours.failed);
    this.#group = group;
    return group.recipients.map(() => ACCEPTED);
  }

  async abandon(): Promise<void> {
    this.#group = null;
  }
}
