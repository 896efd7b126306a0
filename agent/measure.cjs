'use strict';
// What the agent costs: `node agent/measure.cjs [seconds a round]`. Node alone and Node with the agent, in turn.
// Both serve over a unix socket, so that the difference is the agent and nothing else.
const net = require('net');
const { Worker, AGENT } = require('./worker.cjs');
const { execFileSync } = require('child_process');

const SECONDS = Number(process.argv[2] || 4);
const ROUNDS = 5;
const CONNECTIONS = 32;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
const SERVER = `const server = require('http').createServer((request, response) => response.end('hello'));
  server.listen(process.env.OWN_PATH ? process.env.OSTLER_DIR + '/http.sock' : 3000, () => console.log('up'));
  process.on('SIGUSR2', () => console.log('cpu ' + JSON.stringify(process.cpuUsage()) + ';'));`;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const start = async (agent) => {
  const worker = new Worker({ args: ['-e', SERVER], agent, env: agent ? {} : { OWN_PATH: '1' } });
  await worker.output(/up/);
  return worker;
};

/** CPU of the worker so far, in microseconds. */
async function cpu(worker) {
  worker.stdout = '';
  process.kill(worker.child.pid, 'SIGUSR2');
  const [, text] = await worker.output(/cpu (.*);/);
  const { user, system } = JSON.parse(text);
  return user + system;
}

async function idle(agent) {
  const worker = await start(agent);
  await wait(1000);
  const before = await cpu(worker);
  await wait(SECONDS * 1000);
  const spent = await cpu(worker) - before;
  await worker.stop('SIGKILL');
  return spent / SECONDS / 1e4; // percent of one core
}

async function load(agent) {
  const worker = await start(agent);
  await ask(worker.socket, 1000);
  const before = await cpu(worker);
  const requests = await ask(worker.socket, SECONDS * 1000);
  const spent = await cpu(worker) - before;
  await worker.stop('SIGKILL');
  return { rate: requests / SECONDS, cpu: spent / requests };
}

/** Keep-alive connections in a closed loop; answers are counted by their head. */
async function ask(path, ms) {
  let answers = 0;
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const socket = net.connect(path);
    socket.on('data', () => {
      answers++;
      socket.write(REQUEST);
    }).write(REQUEST);
    return socket;
  });
  await wait(ms);
  for (const socket of sockets) socket.destroy();
  return answers;
}

function startUp(agent) {
  const env = { ...process.env, OSTLER_DIR: agent ? '/nowhere' : '' };
  const from = process.hrtime.bigint();
  execFileSync(process.execPath, [...(agent ? ['--require', AGENT] : []), '-e', '0'], { env });
  return Number(process.hrtime.bigint() - from) / 1e6;
}

(async () => {
  const found = { idle: [[], []], rate: [[], []], cpu: [[], []], start: [[], []] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const agent of [0, 1]) {
      found.idle[agent].push(await idle(Boolean(agent)));
      const { rate, cpu: each } = await load(Boolean(agent));
      found.rate[agent].push(rate);
      found.cpu[agent].push(each);
      for (let count = 0; count < 10; count++) found.start[agent].push(startUp(Boolean(agent)));
    }
  }
  const row = (name, key, digits) => {
    const [alone, under] = found[key].map((values) => median(values).toFixed(digits));
    console.log(`| ${name} | ${alone} | ${under} |`);
  };
  console.log(`Node ${process.version}, median of ${ROUNDS} rounds of ${SECONDS} s\n`);
  console.log('| | Node alone | with the agent |\n|---|---|---|');
  row('idle, % of a core', 'idle', 3);
  row(`requests/s, ${CONNECTIONS} connections`, 'rate', 0);
  row('CPU µs/request', 'cpu', 2);
  row('`node -e 0`, ms', 'start', 1);
})();
