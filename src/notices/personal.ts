/** What people prefer, as digests need it. */
import { preferencesOf } from '../review/preferences.ts';
import type { PersonalDigest } from '../quarantine/digest-targets.ts';
import type { PreferenceBook } from '../storage/review-book.ts';

/** @returns asks for one address at a time; rejects with StoreError */
export function personalDigests(book: PreferenceBook): (address: string) => Promise<PersonalDigest | null> {
  return async (address) => {
    const { language, timezone, digest, at, days, phrase } = await preferencesOf(book, address);
    const isOwn = digest === 'own';
    return { at: isOwn ? at : null, days: isOwn ? days : null, timezone, language, phrase: phrase === '' ? null : phrase, isStopped: digest === 'none' };
  };
}
