import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import { dkimSigner } from '../../src/notices/dkim.ts';
import { composeNotice, noticesTo, type Notice } from '../../src/notices/notice.ts';
import type { QueuedNotice } from '../../src/storage/notice-book.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOW = Date.UTC(2027, 4, 4, 5, 30);
const FROM = 'Mail filter <no-reply@example.com>';
const clock = { now: () => NOW };
const notice: Notice = {
  to: 'Deniz@example.com', subject: 'Sizin için 3 ileti bekletildi', text: 'Merhaba\n.\nŞİŞLİ', html: '<p>Merhaba ŞİŞLİ</p>', language: 'tr',
  unsubscribeUrl: `https://mail.example.com/l/692.${'A'.repeat(300)}.x`,
};
const dir = tempDir('notices');
afterAll(dir.remove);

function keyFile(name: string, type: 'rsa' | 'ed25519' | 'none', bits = 2048): { path: string; dnsRecord: string } {
  const path = join(dir.path, name);
  if (type === 'none') {
    writeFileSync(path, 'no key');
    return { path, dnsRecord: '' };
  }
  const { privateKey, publicKey } = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: bits }) : generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { path, dnsRecord: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}` };
}

test('is a message that mail programs read, with the fields that keep machines quiet, and the null reverse-path', async () => {
  const { row, bytes } = await composeNotice(notice, { from: FROM, sign: null, clock });
  expect(row).toEqual({
    id: row.id, kind: 'notice', heldId: null, sender: '', recipient: 'Deniz@example.com', parameters: '{"mail":[],"rcpt":[]}', createdAt: NOW, nextAt: NOW, attempts: 0, lastError: null, doneAt: null,
  });
  const mail = await simpleParser(bytes);
  expect(mail).toMatchObject({ subject: notice.subject, messageId: `<${row.id}@example.com>`, date: new Date(NOW) });
  expect([mail.text?.trim(), mail.html]).toEqual([notice.text, notice.html]);
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.headers.get('content-language')).toBe('tr');
  const header = bytes.toString('latin1').split('\r\n\r\n', 1)[0]?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  expect(header.split('\r\n')).toEqual(expect.arrayContaining([`List-Unsubscribe: <${notice.unsubscribeUrl}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click', 'From: Mail filter <no-reply@example.com>', 'To: Deniz@example.com']));
  expect(bytes.every((byte) => byte < 0x80)).toBe(true);
  expect(bytes.toString('latin1').split('\r\n').every((line) => line.length <= 998 && !/[\r\n]/.test(line))).toBe(true);
});

test('plain text alone, without unsubscribing, worth something for a while only', async () => {
  const { row, bytes } = await composeNotice({ to: 'a@example.com', subject: 'x', text: 'y', html: null, language: 'en', giveUpAt: NOW + 5 }, { from: FROM, sign: null, clock });
  expect(JSON.parse(row.parameters)).toEqual({ mail: [], rcpt: [], giveUpAt: NOW + 5 });
  expect(bytes.toString()).toMatch(/Content-Type: text\/plain/);
  expect(bytes.toString()).not.toMatch(/List-Unsubscribe/);
});

test('an address beyond ASCII asks for a server that takes it', async () => {
  const { row, bytes } = await composeNotice({ ...notice, to: 'şule@example.com' }, { from: FROM, sign: null, clock });
  expect(JSON.parse(row.parameters)).toMatchObject({ mail: ['SMTPUTF8'] });
  expect(bytes.toString('utf8')).toMatch(/^To: .*şule@example\.com/m);
});

test('nothing in subject, address or fields makes a second line', async () => {
  const { bytes } = await composeNotice({ ...notice, subject: 'a\r\nBcc: evil@bad.example\r\n\r\nbody', to: 'a@example.com', headers: { 'X-Note': 'x\r\nBcc: evil@bad.example' } }, { from: FROM, sign: null, clock });
  const header = bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  expect(header).not.toMatch(/^Bcc:/im);
});

