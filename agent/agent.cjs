'use strict';
// The Ostler agent: preloaded (`--require`) into every Node process of a worker.
//
// In: OSTLER_DIR, the worker's private folder with `pulse` (80 bytes) and `events` (a FIFO).
// Out: the app's first HTTP or TCP server listens on `$OSTLER_DIR/http.sock`; a heartbeat in `pulse`;
// news as JSON lines in `events`. Without OSTLER_DIR it does nothing at all.
//
// Invariants: nothing here throws into the app, keeps a process alive, or allocates per request.
// Builtins are taken at load, since apps under test replace timers and file functions.
// The syntax is that of Node 12, so that an old Node reads far enough to be refused with a clear line.

const NODE_MAJOR_MIN = 20;

function start(folder) {
  const report = reporter(folder);
  if (Number(process.version.slice(1).split('.')[0]) < NODE_MAJOR_MIN) return refuseNode(report);
  const claim = claimOf(folder);
  const pulse = pulseOf(folder, claim);
  if (isMain(pulse)) {
    pulse.begin();
    if (process.env.OSTLER_READY === 'message') offerSend(report);
  }
  captureFirstListener(claim, pulse, report);
}

function refuseNode(report) {
  report({ event: 'old_node', version: process.version });
  const line = `ostler: Node ${process.version} is too old, Ostler needs Node ${NODE_MAJOR_MIN} or newer. ` +
    'Install one, or name its program with `node = "/path/to/node"` in ostler.toml.\n';
  try { require('fs').writeSync(2, line); } catch { /* nobody listens */ }
  process.exit(1);
}

// ---- events -----------------------------------------------------------------------------------

/** Returns `report(event)`: one JSON line, one write. Dropped when nobody reads or the FIFO is full. */
function reporter(folder) {
  const { openSync, writeSync, constants } = require('fs');
  const open = () => openSync(`${folder}/events`, constants.O_WRONLY | constants.O_NONBLOCK);
  // Opened now: after the app has given up root's rights the private folder may be out of reach.
  let fd = -1;
  try { fd = open(); } catch { /* ENXIO: no reader yet */ }
  return function report(event) {
    try {
      if (fd < 0) fd = open();
      writeSync(fd, `${JSON.stringify(Object.assign({}, event, { pid: process.pid }))}\n`);
    } catch { /* ENXIO, EAGAIN, EPIPE: news are advice, the app goes first */ }
  };
}

// ---- heartbeat --------------------------------------------------------------------------------

const PULSE_BYTES = 80;
const PULSE_MS = 50;
const MEMORY_EVERY = 20; // beats; reading the process's memory costs more than all the rest

/**
 * The page `pulse`, little-endian: u64 seq, u64 monotonic ns, f64 event-loop utilisation, f64 largest
 * loop delay in ms (both since the last write), u64 heap used, u32 pid, u32 0, u64 rss, f64 ms of garbage
 * collection, u64 times of it (both since the start), u64 seq again.
 * One process of the worker's tree writes it: the one that has the socket; until there is one, the first
 * Node process of the tree that is no package manager ("main").
 */
