// socket.io: long polling, the upgrade to WebSocket, rooms.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer((request, response) => response.end('chat'));
const io = new Server(server);
io.on('connection', (socket) => {
  socket.on('join', (room, joined) => {
    socket.join(room);
    joined({ address: socket.handshake.address, transport: socket.conn.transport.name });
  });
  socket.on('where', (told) => told(process.pid));
  socket.on('say', (room, text) => io.to(room).emit('said', text));
});
server.listen(process.env.PORT || 3000, () => console.log('address', JSON.stringify(server.address())));
process.on('SIGTERM', () => io.close(() => console.log('closed')));
