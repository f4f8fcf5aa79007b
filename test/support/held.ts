/** Values for tests of the quarantine: small messages, verdicts, scores. */
import * as realFiles from 'node:fs/promises';
import { envelope } from './envelope.ts';
import type { EnvelopeTraits } from './envelope.ts';
import type { Transaction } from '../../src/message/envelope.ts';
import type { Message } from '../../src/message/message.ts';
import { walk } from '../../src/message/walk.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { QuarantineFolders } from '../../src/quarantine/folders.ts';
import type { Files } from '../../src/quarantine/folders.ts';
import type { Score } from '../../src/scoring/score.ts';

export function transactionOf(text: string, traits: EnvelopeTraits & { readonly id?: string } = {}): Transaction {
  return { envelope: { ...envelope(traits), id: traits.id ?? '0123456789abcdef' }, bytes: Buffer.from(text, 'latin1') };
}

export const someMessage: Message = walk(Buffer.from('From: Vera <vera@sender.example>\r\nSubject: Cheap watches\r\nMessage-ID: <w@sender.example>\r\n\r\nBuy now\r\n'));

export const someScore: Score = { score: 0.97, kind: 'spam', proof: null, newsletter: false, contributions: [], model: 'test-1' };

export function verdictFor(recipient: string, change: Partial<Verdict> = {}): Verdict {
  return {
    recipient, action: 'quarantine', policy: 'sales', revision: 'abcdef123456', reason: 'spam', qualifiers: [], match: null, wouldHave: null,
    spamThreshold: 0.9, certainThreshold: 0.99, markWith: null, junkFolder: null, folder: 'Suspected spam', words: null, language: 'en', ...change,
  };
}

export function foldersIn(dataDir: string, files: Files = realFiles): QuarantineFolders {
  return new QuarantineFolders(`${dataDir}/quarantine`, files);
}
