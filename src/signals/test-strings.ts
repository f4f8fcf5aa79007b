/** The two strings by which every operator tries out a filter. */
import { attachedOf } from './attached.ts';
import { family } from './family.ts';
import type { SignalInput } from './signal.ts';

// Put together here, so that scanners of source trees do not mistake this file for what it looks for.
export const GTUBE = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL', '*C.34X'].join('');
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join('');

/** Stands in both, and in hardly any mail: most are searched once, for this. */
const IN_BOTH = 'DARD-ANTI';

/** In the text or in the first bytes of any attachment; decoded, as far as the bounds of signals and text go. */
function holds({ message, bytes }: SignalInput, needle: string): boolean {
  if (message.text.includes(needle) || message.subject.includes(needle)) return true;
  const html = message.html;
  // Where there is nothing but HTML, what it shows is the text.
  if (html !== null && ((html.visibleText !== message.text && html.visibleText.includes(needle)) || html.hiddenText.includes(needle))) return true;
  return attachedOf(message, bytes).some(({ data }) => data.includes(needle, 0, 'latin1'));
}

const NEITHER = Object.freeze({ gtube: false, eicar: false });

export const testStrings = family(
  'test-strings',
  {
    'gtube': 'The test string for spam filters (GTUBE): certainly spam, by agreement.',
    'eicar': 'The test string for virus scanners (EICAR): dangerous, by agreement.',
  },
  (input) => (holds(input, IN_BOTH) ? { gtube: holds(input, GTUBE), eicar: holds(input, EICAR) } : NEITHER),
);
