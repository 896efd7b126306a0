// What the usual scaling guide loads into an app that runs behind one proxy, each as its own documentation shows
// it. GUIDE_LOG names the access log, GUIDE_LIMIT the requests that a client may send a minute.
'use strict';
const fs = require('node:fs');
const compression = require('compression');
const helmet = require('helmet');
const morgan = require('morgan');
const { rateLimit } = require('express-rate-limit');
const { RedisStore } = require('rate-limit-redis');

exports.load = (app, redis) => {
  app.set('trust proxy', 1);
  app.use(helmet());
  const stream = fs.createWriteStream(process.env.GUIDE_LOG, { flags: 'a' });
  app.use(morgan('combined', { stream }));
  app.use(rateLimit({
    windowMs: 60_000,
    limit: Number(process.env.GUIDE_LIMIT),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store: new RedisStore({ sendCommand: (...words) => redis.sendCommand(words) }),
  }));
  app.use(compression());
};
