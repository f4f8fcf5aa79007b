/** Usher as the milter of a real Sendmail, with the lines that stand in docs/operators.md. */
import { milterSuite } from '../support/milter-suite.ts';
import { describeIf, requirement } from '../support/requires.ts';
import { startSendmailWithMilter } from '../support/sendmail.ts';

describeIf([requirement('sendmail'), requirement('m4'), requirement('swaks')], 'Usher as a milter of Sendmail', () => milterSuite(startSendmailWithMilter));
