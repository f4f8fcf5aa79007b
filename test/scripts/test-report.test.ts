import { closingLine, count, skippedSuites, type JestReport } from '../../scripts/test-report.ts';

const report = (changes: Partial<JestReport>): JestReport => ({
  numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numRuntimeErrorTestSuites: 0, testResults: [], ...changes,
});

describe('the line that closes a test run', () => {
  test.each<[string, JestReport | null, number, string]>([
    ['all passed', report({ numPassedTests: 12 }), 0, '12 passed, 0 failed'],
    ['some failed', report({ numPassedTests: 3, numFailedTests: 2 }), 1, '3 passed, 2 failed'],
    ['skipped and to do are counted together', report({ numPassedTests: 3, numPendingTests: 2, numTodoTests: 1 }), 0, '3 passed, 0 failed, 3 skipped'],
    ['a file that could not be run is a failure', report({ numPassedTests: 3, numRuntimeErrorTestSuites: 1 }), 1, '3 passed, 1 failed'],
    ['an exit code without a failure is a failure', report({ numPassedTests: 3 }), 1, '3 passed, 1 failed'],
    ['no result at all is a failure', null, 0, '0 passed, 1 failed'],
  ])('%s', (_name, result, code, line) => expect(closingLine(count(result, code))).toBe(line));

  test('a suite that was skipped is named once, with its title and the number of its tests', () => {
    const skipped = (title: string, status = 'pending') => ({ status, ancestorTitles: ['Postfix [skipped: needs postfix]', 'inner'], title });
    const testResults = [
      { name: '/somewhere/test/e2e/delivery.test.ts', assertionResults: [skipped('a'), skipped('b'), skipped('c', 'passed')] },
      { name: '/somewhere/test/x.test.ts', assertionResults: [{ status: 'todo', ancestorTitles: [], title: 'one day' }] },
    ];
    expect(skippedSuites(report({ testResults }))).toEqual([
      { file: 'test/e2e/delivery.test.ts', name: 'Postfix [skipped: needs postfix]', tests: 2 },
      { file: 'test/x.test.ts', name: 'one day', tests: 1 },
    ]);
  });
});
