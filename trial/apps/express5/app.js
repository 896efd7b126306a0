// Express 5 as most apps are: an ES module that trusts no proxy.
import express from 'express5';
import { fileURLToPath } from 'node:url';

const app = express();
app.use(express.static(fileURLToPath(new URL('../public', import.meta.url))));
app.use(express.json());

app.get('/where', ({ ip, protocol, hostname }, response) => response.json({ app: 'express5', ip, protocol, hostname }));
app.post('/echo', (request, response) => response.status(201).json(request.body));
app.get('/redirect', (request, response) => response.redirect('/where'));
app.get('/stream', async (request, response) => {
  for (let part = 0; part < 5; part++) {
    response.write(`part ${part}\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  response.end();
});
app.get('/slow', (request, response) => setTimeout(() => response.send('slow'), 500));
app.get('/broken', async () => { throw new Error('broken on purpose'); });

const server = app.listen(process.env.PORT || 3000, (error) => {
  if (error) throw error;
  console.log('address', JSON.stringify(server.address()));
});
process.on('SIGTERM', () => server.close(() => console.log('closed')));
