// A real Ostler with an app under load, and a real browser in front of it.

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const OSTLER = process.env.OSTLER_BIN
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(isThere)
const SHOTS = process.env.OSTLER_SHOTS ?? join(tmpdir(), 'ostler-dashboard-shots')
export const PASSWORD = 'correct horse battery'

/** Why nothing can be tested here; false: it can. */
export const missing = !OSTLER
  ? 'OSTLER_BIN names no ostler: run `cargo xtask ci --only dashboard`'
  : !CHROMIUM
    ? 'no chromium (on Debian: apt-get install chromium)'
    : false

function isThere(path) {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

const APP = `
const http = require('node:http')
let n = 0
http.createServer((request, response) => {
  n += 1
  if (request.url === '/fail') { response.statusCode = 500; console.error(JSON.stringify({ level: 50, msg: 'it failed', code: 'E_FAIL' })); return response.end('no') }
  if (request.url === '/slow') return setTimeout(() => response.end('slow'), 30)
  if (n % 10 === 0) console.log(JSON.stringify({ level: 30, msg: 'served', url: request.url, n }))
  response.end('hello ' + n)
}).listen(process.env.PORT)
`

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  const { port } = server.address()
  await new Promise(done => server.close(done))
  return port
}

export async function until(what, holds, ms = 20_000) {
  const end = Date.now() + ms
  for (;;) {
    const value = await holds()
    if (value) return value
    if (Date.now() > end) throw new Error(`never: ${what}`)
    await new Promise(done => setTimeout(done, 100))
  }
}

export class House {
  static async open() {
    const house = new House()
    house.folder = mkdtempSync(join(tmpdir(), 'ostler-dash-'))
    house.project = join(house.folder, 'shop')
    mkdirSync(house.project)
    mkdirSync(SHOTS, { recursive: true })
    const [edge, admin, store, nowhere] = [await freePort(), await freePort(), await freePort(), await freePort()]
    house.edge = `http://127.0.0.1:${edge}`
    house.admin = `http://127.0.0.1:${admin}`
    house.environment = { ...process.env, OSTLER_RUN: join(house.folder, 'r'), OSTLER_STATE: join(house.folder, 's') }
    const hash = execFileSync(OSTLER, ['admin', 'hash'], { input: PASSWORD, encoding: 'utf8' }).trim()
    writeFileSync(join(house.project, 'server.js'), APP)
    writeFileSync(
      join(house.project, 'ostler.toml'),
      `[edge]
listen = ["127.0.0.1:${edge}"]
[admin]
listen = "127.0.0.1:${admin}"
[admin.user.ann]
password = "${hash}"
role = "admin"
[admin.user.ben]
password = "${hash}"
[store]
listen = ["127.0.0.1:${store}"]
[app.web]
run = "server.js"
workers = { min = 2, max = 4 }
[observe.export.gone]
to = "loki"
url = "http://127.0.0.1:${nowhere}"
[route."/*"]
[route."/cached/*"]
cache = { for = "60s" }
`,
    )
    house.process = spawn(OSTLER, ['run'], { cwd: house.project, env: house.environment, stdio: ['ignore', 'pipe', 'pipe'] })
    house.output = ''
    for (const pipe of [house.process.stdout, house.process.stderr]) pipe.on('data', text => (house.output = (house.output + text).slice(-20_000)))
    await until('Ostler serves', () => house.ok('/readyz'))
    house.token = execFileSync(OSTLER, ['admin', 'token'], { cwd: house.project, env: house.environment, encoding: 'utf8' }).trim()
    house.load()
    return house
  }

  /** What a program asks, with the token. */
  async ask(path, body) {
    const headers = { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' }
    const response = await fetch(this.admin + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers })
    return response.json()
  }

  async ok(path) {
    try {
      return (await fetch(this.admin + path)).ok
    } catch {
      return false
    }
  }

  async workers() {
    return (await this.ask('/api/v1/status')).apps[0].workers
  }

  /** Some requests all of the time, one in twenty of which fails. */
  load() {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
    this.sent = 0
    const hit = path =>
      new Promise(done => {
        const request = http.get(this.edge + path, { agent }, reply => reply.resume().on('end', done).on('error', done))
        request.on('error', done)
      })
    this.loading = (async () => {
      while (!this.closed) {
        this.sent += 1
        await Promise.all([hit('/'), hit(`/cached/${this.sent % 5}`), hit('/slow'), this.sent % 20 ? null : hit('/fail')])
        await new Promise(done => setTimeout(done, 15))
      }
      agent.destroy()
    })()
  }

  async close() {
    this.closed = true
    await this.loading
    const ended = new Promise(done => this.process.once('exit', done))
    this.process.kill('SIGTERM')
    await ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A page of the dashboard, whose every error is remembered. */
export async function visit(house, browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, colorScheme: 'light', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.faults = []
  page.on('pageerror', error => page.faults.push(error.message))
  page.on('console', message => {
    // What is refused on purpose is told by the browser, too.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) page.faults.push(message.text())
  })
  await page.goto(`${house.admin}/`)
  await page.waitForSelector('.tiles')
  return page
}

export async function login(page, given) {
  if (await page.locator('.more').isVisible()) await page.click('.more')
  await page.click('.who button.primary')
  if (given.token) {
    await page.click('button:has-text("With the token")')
    await page.fill('input[name=token]', given.token)
  } else {
    await page.fill('input[name=user]', given.user)
    await page.fill('input[name=password]', given.password)
  }
  await page.click('dialog[open] button.primary')
}

export async function show(house, page, name) {
  await page.goto(`${house.admin}/#/${name}`)
  await page.waitForSelector(`nav a[aria-current=page][href="#/${name.split('?')[0]}"]`, { state: 'attached' })
}

export const shot = (page, name) => page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
