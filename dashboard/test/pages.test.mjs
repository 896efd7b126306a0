// Each page under live load: what it shows is what there is, and what it does is done.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { CHROMIUM, House, login, missing, shot, show, until, visit } from './house.mjs'

let house, browser, page

before(async () => {
  if (missing) return
  house = await House.open()
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  page = await visit(house, browser)
})

after(async () => {
  await browser?.close()
  await house?.close()
})

const on = (name, run) => test(name, { skip: missing, timeout: 120_000 }, run)
const tile = async name => (await page.locator('.tile', { hasText: name }).locator('dd').first().textContent()).trim()
const number = text => Number(text.replace(/[^\d.]/g, ''))

on('without a login the figures are there and the rest is not', async () => {
  await until('requests are counted', async () => number(await tile('Requests/s')) > 5)
  assert.equal(await tile('Workers'), '2/2')
  assert.match(await page.textContent('.head'), /Live/)
  assert.equal(await page.locator('text=Log in to see this').count(), 1, 'events need a login')
  await show(house, page, 'logs')
  await page.waitForSelector('text=Log in to see this')
  await show(house, page, 'workers')
  await page.waitForSelector('tr[data-worker="web/0"]')
  assert.equal(await page.locator('main button').count(), 0, 'nothing can be done')
})

on('a wrong token is refused, the right one is not', async () => {
  await login(page, { token: 'not the token at all' })
  await page.waitForSelector('dialog [role=alert]:has-text("not right")')
  await page.fill('input[name=token]', house.token)
  await page.click('dialog[open] button.primary')
  await page.waitForSelector('text=Log out')
  const cookies = await page.context().cookies()
  assert.ok(cookies.every(cookie => cookie.httpOnly && cookie.sameSite === 'Strict'))
})

on('overview: golden signals by the second', async () => {
  await show(house, page, 'overview')
  const charts = page.locator('.chart[role=img]')
  await until('six charts draw', async () => (await page.locator('.chart canvas').count()) === 6)
  const label = name => charts.filter({ has: page.locator('canvas') }).and(page.locator(`[aria-label^="${name}"]`)).getAttribute('aria-label')
  await until('requests are in the chart', async () => /2xx [1-9]/.test(await label('Requests per second')))
  await until('failures are in the chart', async () => /5xx (0\.[1-9]|[1-9])/.test(await label('Errors per second')))
  await until('latency is in the chart', async () => /99 % [\d.]+ ms/.test(await label('Latency')))
  assert.match(await label('Memory'), /Ostler [\d.]+ MB, web [\d.]+ MB/)
  await page.waitForSelector('.events li:has-text("ready after")')
  await page.waitForSelector('.alert.warn:has-text("Nothing reaches gone (loki) since")')
  await shot(page, 'overview')
  await page.click('.choices button:has-text("1 h")')
  await until('the last hour is shown', async () => /2xx/.test(await label('Requests per second')))
  await show(house, page, 'overview')
})

on('diagram: every process is there, and what dies is gone', async () => {
  await show(house, page, 'diagram')
  await page.waitForSelector('[data-node]')
  const workers = await house.workers()
  const drawn = async () => {
    const names = await page.locator('svg.graph g.node .name').allTextContents()
    return names.filter(name => /^web\/\d/.test(name)).length
  }
  await until('both workers are drawn', async () => (await drawn()) === workers.length)
  await until('requests flow', async () => (await page.locator('path.edge.flowing, path.edge.failing').count()) >= 3)
  await page.locator('svg.graph g.node', { hasText: 'web/0' }).first().press('Enter')
  await page.waitForSelector(`section.panel:has-text("worker web/0") dd.mono:has-text("${workers[0].pid}")`)
  await page.click('button:has-text("Show all")')
  await shot(page, 'diagram')
  const began = Date.now()
  process.kill(workers[0].pid, 'SIGKILL')
  await page.waitForSelector('svg.graph g.node:is(.down, .changing, .ill)', { timeout: 5_000 })
  const took = Date.now() - began
  assert.ok(took < 3_000, `a kill was drawn after ${took} ms`)
  await until('another worker is there for it', async () => {
    const now = await house.workers()
    return now.every(worker => worker.state === 'ready' && worker.pid !== workers[0].pid)
  })
})

