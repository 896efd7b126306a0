// Koa 3 with its router, body parser and static files.
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Koa from 'koa';
import serve from 'koa-static';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const app = new Koa({ proxy: true });
const router = new Router();

router.get('/where', (context) => {
  const { ip, protocol, hostname } = context;
  context.body = { app: 'koa', ip, protocol, hostname };
});
router.post('/echo', (context) => Object.assign(context, { status: 201, body: context.request.body }));
router.get('/redirect', (context) => context.redirect(`${context.protocol}://${context.host}/where`));
router.get('/stream', async (context) => {
  const body = new PassThrough();
  Object.assign(context, { type: 'text/plain', body });
  (async () => {
    for (let part = 0; part < 5; part++) {
      body.write(`part ${part}\n`);
      await wait(20);
    }
    body.end();
  })();
});
router.get('/slow', async (context) => {
  await wait(500);
  context.body = 'slow';
});
router.get('/broken', () => { throw new Error('broken on purpose'); });

app.use(serve(fileURLToPath(new URL('../public', import.meta.url))));
app.use(bodyParser()).use(router.routes());
const server = app.listen(process.env.PORT || 3000, () => console.log('address', JSON.stringify(server.address())));
process.on('SIGTERM', () => server.close(() => console.log('closed')));
