/** Usher as the milter of a real Postfix, with the lines that stand in docs/operators.md. */
import { milterSuite } from '../support/milter-suite.ts';
import { startPostfixWithMilter } from '../support/postfix-milter.ts';
import { describeIf, requirement } from '../support/requires.ts';

describeIf([requirement('postfix'), requirement('swaks')], 'Usher as a milter of Postfix', () => milterSuite(startPostfixWithMilter));