on('workers: restart, scale and reload do what they say', async () => {
  await show(house, page, 'workers')
  const row = page.locator('tr[data-worker="web/0"]')
  await row.waitFor()
  const [{ pid: before }] = await house.workers()
  await until('the process is shown', async () => (await row.getAttribute('data-pid')) === String(before))
  await shot(page, 'workers')
  await row.locator('button:has-text("Restart")').click()
  await page.click('dialog[open] button:has-text("Restart")')
  await page.waitForSelector('.toast:has-text("was replaced")')
  const pid = (await house.workers()).find(worker => worker.number === 0 && worker.state === 'ready').pid
  assert.notEqual(pid, before)
  await until('the new process is shown', async () => (await page.locator(`tr[data-pid="${pid}"]`).count()) === 1)

  await page.click('[aria-label="One worker more"]')
  await page.waitForSelector('.toast:has-text("2 → 3 workers")')
  await until('three are ready', async () => (await house.workers()).filter(worker => worker.state === 'ready').length === 3)
  await page.waitForSelector('tr[data-worker="web/2"]')
  await page.click('[aria-label="One worker less"]')
  await page.waitForSelector('.toast:has-text("3 → 2 workers")')

  const generation = (await house.ask('/api/v1/status')).apps[0].generation
  await page.click('button:has-text("Reload")')
  await page.waitForSelector(`.toast:has-text("generation ${generation + 1} serves")`, { timeout: 30_000 })
  assert.equal((await house.ask('/api/v1/status')).apps[0].generation, generation + 1)
})

on('routes: where they lead, and what goes through them', async () => {
  await show(house, page, 'routes')
  const row = page.locator('tr', { hasText: '/cached/*' })
  await row.waitFor()
  assert.match(await row.textContent(), /app web.*cache/)
  await until('requests are shown', async () => number(await row.locator('td.rate').textContent()) > 1)
  await shot(page, 'routes')
})

on('cache: what is purged is gone', async () => {
  await show(house, page, 'cache')
  await until('replies are kept', async () => number(await tile('Replies in memory')) === 5)
  await shot(page, 'cache')
  await page.selectOption('select', 'prefix')
  await page.fill('input[placeholder^="http"]', `${house.edge}/cached/`)
  await page.click('button:has-text("Purge")')
  const toast = page.locator('.toast', { hasText: 'Purged: ' })
  await toast.waitFor()
  assert.equal(number((await toast.textContent()).split('in memory')[0]), 5)
  const audit = await house.ask('/api/v1/audit?limit=1')
  assert.equal(`${audit[0].user} ${audit[0].via} ${audit[0].action} ${audit[0].outcome}`, 'token session purge ok')
  assert.equal(audit[0].detail.prefix, `${house.edge}/cached/`)
})

on('store: its commands and its memory', async () => {
  await show(house, page, 'store')
  await page.waitForSelector('text=running')
  assert.match(await tile('Memory'), /\d/)
  await page.waitForSelector('h2:has-text("Commands since the start")')
  await page.waitForSelector('section:has-text("Slow log") >> text=No command ran long')
  await shot(page, 'store')
})

on('logs: searched, counted, and as they come', async () => {
  await show(house, page, 'logs')
  await page.waitForSelector('.line')
  await page.selectOption('select[aria-label=Level]', 'error')
  await until('only errors are left', async () => {
    const levels = new Set(await page.locator('.line .word').allTextContents())
    return levels.size === 1 && levels.has('error')
  })
  await page.selectOption('select[aria-label=Level]', '')
  await page.fill('input[type=search]', 'code=E_FAIL')
  await until('the field is looked for', async () => {
    const texts = await page.locator('.line .text').allTextContents()
    return texts.length > 0 && texts.every(text => text.startsWith('it failed'))
  })
  assert.match(await page.getAttribute('.counts svg', 'aria-label'), /^[1-9][\d,]* lines between/)
  await page.locator('.line .row').first().click()
  await page.waitForSelector('.line .inside dt:has-text("code")')
  await shot(page, 'logs')
  await page.fill('input[type=search]', '(')
  await page.fill('input[type=search]', '/(/')
  await page.waitForSelector('[role=alert]')
  await page.fill('input[type=search]', 'served')
  await page.click('button:has-text("Live")')
  await page.waitForSelector('.line:has-text("served")')
  const count = () => page.locator('.line').count()
  const first = await count()
  await until('more lines come', async () => (await count()) > first)
  await page.click('button:has-text("Pause")')
  const paused = await count()
  await new Promise(done => setTimeout(done, 1_500))
  assert.equal(await count(), paused, 'a pause is one')
  await shot(page, 'logs-live')
  await page.click('button:has-text("Stop")')
})

