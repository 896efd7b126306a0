// Answers, and writes RATE bytes of pino's lines a second.
'use strict';
const http = require('node:http');

const RATE = Number(process.env.RATE ?? 0);
const TURN_MS = 20;
const users = Array.from({ length: 1000 }, (_, at) => `user-${at}`);

let sequence = 0;
function line() {
  sequence += 1;
  return JSON.stringify({
    level: sequence % 50 === 0 ? 50 : 30,
    time: Date.now(),
    pid: process.pid,
    hostname: 'bench',
    reqId: `req-${sequence.toString(36)}`,
    user: users[sequence % users.length],
    res: { statusCode: sequence % 50 === 0 ? 500 : 200 },
    responseTime: (sequence % 977) / 10,
    msg: 'request completed',
  }) + '\n';
}

let owed = 0;
if (RATE > 0) {
  setInterval(() => {
    owed += (RATE * TURN_MS) / 1000;
    let text = '';
    while (owed > 0) {
      const next = line();
      owed -= next.length;
      text += next;
    }
    process.stdout.write(text);
  }, TURN_MS);
}
http.createServer((_, reply) => reply.end('ok')).listen(Number(process.env.PORT));
