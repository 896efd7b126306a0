// ws: a WebSocket echo beside a plain HTTP server.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => response.end('plain'));
const sockets = new WebSocketServer({ server, path: '/echo', perMessageDeflate: true });
sockets.on('connection', (socket, request) => {
  socket.send(JSON.stringify({ from: request.socket.remoteAddress }));
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
server.listen(process.env.PORT || 3000, () => console.log('address', JSON.stringify(server.address())));
process.on('SIGTERM', () => {
  for (const socket of sockets.clients) socket.close(1001, 'going away');
  server.close(() => console.log('closed'));
});
