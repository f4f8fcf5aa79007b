import * as fc from 'fast-check';
import { join, dirname, basename } from 'node:path';
import { encodeModifiedUtf7, folderDirectory, recipientDirectory } from '../../src/actions/maildir-names.ts';
import { decodeModifiedUtf7, folderOfDirectory, recipientOfDirectory } from '../support/decode.ts';

describe('the directory of a recipient', () => {
  it.each([
    ['anna@example.com', 'anna@example.com'],
    ['anna+news@example.com', 'anna+news@example.com'],
    ['.', '%2E'],
    ['..', '%2E.'],
    ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
    ['a/b@example.com', 'a%2Fb@example.com'],
    ['a\0b@example.com', 'a%00b@example.com'],
    ['50%@example.com', '50%25@example.com'],
    ['"two words"@example.com', '%22two%20words%22@example.com'],
    ['jürgen@example.com', 'j%C3%BCrgen@example.com'],
    ['~root@example.com', '%7Eroot@example.com'],
    ['', '%'],
  ])('%j is %j', (recipient, directory) => {
    expect(recipientDirectory(recipient)).toBe(directory);
    expect(recipientOfDirectory(directory)).toBe(recipient);
  });

  it('cuts what is too long for a file system and keeps it unique', () => {
    const one = recipientDirectory(`${'ü'.repeat(300)}1@example.com`);
    const two = recipientDirectory(`${'ü'.repeat(300)}2@example.com`);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^(%C3%BC)+(%C3)?~[0-9a-f]{24}$/);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255);
    expect(recipientOfDirectory(one)).toBeNull();
  });

  it('is one safe path component for any text, and leads back', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('.', '/', '%', 'a', '\0', '~') })), (recipient) => {
      const directory = recipientDirectory(recipient);
      expectSafe(directory);
      if (!directory.includes('~')) expect(recipientOfDirectory(directory)).toBe(recipient);
    }));
  });
});

describe('the directory of a folder', () => {
  it.each([
    ['Junk', '.Junk'],
    ['Suspected spam', '.Suspected spam'],
    ['A.B/C', '.A&AC4-B&AC8-C'],
    ['..', '.&AC4ALg-'],
    ['R&D', '.R&-D'],
    ['Спам', '.&BCEEPwQwBDw-'],
    ['Şüpheli', '.&AV4A,A-pheli'],
    ['台北', '.&U,BTFw-'],
    ['a\0b', '.a&AAA-b'],
    ['📬', '.&2D3c7A-'],
  ])('%j is %j', (folder, directory) => {
    expect(folderDirectory(folder)).toBe(directory);
    expect(folderOfDirectory(directory)).toBe(folder);
  });

  it('is one safe path component for any name, and leads back', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: fc.constantFrom('.', '/', '&', '-', 'ö', '\0'), minLength: 1 })), (folder) => {
      const directory = folderDirectory(folder);
      expectSafe(directory);
      expect(directory.slice(1)).not.toContain('.');
      if (!directory.includes('~') || folder.includes('~')) expect(folderOfDirectory(directory)).toBe(folder);
    }));
  });

  it('cuts long names and keeps them unique and readable as UTF-7', () => {
    const one = folderDirectory(`${'Спам '.repeat(80)}1`);
    const two = folderDirectory(`${'Спам '.repeat(80)}2`);
    expect(one).not.toBe(two);
    expectSafe(one);
    expect(folderOfDirectory(one)).toMatch(/^(Спам )+.*~[0-9a-f]{24}$/);
  });

  it.each(['&', '&Jjo', '&Jj-', 'ü', '&Jjo!-'])('%j is not modified UTF-7', (text) => {
    expect(decodeModifiedUtf7(text)).toBeNull();
  });

  it('refuses a nameless folder as a programmer error', () => {
    expect(() => folderDirectory('')).toThrow('must have a name');
    expect(encodeModifiedUtf7('')).toBe('');
  });
});

/** One component directly below the directory it is joined to. */
function expectSafe(name: string): void {
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(name).not.toMatch(/[\0/]/);
  expect(['', '.', '..']).not.toContain(name);
  expect(dirname(join('/mail', name))).toBe('/mail');
  expect(basename(join('/mail', name))).toBe(name);
}
