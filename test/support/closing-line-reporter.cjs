/** Jest reporter that ends the output with one line to read: `N passed, M failed`, and `, K skipped` if any. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    // A test file that does not even load has no failed tests, only itself.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest prints its own summary and the coverage after the reporters.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
};
