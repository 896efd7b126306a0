// Rate limits of three packages.
import fastifyLimit from '@fastify/rate-limit';
import { rateLimit } from 'express-rate-limit';
import Fastify from 'fastify';
import { RedisStore } from 'rate-limit-redis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { sleep } from '../context.mjs';
import { open as ioredis } from './ioredis.mjs';
import { open as nodeRedis } from './node-redis.mjs';

export default async function (test) {
  const io = await ioredis({ ...test, version: '5' }, { enableOfflineQueue: true });
  await express(test);
  await flexible(test, io);
  await fastify(test, io);
}

async function express(test) {
  const client = await nodeRedis(test);
  const store = new RedisStore({ sendCommand: (...args) => client.sendCommand(args), prefix: `${test.prefix}:e` });
  const limit = rateLimit({ windowMs: 60_000, limit: 2, store, legacyHeaders: false, validate: false });
  const ask = () => new Promise((resolve) => {
    const response = { setHeader() {}, status(code) { this.code = code; return this; }, send() { resolve(this.code); }, headersSent: false };
    const request = { ip: '1.2.3.4', app: { get: () => false }, headers: {} };
    limit(request, response, () => resolve(200));
  });
  test.is('express-rate-limit', [await ask(), await ask(), await ask()], [200, 200, 429]);
  test.is('its count', (await store.get('1.2.3.4')).totalHits, 3);
  await store.decrement('1.2.3.4');
  test.is('one less', (await store.get('1.2.3.4')).totalHits, 2);
  await store.resetKey('1.2.3.4');
  test.is('reset', await ask(), 200);
}

async function flexible(test, storeClient) {
  for (const useRedisPackage of [false, true]) {
    const client = useRedisPackage ? await nodeRedis(test) : storeClient;
    const keyPrefix = `${test.prefix}:f${useRedisPackage}`;
    const limiter = new RateLimiterRedis({ storeClient: client, keyPrefix, points: 2, duration: 1, blockDuration: 0, useRedisPackage });
    const first = await limiter.consume('a');
    test.is('rate-limiter-flexible', [first.remainingPoints, first.consumedPoints], [1, 1]);
    await limiter.consume('a');
    const refused = await limiter.consume('a').catch((refused) => refused);
    test.is('refused', refused.remainingPoints, 0);
    test.ok('until when', refused.msBeforeNext > 0 && refused.msBeforeNext <= 1_000);
    await sleep(refused.msBeforeNext + 20);
    test.is('again', (await limiter.consume('a')).consumedPoints, 1);
    await limiter.block('a', 100);
    test.ok('blocked', await limiter.consume('a').then(() => false, () => true));
    await limiter.delete('a');
    test.is('deleted', await limiter.get('a'), null);
  }
}

async function fastify(test, redis) {
  const app = Fastify();
  await app.register(fastifyLimit, { max: 2, timeWindow: '1 minute', redis, nameSpace: `${test.prefix}:ff` });
  app.get('/', async () => 'ok');
  test.later(() => app.close());
  const ask = async () => (await app.inject('/')).statusCode;
  test.is('@fastify/rate-limit', [await ask(), await ask(), await ask()], [200, 200, 429]);
}