function pulseOf(folder, claim) {
  const { openSync, readSync, writeSync, existsSync } = require('fs');
  const { getHeapStatistics } = require('v8');
  const { hrtime } = process;
  const { rss } = process.memoryUsage;
  const utilisation = performance.eventLoopUtilization.bind(performance);
  const page = new Uint8Array(PULSE_BYTES); // Node runs on little-endian machines only, as Ostler does
  const u64 = new BigUint64Array(page.buffer);
  const f64 = new Float64Array(page.buffer);
  const u32 = new Uint32Array(page.buffer);
  let fd = -1;
  try { fd = openSync(`${folder}/pulse`, 'r+'); } catch { /* no page: no heartbeat */ }
  let beats = 0;
  let last = hrtime.bigint();
  let lastLoop = utilisation();
  let timer = null;
  let watched = false;

  function beat() {
    const now = hrtime.bigint();
    const loop = utilisation();
    const active = loop.active - lastLoop.active;
    const elapsed = active + loop.idle - lastLoop.idle;
    u64[0] += 1n;
    u64[1] = now;
    f64[2] = elapsed > 0 ? active / elapsed : 0;
    f64[3] = Math.max(0, Number(now - last) / 1e6 - PULSE_MS);
    u32[10] = process.pid;
    if (beats % MEMORY_EVERY === 0) {
      u64[4] = BigInt(getHeapStatistics().used_heap_size);
      u64[6] = BigInt(rss());
    }
    u64[9] = u64[0];
    beats += 1;
    last = now;
    lastLoop = loop;
    writeSync(fd, page, 0, PULSE_BYTES, 0);
  }

  function tick() {
    try {
      if (claim.held() || !existsSync(claim.path)) return beat();
      clearInterval(timer); // another process has the socket: the page is its to write from now on
      timer = null;
    } catch { /* a full disk must not end the app */ }
  }

  return {
    /** The pid of whoever wrote the page last; 0: nobody yet. */
    writer() {
      const pid = Buffer.alloc(4);
      try { readSync(fd, pid, 0, 4, 40); } catch { return 0; }
      return pid.readUInt32LE(0);
    },
    begin() {
      if (fd < 0) return;
      // Sequence numbers go on where the last writer stopped, so that a reader sees them grow.
      try { readSync(fd, page, 0, PULSE_BYTES, 0); } catch { /* they begin anew */ }
      if (timer === null) {
        last = hrtime.bigint() - BigInt(PULSE_MS * 1e6);
        timer = setInterval(tick, PULSE_MS);
        timer.unref();
        if (!watched) {
          [f64[7], u64[8]] = [0, 0n]; // until now another process's
          watchCollector((ms) => { f64[7] += ms; u64[8] += 1n; });
          watched = true;
        }
      }
      tick();
    },
  };
}

/** Tells each stop for garbage collection, in ms: one small object a collection, none a request. */
function watchCollector(tell) {
  try {
    const { PerformanceObserver } = require('perf_hooks');
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tell(entry.duration);
    });
    observer.observe({ entryTypes: ['gc'] });
  } catch { /* a Node without it: the counts stay zero */ }
}

function isAlive(pid) {
  try { return process.kill(pid, 0); } catch (error) { return error.code === 'EPERM'; }
}

/** Threads are parts of a process, and `npm run start` is not the app but the way to it. */
function isMain(pulse) {
  const script = String(process.argv[1]).replace(/^.*[\\/]/, '');
  const manager = /^(npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack)(-cli|-[\d.]+)?(\.[cm]?js)?$/;
  if (!require('worker_threads').isMainThread || manager.test(script)) return false;
  const writer = pulse.writer();
  return writer === 0 || writer === process.pid || !isAlive(writer);
}

// ---- process.send('ready') --------------------------------------------------------------------

/** `process.send` as PM2's wait_ready expects it, unless the process has a real channel to its parent. */
function offerSend(report) {
  if (process.send) return;
  const define = (name, value) =>
    Object.defineProperty(process, name, { value, writable: true, enumerable: true, configurable: true });
  define('connected', true);
  define('send', function send(message, ...rest) {
    if (process.connected && message === 'ready') report({ event: 'ready' });
    const callback = rest.find((argument) => typeof argument === 'function');
    if (callback) process.nextTick(callback, null);
    return process.connected;
  });
  define('disconnect', function disconnect() {
    if (!process.connected) return;
    process.connected = false;
    process.nextTick(() => process.emit('disconnect'));
  });
}

// ---- the socket -------------------------------------------------------------------------------

const SOCKET_PATH_BYTES_MAX = 107; // sun_path; Node 20 silently cuts a longer one

