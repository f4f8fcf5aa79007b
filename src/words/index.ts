/** All that Usher says, in the languages that it speaks. A new area adds its four imports and its name below. */
import decisionDe from './decision.de.json' with { type: 'json' };
import decisionEn from './decision.en.json' with { type: 'json' };
import decisionRu from './decision.ru.json' with { type: 'json' };
import decisionTr from './decision.tr.json' with { type: 'json' };
import digestDe from './digest.de.json' with { type: 'json' };
import digestEn from './digest.en.json' with { type: 'json' };
import digestRu from './digest.ru.json' with { type: 'json' };
import digestTr from './digest.tr.json' with { type: 'json' };
import policyDe from './policy.de.json' with { type: 'json' };
import policyEn from './policy.en.json' with { type: 'json' };
import policyRu from './policy.ru.json' with { type: 'json' };
import policyTr from './policy.tr.json' with { type: 'json' };
import policyFilesDe from './policy-files.de.json' with { type: 'json' };
import policyFilesEn from './policy-files.en.json' with { type: 'json' };
import policyFilesRu from './policy-files.ru.json' with { type: 'json' };
import policyFilesTr from './policy-files.tr.json' with { type: 'json' };
import quarantineDe from './quarantine.de.json' with { type: 'json' };
import quarantineEn from './quarantine.en.json' with { type: 'json' };
import quarantineRu from './quarantine.ru.json' with { type: 'json' };
import quarantineTr from './quarantine.tr.json' with { type: 'json' };
import reviewDe from './review.de.json' with { type: 'json' };
import reviewEn from './review.en.json' with { type: 'json' };
import reviewRu from './review.ru.json' with { type: 'json' };
import reviewTr from './review.tr.json' with { type: 'json' };
import { createWords, joined, type Catalogues } from './words.ts';

export const catalogues: Catalogues = Object.freeze({
  de: joined(decisionDe, digestDe, policyDe, policyFilesDe, quarantineDe, reviewDe),
  en: joined(decisionEn, digestEn, policyEn, policyFilesEn, quarantineEn, reviewEn),
  ru: joined(decisionRu, digestRu, policyRu, policyFilesRu, quarantineRu, reviewRu),
  tr: joined(decisionTr, digestTr, policyTr, policyFilesTr, quarantineTr, reviewTr),
});

export const words = createWords(catalogues);
