// keyv on @keyv/redis.
import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import { sleep } from '../context.mjs';

export default async function (test) {
  const adapter = new KeyvRedis(test.url);
  const keyv = new Keyv({ store: adapter, namespace: test.prefix });
  const faults = [];
  keyv.on('error', (error) => faults.push(String(error)));
  test.later(() => keyv.disconnect());
  await keyv.set('a', { deep: [1, 'ü'] });
  test.is('get', await keyv.get('a'), { deep: [1, 'ü'] });
  await keyv.set('b', 'soon gone', 30);
  await sleep(60);
  test.is('expired', await keyv.get('b'), undefined);
  test.is('has', [await keyv.has('a'), await keyv.has('b')], [true, false]);
  await keyv.setMany([{ key: 'x', value: 1 }, { key: 'y', value: 2 }]);
  test.is('many', await keyv.get(['x', 'y', 'z']), [1, 2, undefined]);
  const seen = [];
  for await (const [key] of adapter.iterator(test.prefix)) seen.push(key.replace(`${test.prefix}:`, ''));
  test.is('iterator', seen.sort(), ['a', 'x', 'y']);
  test.is('delete', await keyv.delete('a'), true);
  await keyv.deleteMany(['x']);
  await keyv.clear();
  test.is('clear', await keyv.get('y'), undefined);
  test.is('no errors', faults, []);
}
