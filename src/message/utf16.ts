/** Text as UTF-16 units in an array, from which they are read in a third of the time that a string takes. */

let units = new Uint16Array(32_768);
let bytes = Buffer.from(units.buffer);
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** @returns the text's units with a zero behind them, in an array that is longer; valid until the next call */
export function unitsOf(text: string): Uint16Array {
  if (text.length >= units.length) {
    units = new Uint16Array(2 * text.length);
    bytes = Buffer.from(units.buffer);
  }
  const size = bytes.write(text, 'utf16le');
  if (!isLittleEndian) bytes.subarray(0, size).swap16();
  units[text.length] = 0;
  return units;
}
