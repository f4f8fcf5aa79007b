/** Builds messages for tests: lines joined by CRLF. */
export function mail(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'utf8');
}

/** With bytes beyond UTF-8: each character is one byte. */
export function rawMail(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
