// Runs a suite against the store that REDIS_URL leads to: GET /NAME?resp=3, answered when it is done.
import http from 'node:http';
import { context } from './context.mjs';

const PATIENCE_MS = 50_000;

async function run(name, query) {
  const suite = await import(`./suites/${name}.mjs`);
  const given = context(process.env.REDIS_URL, query);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} hangs; done so far: ${given.done.join(', ')}`)), PATIENCE_MS).unref());
  try {
    await Promise.race([suite.default(given), late]);
    return given.done;
  } finally {
    await given.close();
  }
}

// A client that reports what nobody awaits would end the worker; here it fails the suite that runs.
const stray = [];
process.on('unhandledRejection', (error) => stray.push(error));

http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/env') return response.end(process.env.REDIS_URL ?? '');
  try {
    stray.length = 0;
    const done = await run(url.pathname.slice(1), url.searchParams);
    if (stray.length > 0) throw stray[0];
    response.end(JSON.stringify(done));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error?.stack ?? error));
  }
}).listen(process.env.PORT);
