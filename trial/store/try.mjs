// A suite against any server, by hand: node try.mjs redis://127.0.0.1:6379 NAME [version] [resp]
import { context } from './context.mjs';

const [url, name, version = '', resp = '3'] = process.argv.slice(2);
const suite = await import(`./suites/${name}.mjs`);
const given = context(url, new URLSearchParams({ version, resp }));
try {
  await suite.default(given);
  console.log(`${name} ${version} RESP${resp}: ${given.done.length} checks`);
} catch (error) {
  console.error(`${name} ${version} RESP${resp}: after ${given.done.at(-1)}:`, error);
  process.exitCode = 1;
}
await Promise.race([given.close(), new Promise((resolve) => setTimeout(resolve, 3_000))]);
process.exit();
