/** PURE. Where a page says `reject` by score and the proof is lacking (policy language, "What an intent means"). */
import { CERTAIN_STRICTER } from './defaults.ts';
import type { Diagnostic, Page, Place } from './model.ts';
import type { PolicySet } from './resolved.ts';
import type { Calibration } from './verdict.ts';

/** One note for each line and bound: what follows from the company's page is not said again for every other. */
export function lackingProof(set: PolicySet, pages: readonly Page[], calibration: Calibration): readonly Diagnostic[] {
  const said = new Set<string>();
  const notes: Diagnostic[] = [];
  for (const { name, stance } of set.pages) {
    const page = pages.find((one) => one.name === name);
    if (page === undefined) continue;
    const spam = calibration.thresholdFor(stance.intent.value.bound);
    const lines = [
      { line: 'spam', setting: stance.spam, bound: stance.intent.value.bound, proof: spam, covered: false },
      {
        line: 'certain-spam', setting: stance.certainSpam, bound: stance.intent.value.bound / CERTAIN_STRICTER,
        proof: calibration.thresholdFor(stance.intent.value.bound / CERTAIN_STRICTER), covered: spam.proven && stance.spam.value === 'reject',
      },
    ];
    for (const { line, setting, bound, proof, covered } of lines) {
      const id = `${line} ${bound}`;
      if (setting.value !== 'reject' || proof.proven || covered || (setting.origin !== 'page' && said.has(id))) continue;
      said.add(id);
      notes.push(note(page, placeOf(page, line), { line, lacking: proof.lacking, n: Math.round(1 / bound) }));
    }
  }
  return notes;
}

function placeOf(page: Page, line: string): Place {
  return page.places[line] ?? page.places['intent'] ?? page.places['policy'] ?? { file: page.file, line: 1, column: 1, length: 1 };
}

function note(page: Page, place: Place, values: Diagnostic['values']): Diagnostic {
  const excerpt = page.text?.split('\n', place.line)[place.line - 1]?.replace(/\r$/, '').slice(0, 300) ?? null;
  return { severity: 'note', code: 'reject-lacks-proof', place, excerpt, values, hint: null };
}
