/** PURE. xtext (RFC 3461 section 4), in which XFORWARD and DSN parameters carry free text. */

/** Printable ASCII but `+` and `=` stands for itself; every other byte of the UTF-8 becomes `+HH`. */
export function encodeXtext(text: string): string {
  if (/^[!-*,-<>-~]*$/.test(text)) return text;
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2b && byte !== 0x3d;
    out += plain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
