'use strict';
// The app behind the edge: a real http.Server, and beside it a record of every byte that each connection brought.
// Answers with the target it was asked for; `/dump` tells the records once nothing else is in flight.

const http = require('node:http');
const net = require('node:net');

const records = [];
let flying = 0;

function dump(res) {
  if (flying > 1) return setTimeout(dump, 10, res);
  res.end(JSON.stringify(records.map((parts) => Buffer.concat(parts).toString('hex'))));
}

function take(req, res) {
  flying += 1;
  res.on('close', () => { flying -= 1; });
  if (req.url === '/dump') return dump(res);
  req.on('error', () => {});
  req.resume();
  req.on('end', () => {
    const body = req.method === 'HEAD' ? '' : req.url;
    res.setHeader('Content-Length', Buffer.byteLength(body));
    res.end(body);
  });
}

// As a WebSocket server does: once Node has handed the connection over, it reads no more requests from it.
function decline(req, socket) {
  const body = req.url;
  socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
}

const server = http.createServer(take);
server.on('upgrade', decline);
net.createServer((socket) => {
  const parts = [];
  records.push(parts);
  socket.on('error', () => {});
  server.emit('connection', socket);
  // After the server took the connection: it then reads by this listener too, and not past it.
  socket.prependListener('data', (part) => parts.push(part));
}).listen(process.env.PORT);
