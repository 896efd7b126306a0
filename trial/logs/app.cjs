// Answers each path with lines of one logger.
require('reflect-metadata');
const http = require('node:http');
const pino = require('pino')();
const winston = require('winston');
const bunyan = require('bunyan').createLogger({ name: 'shop' });
const morgan = { dev: require('morgan')('dev'), combined: require('morgan')('combined') };
const { ConsoleLogger } = require('@nestjs/common');

const json = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Console()] });
const simple = winston.createLogger({ format: winston.format.simple(), transports: [new winston.transports.Console()] });
const nest = new ConsoleLogger('Payments');

const write = {
  '/pino': () => {
    pino.child({ reqId: 'r-pino' }).warn({ user: { id: 7, password: 'hunter2' }, traceId: 'abc' }, 'pino says hi');
    pino.error(new TypeError('pino broke'));
  },
  '/winston': () => {
    json.error('winston says hi', { order: 4711, authorization: 'Bearer abc.def' });
    simple.warn('winston is simple');
  },
  '/bunyan': () => bunyan.fatal({ req_id: 'r-bunyan' }, 'bunyan says hi'),
  '/nest': () => { nest.error('nest says hi'); nest.log('nest is fine'); },
  '/console': () => {
    console.log('console says hi');
    console.error(new RangeError('console broke'));
    console.log('login with password=geheim for', { token: 'abc' });
  },
  '/long': () => process.stdout.write(`${'x'.repeat(10_000_000)}\n`),
  '/bytes': () => process.stdout.write(Buffer.from([0x62, 0x61, 0x64, 0x20, 0xff, 0xfe, 0x0a])),
  '/keys': () => { for (let at = 0; at < 100_000; at++) process.stdout.write(`{"level":30,"key${at}":${at},"msg":"many keys"}\n`); },
  '/lines': () => { for (let at = 0; at < 50_000; at++) console.log(JSON.stringify({ level: 30, at, msg: 'one of many' })); },
};

http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  const log = morgan[path.slice(1)] ?? ((_request, _response, next) => next());
  log(request, response, () => {
    write[path]?.();
    response.statusCode = path === '/combined' ? 503 : 200;
    response.end('ok');
    if (path === '/exit') process.exit(0);
  });
}).listen(process.env.PORT ?? 3000);