on('config: each value and where it comes from', async () => {
  await show(house, page, 'config')
  const row = page.locator('section[aria-label="app.web"] tr', { has: page.locator('th:text-is("workers")') })
  await row.waitFor()
  assert.match(await row.textContent(), /max = 4, min = 2.*ostler\.toml:1\d/)
  assert.equal(await page.locator('text=$argon2id').count(), 0, 'no hash is shown as a value')
  await page.click('button:has-text("All")')
  await page.fill('input[type=search]', 'body_bytes')
  await page.waitForSelector('section[aria-label="edge.limits"] tr:has-text("default")')
  await shot(page, 'config')
})

on('audit: what was done above is there', async () => {
  await show(house, page, 'audit')
  for (const action of ['purge', 'reload', 'scale', 'restart', 'login']) await page.waitForSelector(`td:has-text("${action}")`)
  assert.ok((await page.locator('tr', { hasText: 'wrong' }).count()) >= 1, 'the wrong token')
  await shot(page, 'audit')
})

on('about: what runs', async () => {
  await show(house, page, 'about')
  const status = await house.ask('/api/v1/status')
  await page.waitForSelector(`dd:has-text("${status.pid}")`)
  await page.waitForSelector('tr:has-text("gone"):has-text("fails since")')
  await shot(page, 'about')
})

on('a viewer sees everything and is refused by the server', async () => {
  const viewer = await visit(house, browser)
  await login(viewer, { user: 'ben', password: 'correct horse battery' })
  await viewer.waitForSelector('text=ben · viewer')
  await show(house, viewer, 'workers')
  await viewer.waitForSelector('tr[data-worker="web/0"]')
  assert.equal(await viewer.locator('main button').count(), 0)
  const csrf = await viewer.evaluate(async () => (await (await fetch('/api/v1/session')).json()).csrf)
  const post = headers =>
    viewer.evaluate(async headers => (await fetch('/api/v1/stop', { method: 'POST', headers, body: '{}' })).status, headers)
  assert.equal(await post({ 'Content-Type': 'application/json', 'X-Ostler-CSRF': csrf }), 403)
  assert.equal(await post({ 'Content-Type': 'application/json' }), 403)
  assert.ok(await house.ok('/readyz'), 'nothing was stopped')

  // Out of the config is out of the dashboard, as soon as that is read again.
  const file = join(house.project, 'ostler.toml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\[admin\.user\.ben\]\n.*\n/, ''))
  const reports = await house.ask('/api/v1/reload', {})
  assert.ok(reports.every(report => report.ok))
  await viewer.waitForSelector('.who:has-text("Not logged in")')
  await viewer.context().close()
})

on('a tab that nobody sees asks for nothing, and all tabs share a stream', async () => {
  const tabs = await Promise.all([0, 1, 2].map(() => page.context().newPage()))
  for (const tab of tabs) {
    await tab.goto(`${house.admin}/#/overview`)
    await tab.waitForSelector('.tiles')
  }
  await Promise.all(tabs.map(tab => tab.waitForSelector('.pulse:has-text("Live")')))
  const streams = await Promise.all(
    [page, ...tabs].map(tab => tab.evaluate(() => performance.getEntriesByType('resource').filter(one => one.name.includes('/stream')).length)),
  )
  assert.deepEqual(new Set(streams), new Set([0]), 'no page has a stream of its own: the shared worker has it')
  for (const tab of tabs) await tab.close()
})

on('nothing went wrong in the page', () => {
  assert.deepEqual(page.faults, [])
})
