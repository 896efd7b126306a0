// The app of the connections measurement, a single process on the unix socket that PORT names. GET /big
// answers 2 MB, other GETs 1 kB; a POST is read to its end before it is answered.
'use strict';
const http = require('node:http');

const small = Buffer.alloc(1024, 'x');
const big = Buffer.alloc(2 * 1024 * 1024, 'x');

const server = http.createServer((request, response) => {
  const answer = () => {
    const body = request.url === '/big' ? big : small;
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length });
    response.end(body);
  };
  if (request.method === 'POST') request.on('end', answer).resume();
  else answer();
});

// nginx's workers are another user when it is started as root. Thousands may connect in one second.
server.listen({ path: process.env.PORT, readableAll: true, writableAll: true, backlog: 4096 });
