// express-session on connect-redis.
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { open } from './node-redis.mjs';

export default async function (test) {
  const client = await open(test);
  const store = new RedisStore({ client, prefix: `${test.prefix}:`, ttl: 60 });
  const app = express();
  app.use(session({ store, secret: 'x', resave: false, saveUninitialized: false }));
  app.get('/in', (request, response) => {
    request.session.views = (request.session.views ?? 0) + 1;
    response.json(request.session.views);
  });
  app.get('/out', (request, response) => request.session.destroy(() => response.json('out')));
  const server = await new Promise((resolve) => { const one = app.listen(0, '127.0.0.1', () => resolve(one)); });
  test.later(() => server.close());
  // Under Ostler the app's first listen() is the worker's; this one is a second server on its own port.
  const base = `http://127.0.0.1:${server.address().port}`;
  let cookie;
  const ask = async (path) => {
    const reply = await fetch(base + path, { headers: cookie ? { cookie } : {} });
    cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return reply.json();
  };
  test.is('a session', [await ask('/in'), await ask('/in'), await ask('/in')], [1, 2, 3]);
  const all = (await store.ids()).length;
  test.is('ids', all, 1);
  test.is('length', await store.length(), 1);
  const ttl = await client.ttl((await client.keys(`${test.prefix}:*`))[0]);
  test.ok('it expires', ttl > 50 && ttl <= 60);
  await ask('/out');
  test.is('destroyed', await store.length(), 0);
  test.is('a new one', await ask('/in'), 1);
  await store.clear();
  test.is('clear', await store.length(), 0);
}
