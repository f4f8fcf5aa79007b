/** The explicit list of all signals: nothing is found by looking into folders. */
import { attachments } from './attachments.ts';
import { authenticationDescribes } from './authentication.ts';
import { bulk } from './bulk.ts';
import { deceit } from './deceit.ts';
import { files } from './files.ts';
import { headers } from './headers.ts';
import { html } from './html.ts';
import { links } from './links.ts';
import { names } from './names.ts';
import { NO_PROBES } from './probes.ts';
import { replyTo } from './reply-to.ts';
import type { SignalDescription, SignalFamily } from './signal.ts';
import { structure } from './structure.ts';
import { subject } from './subject.ts';
import { testStrings } from './test-strings.ts';

/** Families that look at the message alone. Authentication and the probes (probes.ts) stand apart because they ask elsewhere. */
export const families: readonly SignalFamily[] = Object.freeze([testStrings, headers, names, replyTo, subject, links, deceit, html, attachments, files, bulk, structure]);

/** Every signal there is, by family, for documentation and tests. */
export const catalogue: readonly { readonly family: string; readonly describes: readonly SignalDescription[] }[] = Object.freeze([
  { family: 'authentication', describes: authenticationDescribes },
  ...families.map(({ name, describes }) => ({ family: name, describes })),
  ...NO_PROBES.map(({ name, describes }) => ({ family: name, describes })),
]);