test('is queued as it was composed, and somebody is told', async () => {
  const queued: QueuedNotice[] = [];
  let told = 0;
  const notices = noticesTo({ queue: async (each) => void queued.push(each), bytes: async () => null }, { from: FROM, sign: null, clock }, () => told++);
  const id = await notices.send(notice);
  expect([queued.map(({ row }) => row.id), told]).toEqual([[id], 1]);
});

describe('DKIM', () => {
  test('the signature verifies, and covers the fields of one-click unsubscribing (RFC 8058 section 4)', async () => {
    const { path, dnsRecord } = keyFile('good.pem', 'rsa');
    const { bytes } = await composeNotice(notice, { from: FROM, sign: dkimSigner({ domain: 'example.com', selector: 'usher', keyFile: path }), clock });
    const resolver = async (name: string, type: string): Promise<string[][]> => {
      expect([name, type]).toEqual(['usher._domainkey.example.com', 'TXT']);
      return [[dnsRecord]];
    };
    const verify = async (message: Buffer) => (await dkimVerify(message, { resolver, curTime: new Date(NOW) })).results.map(({ status, signingDomain }) => [status.result, signingDomain]);
    expect(await verify(bytes)).toEqual([['pass', 'example.com']]);
    // What lies on top does not matter; what is signed does.
    expect(await verify(Buffer.concat([Buffer.from('X-Usher-Release: v=1\r\n'), bytes]))).toEqual([['pass', 'example.com']]);
    for (const [from, to] of [['List-Unsubscribe-Post: List-Unsubscribe=One-Click', 'List-Unsubscribe-Post: x'], ['https://mail.example.com/l/692', 'https://evil.example/l/692'], ['no-reply@', 'boss@'], ['Merhaba', 'Mervaba']] as const) {
      expect(await verify(Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1'))).not.toEqual([['pass', 'example.com']]);
    }
    const signed = /\bh=([^;]*)/.exec(bytes.toString('latin1').replace(/\r\n\s+/g, ''))?.[1]?.toLowerCase().replace(/\s/g, '').split(':');
    expect(signed).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe', 'list-unsubscribe-post', 'auto-submitted']));
  });

  test('nobody can add a second field of those that count, nor a first one of those that are not there', async () => {
    const { path, dnsRecord } = keyFile('sealed.pem', 'rsa');
    const { bytes } = await composeNotice({ ...notice, to: 'şule@example.com', subject: `${'Uzun bir konu '.repeat(30)}ŞİŞLİ`, headers: { 'X-Note': '  two  spaces\tand a tab ' } }, { from: FROM, sign: dkimSigner({ domain: 'example.com', selector: 'usher', keyFile: path }), clock });
    const verify = async (message: Buffer) => (await dkimVerify(message, { resolver: async () => [[dnsRecord]], curTime: new Date(NOW) })).results[0]?.status.result;
    expect(await verify(bytes)).toBe('pass');
    expect(await verify(Buffer.concat([Buffer.from('Received: by relay.example\r\n'), bytes]))).toBe('pass');
    for (const field of ['From: Boss <boss@example.com>', 'To: all@example.com', 'Cc: all@example.com', 'Subject: Urgent', 'Date: Mon, 3 May 2027 05:30:00 +0000', 'Reply-To: evil@bad.example', 'Content-Type: text/html', 'List-Unsubscribe: <https://bad.example/>', 'List-Unsubscribe-Post: x']) {
      expect([field, await verify(Buffer.concat([Buffer.from(`${field}\r\n`), bytes]))]).toEqual([field, 'fail']);
    }
    expect(bytes.toString('utf8').split('\r\n\r\n', 1)[0]?.split('\r\n').slice(0, 12).filter((line) => line.length > 78)).toEqual([]);
  });

  test.each([
    ['missing.pem', null, /cannot be read \(ENOENT\)/], ['none.pem', 'none', /holds no private key/], ['small.pem', 'small', /at least 1024 bits/], ['ed.pem', 'ed25519', /must hold an RSA key/],
  ] as const)('%s is refused with a sentence', (name, kind, sentence) => {
    const path = kind === null ? join(dir.path, name) : keyFile(name, kind === 'small' ? 'rsa' : kind, 512).path;
    expect(() => dkimSigner({ domain: 'example.com', selector: 's', keyFile: path })).toThrow(sentence);
  });
});
