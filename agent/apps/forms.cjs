'use strict';
// Calls `listen` in every form, one after the other, and prints what the app sees as one JSON array.
// Run with and without the agent: the arrays must be equal. Arguments: a free port, a unix socket path.
const http = require('http');
const net = require('net');

const [port, path] = [Number(process.argv[2]), process.argv[3]];

const forms = {
  'port': (server) => server.listen(port),
  'port, callback': (server, callback) => server.listen(port, callback),
  'port, host': (server) => server.listen(port, '127.0.0.1'),
  'port, host, callback': (server, callback) => server.listen(port, 'localhost', callback),
  'port, backlog, callback': (server, callback) => server.listen(port, 16, callback),
  'port, host, backlog, callback': (server, callback) => server.listen(port, '0.0.0.0', 16, callback),
  'port, undefined host': (server, callback) => server.listen(port, undefined, callback),
  'port, IPv6 host': (server, callback) => server.listen(port, '::1', callback),
  'string port': (server, callback) => server.listen(String(port), callback),
  'nothing': (server) => server.listen(),
  'callback': (server, callback) => server.listen(callback),
  'null': (server, callback) => server.listen(null, callback),
  'undefined': (server, callback) => server.listen(undefined, callback),
  'zero': (server, callback) => server.listen(0, callback),
  'string zero': (server, callback) => server.listen('0', callback),
  'options': (server, callback) => server.listen({ port }, callback),
  'options with host': (server) => server.listen({ port, host: '127.0.0.1', backlog: 4, exclusive: true }),
  'options, IPv6 only': (server, callback) => server.listen({ port, host: '::', ipv6Only: true }, callback),
  'options, string port': (server, callback) => server.listen({ port: String(port) }, callback),
  'options, zero': (server, callback) => server.listen({ port: 0, host: '127.0.0.1' }, callback),
  'options, undefined port': (server, callback) => server.listen({ port: undefined }, callback),
  'signal': (server, callback) => server.listen({ port, signal: new AbortController().signal }, callback),
  'aborted signal': (server, callback) => server.listen({ port, signal: AbortSignal.abort() }, callback),
  'path': (server, callback) => server.listen(path, callback),
  'options, path': (server, callback) => server.listen({ path, readableAll: true }, callback),
  'port too large': (server) => server.listen(65536),
  'negative port': (server) => server.listen(-1),
  'fraction': (server) => server.listen(1.5),
  'no port': (server) => server.listen({ port: 'web' }),
  'empty options': (server) => server.listen({}),
  'boolean': (server) => server.listen(true),
  'unknown host': (server, callback) => server.listen(port, 'no-such-host.invalid', callback),
  'twice': (server) => { server.listen(port); server.listen(port); },
  'closed at once': (server, callback) => server.listen(port, callback).close(),
  'again when closed': (server, callback) => server.listen(port, () => server.close(() => server.listen(port, callback))),
  'unref': (server, callback) => { const { unref } = server; server.unref(); return server.listen(port, callback, unref); },
};

async function observe(create, form) {
  const server = create();
  const seen = [];
  for (const event of ['listening', 'close', 'error']) {
    server.on(event, (error) => seen.push(error ? `${event} ${error.code} ${error.syscall || ''}` : event));
  }
  const settled = new Promise((resolve) => {
    server.on('error', resolve);
    server.on('close', () => setTimeout(resolve, 20)); // a form may listen again
    server.on('listening', () => setImmediate(resolve));
  });
  try {
    const value = form(server, function callback(...args) { seen.push(`callback ${this === server} ${args.length}`); });
    seen.push(`returned ${value === server}`);
  } catch (error) {
    seen.push(`threw ${error.code} ${error.message}`);
    if (!server.listening) return { seen };
  }
  const keepAlive = setTimeout(() => {}, 1e6); // some forms leave nothing alive
  await settled;
  clearTimeout(keepAlive);
  const { listening, _connectionKey: key } = server;
  const state = { listening, key: shown(key), address: shown(server.address()), listeners: server.eventNames().length };
  if (server.listening) await new Promise((resolve) => server.close(resolve));
  state.closed = [server.listening, server.address(), await new Promise((resolve) => server.close(resolve))];
  return { seen, state };
}

/** Ports that the system chose differ from run to run. */
function shown(value) {
  if (typeof value === 'string') return value.replace(/\d+$/, '');
  if (value && value.port) return { ...value, port: value.port === port ? 'asked' : Number.isInteger(value.port) };
  return value;
}

(async () => {
  const found = [];
  for (const [kind, create] of [['http', () => http.createServer()], ['net', () => net.createServer()]]) {
    for (const [name, form] of Object.entries(forms)) found.push({ kind, name, ...await observe(create, form) });
  }
  console.log(JSON.stringify(found));
})();
