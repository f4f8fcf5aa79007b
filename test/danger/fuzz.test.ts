/** A short run of `npm run fuzz` over each parser of attached files, and everything that it ever found. */
import { dangerParsers } from '../support/fuzz-danger.ts';
import { shortRun } from '../support/fuzz-short.ts';

shortRun(dangerParsers);
