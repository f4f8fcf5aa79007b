/**
 * PURE. Names of Maildirs and their folders. Whatever an address or a folder is called, its name here is one path
 * component below the given directory: no `/`, no NUL, never `.` or `..`, at most 255 bytes.
 */
import { createHash } from 'node:crypto';

/** Longest file name on the usual file systems (NAME_MAX). */
const NAME_MAX_BYTES = 255;
const HASH_CHARS = 24;

const UNCHANGED = /^[a-z0-9@_+=-][a-z0-9@_+=.-]*$/;
const ENCODED_BYTE = /[^A-Za-z0-9@_+=.-]/;

/**
 * The directory of one recipient: percent-encoded UTF-8; the leading dot, `%` and everything unusual is encoded.
 * Longer ones than a file system takes are cut and end in `~` and a hash (`~` stands nowhere else).
 * @param recipient address key, see MailAddress
 */
export function recipientDirectory(recipient: string): string {
  const short = recipient.length <= NAME_MAX_BYTES;
  if (short && UNCHANGED.test(recipient)) return recipient;
  if (recipient === '') return '%';
  let encoded = '';
  for (const byte of Buffer.from(recipient.toWellFormed(), 'utf8')) {
    const char = String.fromCharCode(byte);
    const plain = byte < 0x80 && !ENCODED_BYTE.test(char) && !(char === '.' && encoded === '');
    encoded += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  if (encoded.length <= NAME_MAX_BYTES) return encoded;
  // Not in the middle of an escape: the head is for people to recognise, the hash makes it unique.
  const head = encoded.slice(0, NAME_MAX_BYTES - HASH_CHARS - 1).replace(/%[0-9A-F]?$/, '');
  return `${head}~${hashOf(recipient)}`;
}

/**
 * A Maildir++ folder's directory: `.` and the name in modified UTF-7 (RFC 3501 section 5.1.3). `.` is Maildir++'s
 * separator and `/` the file system's, so both are encoded too, as IMAP servers decode them all the same.
 * @param folder name as people write it; must not be empty (policies are checked when loaded)
 */
export function folderDirectory(folder: string): string {
  if (folder === '') throw new TypeError('a folder must have a name');
  const encoded = `.${encodeModifiedUtf7(folder)}`;
  if (encoded.length <= NAME_MAX_BYTES) return encoded;
  let head = '';
  for (const char of folder) {
    if (encodeModifiedUtf7(head + char).length > NAME_MAX_BYTES - HASH_CHARS - 2) break;
    head += char;
  }
  return `.${encodeModifiedUtf7(head)}~${hashOf(folder)}`;
}

/** A host name as it may stand in the name of a message's file: slash and colon must not, the octal forms are those of the Maildir page. */
export function hostInFileName(hostname: string): string {
  return hostname.replaceAll('/', '\\057').replaceAll(':', '\\072');
}

/** RFC 3501 section 5.1.3, with `.` and `/` encoded too. */
export function encodeModifiedUtf7(text: string): string {
  let out = '';
  let run = '';
  const flush = (): void => {
    if (run !== '') out += `&${base64(run)}-`;
    run = '';
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const char = text[i] as string;
    if (code < 0x20 || code > 0x7e || char === '.' || char === '/') {
      run += char;
    } else {
      flush();
      out += char === '&' ? '&-' : char;
    }
  }
  flush();
  return out;
}

/** UTF-16BE in base 64, `,` for `/`, no padding. */
function base64(run: string): string {
  return Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('/', ',').replace(/=+$/, '');
}

function hashOf(name: string): string {
  return createHash('sha256').update(name, 'utf8').digest('hex').slice(0, HASH_CHARS);
}
