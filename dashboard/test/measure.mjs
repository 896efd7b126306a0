// What tabs cost: OSTLER_BIN=… node test/measure.mjs [TABS] [SECONDS]
//
// The processor time of Ostler (without its workers) with nobody looking and with so many tabs that all show the
// overview, and that of the browser, in percent of one core.

import { readdirSync, readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { CHROMIUM, House, login, missing, visit } from './house.mjs'

if (missing) throw new Error(missing)
const [tabs = 8, seconds = 30] = process.argv.slice(2).map(Number)
const TICKS = 100

const stat = pid => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
const ticks = pid => Number(stat(pid)[11]) + Number(stat(pid)[12])
const rest = () => new Promise(done => setTimeout(done, seconds * 1000))

/** All processes below one, itself included. */
function family(root) {
  const parents = new Map()
  for (const name of readdirSync('/proc')) {
    try {
      if (/^\d+$/.test(name)) parents.set(Number(name), Number(stat(name)[1]))
    } catch {
      // It ended meanwhile.
    }
  }
  const all = [root]
  for (const pid of all) for (const [child, parent] of parents) if (parent === pid) all.push(child)
  return all
}

async function share(pids) {
  const before = pids().map(pid => [pid, ticks(pid)])
  await rest()
  const used = before.reduce((sum, [pid, was]) => {
    try {
      return sum + ticks(pid) - was
    } catch {
      return sum
    }
  }, 0)
  return ((used / TICKS / seconds) * 100).toFixed(2)
}

const house = await House.open()
house.closed = process.env.OSTLER_LOAD !== 'true'
await new Promise(done => setTimeout(done, 5000))
const own = () => [house.process.pid]
const alone = await share(own)
const server = await chromium.launchServer({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
const browser = await chromium.connect(server.wsEndpoint())
const page = await visit(house, browser)
await login(page, { token: house.token })
await page.waitForSelector('text=Log out')
for (let n = 1; n < tabs; n += 1) {
  const tab = await page.context().newPage()
  await tab.goto(`${house.admin}/`)
  await tab.waitForSelector('.chart canvas')
}
await new Promise(done => setTimeout(done, 5000))
const [looked, shown] = await Promise.all([share(own), share(() => family(server.process().pid))])
// Only one tab of a window is seen: the others are told that they are hidden.
const others = page.context().pages().slice(1)
for (const tab of others) {
  await tab.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
}
await new Promise(done => setTimeout(done, 3000))
const [one, hidden] = await Promise.all([share(own), share(() => family(server.process().pid))])
console.log(`Ostler, nobody looks:                ${alone} % of a core`)
console.log(`Ostler, ${tabs} tabs, all seen:            ${looked} %; the browser ${shown} %`)
console.log(`Ostler, ${tabs} tabs, one of them seen:     ${one} %; the browser ${hidden} %`)
await browser.close()
await server.close()
await house.close()
