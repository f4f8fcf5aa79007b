/** What the walker found malformed, and what it could not open. */
import { defectMeanings } from '../message/defects.ts';
import { inspectedOf } from './inspected.ts';
import { absent, present } from './signal.ts';
import type { SignalFamily, SignalInput } from './signal.ts';

const NONE = Object.keys(defectMeanings).map((code) => [code, absent(`malformed-${code}`)] as const);
const WELL_FORMED = [absent('malformed'), absent('unopened'), ...NONE.map(([, nothing]) => nothing)];

/** One signal for each code of the walker's catalogue; the value says how often. */
export const structure: SignalFamily = Object.freeze({
  name: 'structure',
  describes: [
    { name: 'malformed', meaning: 'How many different oddities of form the message has.' },
    { name: 'unopened', meaning: 'A part could not be looked at; the value says why.' },
    ...Object.entries(defectMeanings).map(([code, meaning]) => ({ name: `malformed-${code}`, meaning })),
  ],
  gather({ message, bytes }: SignalInput) {
    const reason = (message.unopened[0] ?? inspectedOf(message, bytes).unopened[0])?.reason;
    if (message.defects.length === 0 && reason === undefined) return WELL_FORMED;
    const counts = new Map<string, number>();
    for (const { code } of message.defects) counts.set(code, (counts.get(code) ?? 0) + 1);
    return [
      counts.size > 0 ? present('malformed', counts.size) : absent('malformed'),
      reason === undefined ? absent('unopened') : present('unopened', reason),
      ...NONE.map(([code, nothing]) => (counts.has(code) ? present(nothing.name, counts.get(code) ?? 1) : nothing)),
    ];
  },
});
