// TypeScript without a build: `node --import tsx app.ts`.
import { createServer, type Server } from 'node:http';

enum Kind { Typed = 'tsx' }

interface Where { app: Kind; ip: string | undefined }

const server: Server = createServer((request, response) => {
  const where: Where = { app: Kind.Typed, ip: request.socket.remoteAddress };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(where));
});
server.listen(Number(process.env.PORT ?? 3000), () => console.log('address', JSON.stringify(server.address())));
process.on('SIGTERM', () => server.close(() => console.log('closed')));
