// What the programs share: node NAME.mjs URL [NUMBER]; the last line of output is one JSON object of numbers.
import { Redis } from 'ioredis';

export const [url, number] = [process.argv[2], Number(process.argv[3] ?? 0)];

const { hostname: host, port } = new URL(url);
export const connection = { host, port: Number(port), maxRetriesPerRequest: null };

export const open = () => new Redis(url, { maxRetriesPerRequest: null });

export const now = () => performance.now();

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The value below which `share` of them are. */
export function at(values, share) {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
}

export function tell(numbers) {
  console.log(JSON.stringify(numbers));
  process.exit(0);
}
