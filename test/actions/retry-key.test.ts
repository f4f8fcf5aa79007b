import * as fc from 'fast-check';
import { retryKeys } from '../../src/actions/retry-key.ts';
import { encodeXtext } from '../../src/actions/xtext.ts';
import { decodeXtext } from '../support/decode.ts';

const message = (fields: string, body = 'Body\r\n'): Buffer => Buffer.from(`${fields}\r\n${body}`);
const retryKey = (sender: string, recipient: string, bytes: Buffer): string => retryKeys(sender, bytes)(recipient);
const key = retryKey('a@b.example', 'anna@example.com', message('From: a\r\nSubject: s\r\n'));

describe('a retried delivery is recognised', () => {
  it.each([
    ['Received: from x by y;\r\n\tdate\r\nFrom: a\r\nSubject: s\r\n'],
    ['Return-Path: <a@b>\r\nX-Usher-Id: 1\r\nFrom: a\r\nreceived: again\r\nSubject: s\r\nX-USHER-Verdict: x\r\n'],
  ])('whatever the way added: %j', (fields) => {
    expect(retryKey('a@b.example', 'anna@example.com', message(fields))).toBe(key);
  });
  it.each<[string, string, Buffer]>([
    ['c@b.example', 'anna@example.com', message('From: a\r\nSubject: s\r\n')],
    ['a@b.example', 'bob@example.com', message('From: a\r\nSubject: s\r\n')],
    ['a@b.example', 'anna@example.com', message('From: a\r\nSubject: t\r\n')],
    ['a@b.example', 'anna@example.com', message('Subject: s\r\nFrom: a\r\n')],
    ['a@b.example', 'anna@example.com', message('From: a\r\nSubject: s\r\n', 'Received: in the body\r\n')],
    ['a@b.example', 'anna@example.com', message('From: a\r\nX-Received: x\r\nSubject: s\r\n')],
    ['', 'a@b.example","anna@example.com', message('From: a\r\nSubject: s\r\n')],
  ])('and another is not: %j to %j', (sender, recipient, bytes) => {
    const other = retryKey(sender, recipient, bytes);
    expect(other).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(key);
  });
  it('for many recipients with one look at the message', () => {
    const keys = retryKeys('a@b.example', message('From: a\r\nSubject: s\r\n'));
    expect(keys('anna@example.com')).toBe(key);
    expect(keys('bob@example.com')).not.toBe(key);
  });
});

describe('xtext', () => {
  it.each([['plain', 'plain'], ['a b', 'a+20b'], ['1+1=2', '1+2B1+3D2'], ['ü', '+C3+BC'], ['', ''], ['[UNAVAILABLE]', '[UNAVAILABLE]'], ['a\r\nb', 'a+0D+0Ab']])('%j is %j', (text, encoded) => {
    expect(encodeXtext(text)).toBe(encoded);
    expect(decodeXtext(encoded)).toBe(text);
  });
  it.each(['a b', '+0', '+0a', '=', 'ü'])('%j is none', (text) => expect(decodeXtext(text)).toBeNull());
  it('leads back', () => fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    expect(encodeXtext(text)).toMatch(/^[!-~]*$/);
    expect(decodeXtext(encodeXtext(text))).toBe(text.toWellFormed());
  })));
});
