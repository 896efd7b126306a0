// A WebSocket server that echoes, and obeys what a text that begins with `!` says.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const ends = [];
const server = createServer((request, response) => response.end(JSON.stringify(ends)));
const options = { server, perMessageDeflate: { threshold: 1024 }, handleProtocols: (names) => [...names].at(-1) };

function obey(socket, [word, ...rest], request) {
  if (word === '!request') return socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
  if (word === '!close') return socket.close(Number(rest[0]), rest[1]);
  if (word === '!die') return socket.terminate();
  if (word === '!ping') {
    socket.once('pong', (data) => socket.send(`pong ${data}`));
    return socket.ping(rest[0]);
  }
  // As many messages as are asked for, before anything else is read.
  for (let at = 0; at < Number(rest[0]); at += 1) socket.send(String(at));
}

new WebSocketServer(options).on('connection', (socket, request) => {
  socket.on('message', (data, binary) => {
    const text = binary ? '' : data.toString();
    if (text.startsWith('!')) obey(socket, text.split(' '), request);
    else socket.send(data, { binary });
  });
  socket.on('error', (error) => ends.push(error.code));
  socket.on('close', (code, reason) => ends.push(`${code} ${reason}`));
});
server.listen(process.env.PORT);
