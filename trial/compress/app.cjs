'use strict';
// An Express app as people write it: `compression` for everything, ETags as Express makes them, event
// streams, downloads. Nothing in it knows of Ostler.

const compression = require('compression');
const express = require('express');

const app = express();
app.use(compression({ threshold: 0 }));

const things = Array.from({ length: 300 }, (_, id) => ({ id, name: `thing ${id}`, tags: ['a', 'b'] }));
const page = `<!doctype html><title>x</title>${'<p>Some words of a page.</p>\n'.repeat(300)}`;
let version = 1;

app.get('/json', (_request, reply) => reply.json(things));
app.get('/small', (_request, reply) => reply.json({ small: true }));
app.get('/strong', (_request, reply) => reply.set('ETag', `"v${version}"`).type('html').send(page));
app.put('/strong', (request, reply) => {
  // A strict app: If-Match is compared as it is.
  if (request.get('if-match') !== `"v${version}"`) return reply.sendStatus(412);
  version += 1;
  reply.json({ version });
});
app.get('/image', (_request, reply) => reply.type('png').send(Buffer.alloc(5_000)));
app.get('/varies', (_request, reply) => reply.vary('Cookie').type('html').send(page));
app.get('/asked', (request, reply) => reply.json(request.headers));

// Each event says when it was written.
app.get('/events', (request, reply) => {
  reply.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  let left = Number(request.query.count ?? 50);
  const timer = setInterval(() => {
    reply.write(`data: ${performance.timeOrigin + performance.now()}\n\n`);
    left -= 1;
    if (left === 0) {
      clearInterval(timer);
      reply.end();
    }
  }, 10);
  request.on('close', () => clearInterval(timer));
});

// Text that repeats itself somewhat, as fast as it is taken.
app.get('/large', (request, reply) => {
  const pieces = Number(request.query.megabytes) * 16;
  let sent = 0;
  reply.type('text');
  const go = () => {
    while (sent < pieces) {
      const line = `${sent} ${Math.sin(sent)} ${'lorem ipsum dolor sit amet '.repeat(8)}\n`;
      sent += 1;
      if (!reply.write(line.repeat(Math.ceil(65_536 / line.length)).slice(0, 65_536))) {
        return reply.once('drain', go);
      }
    }
    reply.end();
  };
  go();
});

app.listen(process.env.PORT || 3000);
