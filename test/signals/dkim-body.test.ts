import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { dkimBody } from 'mailauth/lib/dkim/body/index.js';
import { toCrlf } from '../../src/message/walk.ts';
import { WholeBodyHasher, canonicalBody } from '../../src/signals/dkim-body.ts';

/** RFC 6376 section 3.4.5 and 3.4.6. */
test.each([
  ['relaxed', ' C \r\nD \t E\r\n\r\n\r\n', ' C\r\nD E\r\n'],
  ['simple', ' C \r\nD \t E\r\n\r\n\r\n', ' C \r\nD \t E\r\n'],
  ['relaxed', '', ''],
  ['simple', '', '\r\n'],
  ['relaxed', '\r\n\r\n', ''],
  ['simple', '\r\n\r\n', '\r\n'],
  ['relaxed', 'no end', 'no end\r\n'],
  ['relaxed', ' \t\r\n', ''],
] as const)('%s: %j', (canonicalization, body, expected) => {
  expect(canonicalBody(Buffer.from(body), canonicalization).toString()).toBe(expected);
});

const piece = fc.oneof(fc.constantFrom(' ', '\t', '\r\n', '\r\n\r\n', ' \r\n', '  ', 'é', '\r', '.'), fc.string({ maxLength: 5 }));

test('says the same as the byte-by-byte implementation of mailauth', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('relaxed', 'simple'), (pieces, canonicalization) => {
      const body = toCrlf(Buffer.from(pieces.join('')));
      const theirs = dkimBody(canonicalization, 'sha256', '');
      theirs.update(body);
      const ours = new WholeBodyHasher(canonicalization, 'sha256');
      ours.update(body);
      expect(ours.digest('base64')).toBe(theirs.digest('base64'));
      expect(ours.bodyHashedBytes).toBe(theirs.bodyHashedBytes);
    }),
    { numRuns: 2000 },
  );
});

test('an empty relaxed body hashes to nothing', () => {
  expect(new WholeBodyHasher('relaxed', 'sha256').digest('base64')).toBe(createHash('sha256').digest('base64'));
});
