/** The other way of what the project only encodes, so that tests can ask whether anything got lost. */
import { recipientDirectory } from '../../src/actions/maildir-names.ts';

/** The other way, null when the name was cut or is none of ours. */
export function recipientOfDirectory(name: string): string | null {
  if (name === '%') return '';
  if (name.includes('~')) return null;
  try {
    const recipient = decodeURIComponent(name);
    return recipientDirectory(recipient) === name ? recipient : null;
  } catch {
    return null; // not percent-encoded UTF-8: a directory that somebody else made
  }
}

/** The folder's name as people wrote it; null when it is none of ours. Cut names come back as they stand. */
export function folderOfDirectory(directory: string): string | null {
  return directory.length > 1 && directory.startsWith('.') ? decodeModifiedUtf7(directory.slice(1)) : null;
}

/** The inverse of encodeModifiedUtf7; null when the text is not modified UTF-7. */
export function decodeModifiedUtf7(text: string): string | null {
  let ok = true;
  const decoded = text.replace(/&([^-]*)(-?)/g, (_, run: string, end: string) => {
    if (end === '' || !/^[A-Za-z0-9+,]*$/.test(run)) ok = false;
    if (run === '') return '&';
    const bytes = Buffer.from(run.replaceAll(',', '/'), 'base64');
    if (bytes.length === 0 || bytes.length % 2 !== 0) ok = false;
    return ok ? bytes.swap16().toString('utf16le') : '';
  });
  return ok && /^[\x20-\x7e]*$/.test(text) ? decoded : null;
}

/** null for what is no xtext. */
export function decodeXtext(xtext: string): string | null {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(xtext)) return null;
  const bytes = xtext.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
