// ioredis 5 (RESP2) and 6 (RESP3 by default, RESP2 if told).
import { createHash } from 'node:crypto';
import { until } from '../context.mjs';

export async function open(test, more = {}) {
  const { Redis } = await import(test.version === '5' ? 'ioredis5' : 'ioredis');
  const client = new Redis(test.url, { keyPrefix: '', ...(test.version === '5' ? {} : { protocol: test.resp }), ...more });
  client.on('error', () => {});
  test.later(() => client.disconnect());
  return client;
}

export default async function (test) {
  const redis = await open(test);
  const key = (name) => `${test.prefix}:${name}`;
  await redis.ping();
  test.is('ready', redis.status, 'ready');

  await redis.set(key('a'), 'x', 'EX', 100);
  test.is('get', await redis.get(key('a')), 'x');
  test.ok('ttl', (await redis.ttl(key('a'))) > 90);
  test.is('set nx', await redis.set(key('a'), 'y', 'NX'), null);
  test.is('set xx get', await redis.set(key('a'), 'z', 'XX', 'GET', 'KEEPTTL'), 'x');
  test.is('incr', await redis.incrby(key('n'), 41), 41);
  test.is('incrbyfloat', await redis.incrbyfloat(key('f'), '0.1'), '0.1');
  test.is('buffers', await redis.getBuffer(key('a')), Buffer.from('z'));
  const bytes = Buffer.from([0, 1, 13, 10, 255, 36]);
  await redis.set(key('bytes'), bytes);
  test.is('binary', (await redis.getBuffer(key('bytes'))).equals(bytes), true);
  const large = 'ß'.repeat(600_000);
  await redis.set(key('large'), large);
  test.ok('a value of a megabyte', (await redis.get(key('large'))) === large);

  await redis.hset(key('h'), { a: '1', b: '2' });
  test.is('hgetall', await redis.hgetall(key('h')), { a: '1', b: '2' });
  test.is('hmget', await redis.hmget(key('h'), 'b', 'none'), ['2', null]);
  await redis.rpush(key('l'), 1, 2, 3);
  test.is('lrange', await redis.lrange(key('l'), 0, -1), ['1', '2', '3']);
  await redis.sadd(key('s'), 'm');
  test.is('sismember', await redis.sismember(key('s'), 'm'), 1);
  await redis.zadd(key('z'), 1.5, 'a', '-inf', 'b', 1e21, 'c');
  test.is('zrange by score', await redis.zrangebyscore(key('z'), '-inf', '(10'), ['b', 'a']);

  const results = await redis.pipeline().incr(key('n')).lpush(key('n'), 'x').get(key('n')).exec();
  test.is('a pipeline with an error', results.map(([error, value]) => error?.message ?? value), [
    42, 'WRONGTYPE Operation against a key holding the wrong kind of value', '42',
  ]);
  test.is('multi', (await redis.multi().set(key('m'), 1).incr(key('m')).exec()).map(([, value]) => value), ['OK', 2]);
  const other = await open(test);
  await redis.watch(key('m'));
  await other.set(key('m'), 'changed');
  test.is('watch', await redis.multi().set(key('m'), 'mine').exec(), null);

  redis.defineCommand('swap', { numberOfKeys: 1, lua: "local v = redis.call('GET', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1]) return v" });
  test.is('a script', await redis.swap(key('a'), 'new'), 'z');
  const sha = createHash('sha1').update('return 1').digest('hex');
  await redis.script('FLUSH');
  test.is('NOSCRIPT', await redis.evalsha(sha, 0).catch((error) => error.message), 'NOSCRIPT No matching script. Please use EVAL.');
  test.is('the script again', await redis.swap(key('a'), 'newer'), 'new');

  const subscriber = await open(test);
  const seen = [];
  subscriber.on('message', (channel, message) => seen.push([channel, message]));
  subscriber.on('pmessage', (pattern, channel, message) => seen.push([pattern, channel, message]));
  test.is('subscribe', await subscriber.subscribe(key('c1'), key('c2')), 2);
  await subscriber.psubscribe(`${test.prefix}:p*`);
  test.is('publish', await redis.publish(key('c1'), 'one'), 1);
  await redis.publish(key('pat'), 'two');
  await until('messages came', () => seen.length === 2);
  test.is('messages', seen, [[key('c1'), 'one'], [`${test.prefix}:p*`, key('pat'), 'two']]);
  test.is('numsub', await redis.pubsub('NUMSUB', key('c1')), [key('c1'), 1]);
  await subscriber.unsubscribe(key('c1'), key('c2'));
  await subscriber.punsubscribe(`${test.prefix}:p*`);
  test.is('after unsubscribe', await subscriber.get(key('a')), 'newer');

  const blocked = await open(test);
  const popped = blocked.blpop(key('queue'), 10);
  await until('a client is blocked', async () => /blocked_clients:[1-9]/.test(await redis.info('clients')));
  await redis.rpush(key('queue'), 'job');
  test.is('blpop', await popped, [key('queue'), 'job']);
  test.is('blpop times out', await blocked.blpop(key('queue'), 0.05), null);

  await redis.xadd(key('x'), '5-1', 'f', 'v');
  const read = await redis.xread('COUNT', 10, 'STREAMS', key('x'), '0');
  test.is('xread', Array.isArray(read) ? read : Object.entries(read), [[key('x'), [['5-1', ['f', 'v']]]]]);

  for (let at = 0; at < 500; at += 1) redis.set(key(`scan:${at}`), at);
  const found = new Set();
  for await (const keys of redis.scanStream({ match: key('scan:*'), count: 50 })) keys.forEach((one) => found.add(one));
  test.is('scan', found.size, 500);
  test.ok('info', /redis_version:\d/.test(await redis.info()));
  test.is('unlink', await redis.unlink(...found), 500);
  test.is('quit', await redis.quit(), 'OK');
}
