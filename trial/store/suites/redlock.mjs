// redlock 5 on ioredis 5.
import Redlock from 'redlock';
import { sleep } from '../context.mjs';
import { open } from './ioredis.mjs';

export default async function (test) {
  const client = await open({ ...test, version: '5' });
  const locks = new (Redlock.default ?? Redlock)([client], { retryCount: 0 });
  const patient = new (Redlock.default ?? Redlock)([client], { retryCount: 50, retryDelay: 20 });
  const names = [`${test.prefix}:a`, `${test.prefix}:b`];
  const lock = await locks.acquire(names, 10_000);
  test.ok('taken', await locks.acquire([names[1]], 100).then(() => false, () => true));
  const longer = await lock.extend(20_000);
  test.ok('extended', (await client.pttl(names[0])) > 15_000);
  await longer.release();
  test.is('released', await client.exists(...names), 0);
  const short = await locks.acquire([names[0]], 200);
  const waited = await patient.acquire([names[0]], 1_000);
  test.ok('expired for the next', waited.value !== short.value);
  let inside = 0;
  let most = 0;
  await waited.release();
  await Promise.all(Array.from({ length: 5 }, () => patient.using([names[0]], 1_000, async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(10);
    inside -= 1;
  })));
  test.is('one at a time', most, 1);
}
