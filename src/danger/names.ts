/** Names inside archives, as text. */

/** UTF-8 where it is valid, else one letter for each byte: what matters are the endings. */
export function decodeName(bytes: Buffer, isUtf8: boolean = false): string {
  const text = bytes.toString('utf8');
  return isUtf8 || !text.includes('\uFFFD') ? text : bytes.toString('latin1');
}

/** Bytes up to a NUL. */
export function untilNul(data: Buffer, start: number, end: number): Buffer {
  const stop = data.indexOf(0, start);
  return data.subarray(start, stop < 0 || stop > end ? Math.min(end, data.length) : stop);
}
