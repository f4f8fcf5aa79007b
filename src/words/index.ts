/** All that Usher says, in the languages that it speaks. A new area adds its four imports and its name below. */
import decisionDe from './decision.de.json' with { type: 'json' };
import decisionEn from './decision.en.json' with { type: 'json' };
import decisionRu from './decision.ru.json' with { type: 'json' };
import decisionTr from './decision.tr.json' with { type: 'json' };
import policyDe from './policy.de.json' with { type: 'json' };
import policyEn from './policy.en.json' with { type: 'json' };
import policyRu from './policy.ru.json' with { type: 'json' };
import policyTr from './policy.tr.json' with { type: 'json' };
import { createWords, joined, type Catalogues } from './words.ts';

export const catalogues: Catalogues = Object.freeze({
  de: joined(decisionDe, policyDe),
  en: joined(decisionEn, policyEn),
  ru: joined(decisionRu, policyRu),
  tr: joined(decisionTr, policyTr),
});

export const words = createWords(catalogues);
