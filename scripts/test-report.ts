/** PURE. What Jest found, as counts and as the lines that close a test run. */

/** The part of Jest's JSON result that we read. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not be run at all; their tests are in no other number. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[]; readonly title: string }[];
  }[];
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly report: JestReport | null;
}

/** Counts a run. A run without a result, or with exit code ≠ 0 and nothing to show for it, counts as one failure. */
export function count(report: JestReport | null, exitCode: number): Totals {
  if (report === null) return { passed: 0, failed: 1, skipped: 0, report };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    report,
  };
}

/** `12 passed, 0 failed`, and `, 3 skipped` when there are any. */
export function closingLine(totals: Omit<Totals, 'report'>): string {
  const line = `${totals.passed} passed, ${totals.failed} failed`;
  return totals.skipped > 0 ? `${line}, ${totals.skipped} skipped` : line;
}

export interface SkippedSuite {
  /** From `test/` on. */
  readonly file: string;
  /** Title of the suite, which holds the reason when a requirement was missing; or of the test. */
  readonly name: string;
  readonly tests: number;
}

/** What was skipped: one entry for each file and outermost title. */
export function skippedSuites(report: JestReport | null): readonly SkippedSuite[] {
  const found = new Map<string, SkippedSuite>();
  for (const result of report?.testResults ?? []) {
    const file = result.name.slice(Math.max(0, result.name.lastIndexOf('/test/') + 1));
    for (const test of result.assertionResults) {
      if (test.status !== 'pending' && test.status !== 'todo') continue;
      const name = test.ancestorTitles[0] ?? test.title;
      const key = `${file}\n${name}`;
      found.set(key, { file, name, tests: (found.get(key)?.tests ?? 0) + 1 });
    }
  }
  return [...found.values()];
}
