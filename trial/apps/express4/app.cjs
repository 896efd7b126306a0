'use strict';
// Express 4 behind a proxy on the same machine: `trust proxy`, morgan, express-rate-limit.
const path = require('path');
const express = require('express4');
const { rateLimit } = require('express-rate-limit');
const morgan = require('morgan');

const app = express();
app.set('trust proxy', 'loopback');
app.use(morgan('combined'));
app.use(rateLimit({ windowMs: 60_000, limit: 1000 }));
app.use(express.static(path.join(__dirname, '../public')));
app.use(express.json());

app.get('/where', ({ ip, protocol, hostname }, response) => response.json({ app: 'express4', ip, protocol, hostname }));
app.post('/echo', (request, response) => response.status(201).json(request.body));
app.get('/redirect', (request, response) => response.redirect(`${request.protocol}://${request.hostname}/where`));
app.get('/stream', async (request, response) => {
  for (let part = 0; part < 5; part++) {
    response.write(`part ${part}\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end();
});
app.get('/slow', (request, response) => setTimeout(() => response.send('slow'), 500));
app.get('/broken', () => { throw new Error('broken on purpose'); });

const server = app.listen(process.env.PORT || 3000, () => console.log('address', JSON.stringify(server.address())));
process.on('SIGTERM', () => server.close(() => console.log('closed')));