/** The claim to `http.sock`: whoever binds it first has it, until its handle is closed. */
function claimOf(folder) {
  const path = `${folder}/http.sock`;
  const { unlinkSync } = require('fs');
  const { getSystemErrorName } = require('util');
  const createHandle = require('net')._createServerHandle;
  let holder = null;

  function bind() {
    if (Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX) return 'ENAMETOOLONG';
    const handle = createHandle(path, -1, -1);
    return typeof handle === 'number' ? getSystemErrorName(handle) : handle;
  }

  return {
    path,
    held: () => holder !== null,
    isHeldWith: (handle) => holder === handle,
    /** A bound pipe handle, or the name of the error. `ownerIsGone` is asked when the path is taken. */
    take(ownerIsGone) {
      if (holder !== null) return 'EADDRINUSE';
      let handle = bind();
      if (handle === 'EADDRINUSE' && ownerIsGone()) {
        // Left behind by a process that was killed, e.g. by `node --watch` in front of the app.
        try { unlinkSync(path); } catch { /* the bind will tell */ }
        handle = bind();
      }
      if (typeof handle === 'string') return handle;
      holder = handle;
      const { close } = handle;
      handle.close = function () {
        if (holder === handle) holder = null;
        return close.apply(handle, arguments);
      };
      return handle;
    },
  };
}

// A full queue of a unix socket refuses at once, where TCP would try again: never shorter than this.
const BACKLOG_MIN = 4096; // the kernel cuts it to net.core.somaxconn

/**
 * Node calls `server._listen2(address, port, addressType, backlog, fd, flags)` when it has checked the
 * arguments of `listen()` and looked up the host, and keeps that name for code that wraps it. It uses
 * the handle in `server._handle` if there is one: so `cluster` hands in the primary's, and so do we.
 */
function captureFirstListener(claim, pulse, report) {
  const net = require('net');
  const later = setImmediate;
  const setup = net.Server.prototype._listen2;
  const createHandle = net._createServerHandle;
  if (!setup || !createHandle) return report({ event: 'capture_failed', code: 'UNKNOWN_NODE' });

  /** The handle of `http.sock`, or undefined when the server is to listen as it asked. */
  function capture(port) {
    const handle = claim.take(() => pulse.writer() !== 0 && !isAlive(pulse.writer()));
    if (typeof handle !== 'string') {
      pulse.begin();
      return handle;
    }
    report(handle === 'EADDRINUSE'
      ? { event: 'second_listener', port }
      : { event: 'capture_failed', port, code: handle });
  }

  /** After 'listening' was emitted: a server that only probed for a free port is closed by then. */
  function announce(server, handle, address, port) {
    later(() => {
      if (server._handle !== handle && !claim.isHeldWith(handle)) return;
      report({ event: 'listening', port: presentPort(port), host: address || null, http2: isHttp2(server) });
    });
  }

  net.Server.prototype._listen2 = function setupListenHandle(address, port, type, backlog, fd, flags) {
    if (!isTcp(port, fd)) return setup.call(this, address, port, type, backlog, fd, flags);
    const ofPrimary = this._handle; // inside a cluster worker
    if (!ofPrimary && !isForeign(this, port, claim, report)) this._handle = capture(port) || null;
    const captured = this._handle !== null && isPipe(this._handle);
    if (captured) presentListener(this._handle, address, port);
    const anywhere = captured && !ofPrimary && !address; // where Node would try '::' itself
    const queue = captured ? Math.max(backlog || 0, BACKLOG_MIN) : backlog;
    setup.call(this, anywhere ? ANY_ADDRESS : address, port, anywhere ? 6 : type, queue, fd, flags);
    const handle = this._handle;
    if (!handle) return reportFailure(this, port, report);
    if (captured || ofPrimary) presentConnections(this, handle, port);
    if (captured) announce(this, handle, address, port);
  };

  // A cluster's primary with SCHED_NONE makes the handle that its workers share with this.
  net._createServerHandle = function createServerHandle(address, port, type, fd, flags) {
    const handle = isTcp(port, fd) ? capture(port) : undefined;
    return handle || createHandle(address, port, type, fd, flags);
  };
  letSocketsReset(net);
}

function isTcp(port, fd) {
  return typeof port === 'number' && port >= 0 && typeof fd !== 'number';
}

/** Pipe handles know no addresses; TCP handles and those of cluster's round robin do. */
function isPipe(handle) {
  return !handle.getsockname;
}

