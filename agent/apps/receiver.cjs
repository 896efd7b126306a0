'use strict';
// Serves connections that its parent accepted, as sticky-session packages do.
const http = require('http');

const server = http.createServer((request, response) => response.end(JSON.stringify({ pid: process.pid })));
process.on('message', (message, socket) => {
  if (message !== 'connection') return;
  server.emit('connection', socket);
  socket.resume();
});
