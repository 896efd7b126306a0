import express from 'express';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Server } from 'socket.io';

const TEXT_MAX = 500;
const HISTORY_MAX = 50;

const app = express();
app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));

const server = createServer(app);
const io = new Server(server, { connectionStateRecovery: {} });
const history = new Map(); // room → its last messages

io.on('connection', (socket) => {
  socket.on('join', (who, joined) => {
    if (typeof joined !== 'function') return;
    socket.data = { room: String(who?.room).slice(0, 40), name: String(who?.name).slice(0, 40) };
    socket.join(socket.data.room);
    socket.to(socket.data.room).emit('note', `${socket.data.name} came in`);
    joined(history.get(socket.data.room) ?? []);
  });

  socket.on('say', (text) => {
    const { room, name } = socket.data;
    if (!room || typeof text !== 'string' || !text.trim()) return;
    const message = { name, text: text.slice(0, TEXT_MAX), at: Date.now() };
    const said = history.get(room) ?? [];
    history.set(room, [...said, message].slice(-HISTORY_MAX));
    io.to(room).emit('said', message);
  });

  socket.on('disconnect', () => {
    const { room, name } = socket.data;
    if (room) io.to(room).emit('note', `${name} left`);
  });
});

const port = process.env.PORT || 3000;
server.listen(port, () => console.log(`chat listening on port ${port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => io.close(() => process.exit(0)));
}