/** TLS is not what the edge speaks to a worker: such servers listen as they asked. */
function isForeign(server, port, claim, report) {
  if (typeof server.setSecureContext !== 'function') return false;
  const second = require('fs').existsSync(claim.path);
  report({ event: second ? 'second_listener' : 'tls_server', port });
  return true;
}

/** Servers of `http2.createServer`, gRPC's among them: the edge speaks HTTP/2 to them. */
function isHttp2(server) {
  return typeof server.updateSettings === 'function';
}

/** The error is the app's to handle; `errorMonitor` sees it without counting as a handler. */
function reportFailure(server, port, report) {
  const { errorMonitor } = require('events');
  server.once(errorMonitor, (error) => report({ event: 'listen_failed', port, code: error.code }));
}

// ---- what the app sees ------------------------------------------------------------------------

const LOOPBACK = '127.0.0.1';
const ANY_ADDRESS = '::'; // where Node listens when the app names no host
const PORT_WITHOUT_ENVIRONMENT = 3000;
const CONNECTION_PORT_MIN = 32768;
const CONNECTION_PORT_MAX = 60999;
const KEEP_ALIVE_DEFAULT_MS = 5000;
const KEEP_ALIVE_MS = 75000;
const PEER_PORT = Symbol('ostler.peerPort');
const LISTEN_PORT = Symbol('ostler.listenPort');

/** The port that the app asked for; for "any" the one it was told to use. */
function presentPort(port) {
  if (port > 0) return port;
  const told = Number(process.env.PORT);
  return Number.isInteger(told) && told > 0 && told < 65536 ? told : PORT_WITHOUT_ENVIRONMENT;
}

/** Makes `server.address()` answer as for a TCP listener. */
function presentListener(handle, address, port) {
  handle.getsockname = function getsockname(out) {
    const host = address || ANY_ADDRESS;
    return fill(out, host, host.includes(':') ? 'IPv6' : 'IPv4', presentPort(port));
  };
}

/**
 * Makes connections over the socket look as behind any proxy on the same machine: from the loopback
 * address, each from a port of its own (libraries name connections by address and port). Node asks the
 * handle only when the app reads an address, so nothing is done for a request.
 */
function presentConnections(server, handle, port) {
  const deliver = handle.onconnection;
  let peerPort = CONNECTION_PORT_MIN - 1;
  let first = true;
  handle.onconnection = function onconnection(error, connection) {
    if (connection && !connection.getpeername) {
      peerPort = peerPort < CONNECTION_PORT_MAX ? peerPort + 1 : CONNECTION_PORT_MIN;
      connection[PEER_PORT] = peerPort;
      connection[LISTEN_PORT] = port;
      connection.getpeername = getpeername;
      connection.getsockname = getsockname;
      // The edge, not the app, ends idle connections: else an app that stood still for a moment would
      // close one under a request that has just arrived on it. An app's own setting is left.
      if (first && server.keepAliveTimeout === KEEP_ALIVE_DEFAULT_MS) server.keepAliveTimeout = KEEP_ALIVE_MS;
      first = false;
    }
    return deliver.call(this, error, connection);
  };
}

function getpeername(out) {
  return fill(out, LOOPBACK, 'IPv4', this[PEER_PORT]);
}

function getsockname(out) {
  return fill(out, LOOPBACK, 'IPv4', presentPort(this[LISTEN_PORT]));
}

function fill(out, address, family, port) {
  out.address = address;
  out.family = family;
  out.port = port;
  return 0;
}

/** `socket.resetAndDestroy()` refuses what is not TCP; a connection presented as TCP must allow it. */
function letSocketsReset(net) {
  const reset = net.Socket.prototype.resetAndDestroy;
  net.Socket.prototype.resetAndDestroy = function resetAndDestroy() {
    return this._handle && this._handle[PEER_PORT] ? this.destroy() : reset.call(this);
  };
}

if (process.env.OSTLER_DIR) start(process.env.OSTLER_DIR);
