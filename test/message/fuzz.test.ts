/** A short run of `npm run fuzz` over each parser of messages, and everything that it ever found. */
import { messageParsers } from '../support/fuzz-message.ts';
import { shortRun } from '../support/fuzz-short.ts';

shortRun(messageParsers);
