'use strict';
// For tests and measurements: starts a worker as `supervise` does, without the rest of Ostler.
// In: what to run. Out: its folder (OSTLER_DIR), events, heartbeat, output, and requests over http.sock.

const { spawn, execFileSync } = require('child_process');
const fs = require('fs');
const http = require('http');
const net = require('net');
const os = require('os');
const path = require('path');

const AGENT = path.join(__dirname, 'agent.cjs');
const PULSE_BYTES = 80;
const WAIT_MS = 20000;
const POLL_MS = 20;

class Worker {
  /**
   * `what`: {args} for `node …args`, or {command: [program, …args]}; also node (the program), cwd, env,
   * ready ('listening' | 'message'), agent (false: Node alone), port (string for PORT, null: unset),
   * fds (handed in as 3, 4, …), folder (what OSTLER_DIR begins with).
   */
  constructor(what) {
    this.folder = fs.mkdtempSync(what.folder || path.join(os.tmpdir(), 'ostler-w-'));
    this.socket = path.join(this.folder, 'http.sock');
    this.events = [];
    this.stdout = '';
    this.stderr = '';
    this.changed = [];
    fs.writeFileSync(path.join(this.folder, 'pulse'), Buffer.alloc(PULSE_BYTES));
    const fifo = path.join(this.folder, 'events');
    execFileSync('mkfifo', [fifo]);
    this.fifo = new net.Socket({
      fd: fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK), readable: true, writable: false,
    });
    this.readEvents();
    this.spawn(what);
  }

  readEvents() {
    let rest = '';
    this.fifo.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      this.events.push(...lines.map((line) => JSON.parse(line)));
      this.notify();
    });
  }

  spawn({ args, command, node = process.execPath, cwd, env, ready = 'listening', agent = true, port = '8080', fds = [] }) {
    const [program, ...rest] = command || [node, ...args];
    this.child = spawn(program, rest, {
      cwd,
      detached: true, // a process group of its own
      stdio: ['ignore', 'pipe', 'pipe', ...fds],
      env: {
        ...withoutTestRunner(process.env),
        NODE_ENV: 'production',
        OSTLER_DIR: this.folder, OSTLER_WORKER: '0', OSTLER_APP: 'test', OSTLER_READY: ready,
        ...(port === null ? {} : { PORT: port }),
        ...(agent ? { NODE_OPTIONS: `--require "${AGENT}"` } : {}),
        ...env,
      },
    });
    for (const stream of ['stdout', 'stderr']) {
      this.child[stream].setEncoding('utf8').on('data', (text) => {
        this[stream] += text;
        this.notify();
      });
    }
    this.exit = new Promise((resolve) => this.child.once('close', (code, signal) => {
      this.exited = { code, signal };
      resolve(this.exited);
      this.notify();
    }));
  }

  notify() {
    for (const check of this.changed.splice(0)) check();
  }

  /** Waits until `read()` gives something; fails with all that the worker said. */
  async until(what, read) {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const found = read();
      if (found) return found;
      if (this.exited && this.drained) break;
      this.drained = Boolean(this.exited);
      if (Date.now() > end) break;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, this.exited ? 100 : POLL_MS);
        this.changed.push(() => { clearTimeout(timer); resolve(); });
      });
    }
    const seen = JSON.stringify({ exited: this.exited, events: this.events }, null, 1);
    throw new Error(`no ${what} from the worker\n${seen}\n${this.stdout}\n${this.stderr}`);
  }

  event(name) {
    return this.until(`event ${name}`, () => this.events.find(({ event }) => event === name));
  }

  output(pattern) {
    return this.until(`output ${pattern}`, () => pattern.exec(this.stdout));
  }

  /** One request over http.sock: {status, headers, body, json()}. */
  request(target, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: this.socket, path: target, method, headers, agent: false });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode, headers: response.headers, chunks: chunks.length,
            body: text, json: () => JSON.parse(text),
          });
        });
      });
      request.end(body);
    });
  }

  /** The heartbeat page as it is now. */
  pulse() {
    return readPulse(fs.readFileSync(path.join(this.folder, 'pulse')));
  }

  /** Ends the whole group and removes the folder; resolves to {code, signal} of the first process. */
  async stop(signal = 'SIGTERM') {
    this.kill(signal, this.child.pid);
    const deadline = setTimeout(() => this.kill('SIGKILL', -this.child.pid), WAIT_MS);
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await new Promise((resolve) => this.child.once('exit', resolve));
    }
    clearTimeout(deadline);
    this.kill('SIGKILL', -this.child.pid); // children that are left hold the output open
    const exit = await this.exit;
    this.fifo.destroy();
    fs.rmSync(this.folder, { recursive: true, force: true });
    return exit;
  }

  kill(signal, pid) {
    try { process.kill(pid, signal); } catch { /* has ended already */ }
  }
}

function readPulse(page) {
  return {
    seq: page.readBigUInt64LE(0), ns: page.readBigUInt64LE(8),
    utilisation: page.readDoubleLE(16), delayMs: page.readDoubleLE(24),
    heap: page.readBigUInt64LE(32), pid: page.readUInt32LE(40), reserved: page.readUInt32LE(44),
    rss: page.readBigUInt64LE(48), gcMs: page.readDoubleLE(56), gcRuns: page.readBigUInt64LE(64),
    again: page.readBigUInt64LE(72),
  };
}

/** node:test marks its children; they would report to it instead of printing. */
function withoutTestRunner(env) {
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...rest } = env;
  return rest;
}

module.exports = { Worker, readPulse, AGENT };
