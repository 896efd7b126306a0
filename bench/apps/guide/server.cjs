// The app of the guide measurement: the handlers of api.cjs; with GUIDE_LOADED behind the middleware of loaded.cjs;
// with GUIDE_SESSIONS behind sessions, which no proxy can keep for an app.
'use strict';
const express = require('express');
const { routes } = require('./api.cjs');

const app = express();
const redis = require('./redis.cjs').client();
if (process.env.GUIDE_LOADED) require('./loaded.cjs').load(app, redis);
if (process.env.GUIDE_SESSIONS) require('./redis.cjs').sessions(app, redis);
routes(app);
app.listen(process.env.PORT, (error) => { if (error) throw error; });
