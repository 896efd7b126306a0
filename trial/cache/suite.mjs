// The public suite for HTTP caches against a cache in front of its own server: node suite.mjs BASE_URL [TEST_ID]
// Prints one JSON object: for each test its kind, its verdict (as the suite's own result page gives it) and,
// if it did not pass, what the suite says of it.
import fetch from 'node-fetch';
import { getResults, runTests } from 'http-cache-tests/client/runner.mjs';
import suites from 'http-cache-tests/tests/index.mjs';
import surrogate from 'http-cache-tests/tests/surrogate-control.mjs';

const [base, only] = process.argv.slice(2);
// The suite's own command line adds that one as well.
const all = [...suites, surrogate];
const tests = new Map(all.flatMap((suite) => suite.tests.map((test) => [test.id, test])));
const chosen = (suite) => suite.tests.filter((test) => only === undefined || test.id === only);
await runTests(all.map((suite) => ({ ...suite, tests: chosen(suite) })), fetch, false, base);
const results = getResults();

// A test whose dependencies do not pass says nothing.
function verdict(id) {
  const { depends_on: needs = [], kind = 'required' } = tests.get(id);
  const result = results[id];
  if (result === undefined) return 'not run';
  if (only === undefined && needs.some((need) => !['pass', 'yes'].includes(verdict(need)))) return 'dependency';
  if (result === true) return kind === 'check' ? 'yes' : 'pass';
  if (result[0] === 'Setup') return result[1] === 'retry' ? 'retry' : 'setup';
  return kind === 'check' ? 'no' : 'fail';
}

const told = Object.keys(results).map((id) => {
  const says = results[id] === true ? '' : `${results[id][0]}: ${results[id][1]}`;
  return [id, { kind: tests.get(id).kind ?? 'required', verdict: verdict(id), says }];
});
console.log(JSON.stringify(Object.fromEntries(told), null, 1));
