// graphql-redis-subscriptions on ioredis.
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { until } from '../context.mjs';
import { open } from './ioredis.mjs';

export default async function (test) {
  const pubsub = new RedisPubSub({ publisher: await open(test), subscriber: await open(test) });
  const seen = [];
  const id = await pubsub.subscribe(`${test.prefix}.a`, (message) => seen.push(message));
  await pubsub.publish(`${test.prefix}.a`, { n: 1 });
  await until('it came', () => seen.length === 1);
  test.is('a message', seen[0], { n: 1 });
  const all = pubsub.asyncIterator(`${test.prefix}.b.*`, { pattern: true });
  const next = all.next();
  await until('the pattern is subscribed', async () => (await pubsub.getPublisher().pubsub('NUMPAT')) >= 1);
  await pubsub.publish(`${test.prefix}.b.c`, 'two');
  test.is('by pattern', await next, { value: 'two', done: false });
  await all.return();
  pubsub.unsubscribe(id);
  await until('nobody listens', async () => (await pubsub.publish(`${test.prefix}.a`, 3), (await pubsub.getPublisher().pubsub('NUMSUB', `${test.prefix}.a`))[1] === 0));
  test.is('no more', seen.length >= 1, true);
}
