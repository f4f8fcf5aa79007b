/** PURE. What a page still says although its last day has gone by: nothing wrong, but good to know. */
import { dayOf } from './days.ts';
import type { CompanyDefaults, Diagnostic, Page, Place } from './model.ts';

/**
 * Notes on entries and for-a-while blocks whose last day lies before today in their page's time zone.
 * @param now milliseconds since 1970
 */
export function endedParts(pages: readonly Page[], defaults: CompanyDefaults, now: number): readonly Diagnostic[] {
  const company = pages.find((page) => page.appliesTo.some(({ pattern }) => pattern === 'everyone'));
  return pages.flatMap((page) => {
    const today = dayOf(now, page.timezone ?? company?.timezone ?? defaults.timezone);
    const ended = [...page.alwaysWelcome, ...page.neverWelcome, ...page.forAWhile].filter(({ lastDay }) => lastDay !== null && lastDay < today);
    // One entry with several senders is several here, and one line there.
    const places = new Map(ended.map(({ place, lastDay }) => [`${place.line}:${lastDay}`, { place, day: lastDay ?? '' }]));
    return [...places.values()].map(({ place, day }) => note(page, place, day));
  });
}

function note(page: Page, place: Place, day: string): Diagnostic {
  const excerpt = page.text?.split('\n', place.line)[place.line - 1]?.replace(/\r$/, '').slice(0, 300) ?? null;
  return { severity: 'note', code: 'entry-ended', place, excerpt, values: { day }, hint: null };
}
