/** Names inside archives, as text. */

/** UTF-8 where it is valid, else one letter for each byte: what matters are the endings. */
export function decodeName(bytes: Buffer, isUtf8: boolean = false): string {
  const text = bytes.toString('utf8');
  return isUtf8 || !text.includes('\uFFFD') ? text : bytes.toString('latin1');
}

/**
 * UTF-16, low byte first; a last byte without its other half is left out. Always this, never `toString('utf16le')`: Node 24
 * copies an odd number of bytes from an odd address into a room that is one byte too small, and the process dies of it.
 */
export function decodeUtf16(bytes: Buffer, start = 0, end = bytes.length): string {
  const from = Math.min(start, bytes.length), to = Math.min(end, bytes.length);
  return bytes.toString('utf16le', from, to - ((to - from) & 1));
}

/** Bytes up to a NUL. */
export function untilNul(data: Buffer, start: number, end: number): Buffer {
  const stop = data.indexOf(0, start);
  return data.subarray(start, stop < 0 || stop > end ? Math.min(end, data.length) : stop);
}
