// What apps keep in Redis, which is at REDIS_URL.
'use strict';

// Nothing without that variable.
exports.client = () => {
  if (!process.env.REDIS_URL) return undefined;
  const { createClient } = require('redis');
  const client = createClient({ url: process.env.REDIS_URL });
  client.on('error', (error) => { throw error; });
  client.connect();
  return client;
};

// Sessions as connect-redis documents them.
exports.sessions = (app, client) => {
  const session = require('express-session');
  const { RedisStore } = require('connect-redis');
  app.use(session({
    store: new RedisStore({ client }),
    secret: 'only for a benchmark',
    resave: false,
    saveUninitialized: false,
  }));
};
