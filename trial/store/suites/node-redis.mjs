// node-redis 4 (RESP2), 5 and 6 (both).
import { until } from '../context.mjs';

export async function open(test, more = {}) {
  const { createClient } = await import({ 4: 'redis4', 5: 'redis5' }[test.version] ?? 'redis');
  const client = createClient({ url: test.url, ...(test.version === '4' ? {} : { RESP: test.resp }), ...more });
  client.on('error', (error) => client.faults.push(error));
  client.faults = [];
  await client.connect();
  test.later(() => (client.destroy ? client.destroy() : client.disconnect()));
  return client;
}

export default async function (test) {
  const redis = await open(test);
  const key = (name) => `${test.prefix}:${name}`;
  test.is('ping', await redis.ping(), 'PONG');
  test.is('set', await redis.set(key('a'), 'x', { EX: 100 }), 'OK');
  test.is('get', await redis.get(key('a')), 'x');
  test.is('getset options', await redis.set(key('a'), 'y', { NX: true }), null);
  test.is('mget', await redis.mGet([key('a'), key('none')]), ['x', null]);
  test.is('incr', await redis.incrBy(key('n'), 9), 9);
  await redis.hSet(key('h'), { a: '1', b: '2' });
  test.is('hgetall', await redis.hGetAll(key('h')), { a: '1', b: '2' });
  await redis.zAdd(key('z'), [{ score: 1.5, value: 'a' }, { score: -Infinity, value: 'b' }, { score: 3, value: 'c' }]);
  test.is('zrange with scores', await redis.zRangeWithScores(key('z'), 0, -1), [
    { value: 'b', score: -Infinity }, { value: 'a', score: 1.5 }, { value: 'c', score: 3 },
  ]);
  test.is('zscore', await redis.zScore(key('z'), 'a'), 1.5);
  test.is('zpopmin', await redis.zPopMin(key('z')), { value: 'b', score: -Infinity });
  await redis.sAdd(key('s'), ['m', 'n']);
  test.is('smembers', [...(await redis.sMembers(key('s')))].sort(), ['m', 'n']);
  await redis.rPush(key('l'), ['1', '2', '3']);
  test.is('lrange', await redis.lRange(key('l'), 0, -1), ['1', '2', '3']);
  test.is('lpos', await redis.lPos(key('l'), '2'), 1);

  test.is('multi', await redis.multi().set(key('m'), '1').incr(key('m')).hGetAll(key('h')).exec(), ['OK', 2, { a: '1', b: '2' }]);
  const wrong = await redis.lPush(key('a'), 'x').catch((error) => error.message);
  test.is('WRONGTYPE', wrong, 'WRONGTYPE Operation against a key holding the wrong kind of value');
  test.is('eval', await redis.eval('return {KEYS[1], ARGV[1], 7}', { keys: ['k'], arguments: ['v'] }), ['k', 'v', 7]);

  const subscriber = await open(test);
  const seen = [];
  await subscriber.subscribe(key('c'), (message, channel) => seen.push([channel, message]));
  await subscriber.pSubscribe(`${test.prefix}:p*`, (message, channel) => seen.push([channel, message]));
  await redis.publish(key('c'), 'one');
  await redis.publish(key('pat'), 'two');
  await until('messages came', () => seen.length === 2);
  test.is('messages', seen, [[key('c'), 'one'], [key('pat'), 'two']]);
  await subscriber.sSubscribe(key('shard'), (message) => seen.push(message));
  await redis.sPublish(key('shard'), 'three');
  await until('a message came', () => seen.length === 3);
  test.is('a sharded message', seen[2], 'three');
  await subscriber.unsubscribe(key('c'));
  await subscriber.pUnsubscribe(`${test.prefix}:p*`);
  await subscriber.sUnsubscribe(key('shard'));

  const blocked = await open(test);
  const popped = blocked.blPop(key('queue'), 10);
  await until('a client is blocked', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
  await redis.rPush(key('queue'), 'job');
  test.is('blpop', await popped, { key: key('queue'), element: 'job' });

  await redis.xAdd(key('x'), '5-1', { f: 'v' });
  test.is('xrange', await redis.xRange(key('x'), '-', '+').then((all) => all.map(({ id, message }) => ({ id, message }))), [{ id: '5-1', message: { f: 'v' } }]);

  for (let at = 0; at < 300; at += 1) await redis.set(key(`scan:${at}`), String(at));
  const found = new Set();
  for await (const some of redis.scanIterator({ MATCH: key('scan:*'), COUNT: 50 })) [some].flat().forEach((one) => found.add(one));
  test.is('scan', found.size, 300);
  await redis.select(1);
  test.is('no keys there', await redis.exists(key('a')), 0);
  test.is('client info', (await redis.sendCommand(['CLIENT', 'GETNAME'])) ?? '', '');
  test.is('no errors', redis.faults.map(String), []);
}
