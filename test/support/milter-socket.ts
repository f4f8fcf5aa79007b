/** What every mail server does with Usher as its milter over a unix socket. */
import { HELD, OFFICE, page, REFUSED } from './company.ts';
import { heldEntries } from './held-mail.ts';
import type { Mta } from './mta.ts';
import { sendLetters } from './send-letters.ts';
import type { UsherHome } from './usher.ts';

export const SOCKET_POLICIES = {
  company: page('company', 'everyone', ''),
  careful: page('careful', HELD, 'certain-spam: quarantine\n'),
  strict: page('strict', REFUSED, 'certain-spam: reject\nrejection: {message: {en: "No, thank you."}, contact: "+90 212 555 0100"}\n'),
};

/** Four letters over one connection, one of each kind, and what became of them. */
export async function expectDeliveredHeldAndRefused(port: number, mta: Mta, home: UsherHome): Promise<void> {
  expect(await sendLetters(port, [[OFFICE, 'the grey gate', false], [HELD, 'the pink gate', true], [REFUSED, 'the lime gate', true], [OFFICE, 'the gold gate', false]])).toEqual([250, 250, 550, 250]);
  expect(await mta.waitForMessage(OFFICE, 'the grey gate')).toMatch(/^X-Usher-Verdict: /m);
  await mta.waitForMessage(OFFICE, 'the gold gate');
  expect((await heldEntries(home)).map(({ subject }) => subject)).toEqual(['About the pink gate']);
  expect([mta.messages(HELD), mta.messages(REFUSED)]).toEqual([[], []]);
}
