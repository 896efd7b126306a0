// What a suite is given: the URL, its own prefix, and a list of what it did.
import assert from 'node:assert/strict';

let count = 0;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ask again and again until `state` holds; its last value is told if it never does. */
export async function until(what, state, patience_ms = 20_000) {
  const end = Date.now() + patience_ms;
  for (;;) {
    const value = await state();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(10);
  }
}

export function context(url, query) {
  const closers = [];
  const done = [];
  count += 1;
  return {
    url,
    resp: Number(query.get('resp') ?? 3),
    version: query.get('version') ?? '',
    prefix: `t${process.pid}-${count}`,
    done,
    /** What was seen must be as it should; noted as done. */
    is(what, seen, wanted) {
      assert.deepStrictEqual(plain(seen), wanted, what);
      done.push(what);
    },
    ok(what, holds) {
      assert.ok(holds, what);
      done.push(what);
    },
    /** To be called at the end, whatever happened. */
    later(closer) {
      closers.unshift(closer);
    },
    async close() {
      for (const closer of closers) {
        await Promise.race([Promise.resolve().then(closer).catch(() => {}), sleep(2_000)]);
      }
    },
  };
}

/** Without prototypes: clients give objects without one. */
function plain(value) {
  if (Buffer.isBuffer(value) || value instanceof Error) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
