// Every page by the rules of axe: light and dark, wide and as a phone; and by the keyboard alone.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { CHROMIUM, House, login, missing, PASSWORD, shot, show, visit } from './house.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PAGES = ['overview', 'diagram', 'workers', 'routes', 'cache', 'store', 'logs', 'config', 'audit', 'about']
const LOOKS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
}

let house, browser

before(async () => {
  if (missing) return
  house = await House.open()
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
})

after(async () => {
  await browser?.close()
  await house?.close()
})

async function violations(page) {
  // Evaluated by the debugger: the page's own policy lets no other script in.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  return violations.map(one => `${one.id}: ${one.nodes.map(node => `${node.target} ${node.failureSummary}`).slice(0, 3).join(' | ')}`)
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe finds nothing: ${look}`, { skip: missing, timeout: 240_000 }, async () => {
    const page = await visit(house, browser, options)
    const found = [...(await violations(page)).map(text => `unknown ${text}`)]
    await login(page, { user: 'ann', password: PASSWORD })
    await page.waitForSelector('.toast:has-text("Logged in")')
    for (const name of PAGES) {
      await show(house, page, name)
      await page.waitForTimeout(1_500)
      await page.waitForFunction(() => !document.querySelector('main .wait'))
      found.push(...(await violations(page)).map(text => `${name} ${text}`))
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (wide > 0) found.push(`${name} is ${wide} px too wide`)
      await shot(page, `${look}-${name}`)
    }
    assert.deepEqual(found, [])
    assert.deepEqual(page.faults, [])
    await page.context().close()
  })
}

test('the keyboard is enough', { skip: missing, timeout: 60_000 }, async () => {
  const page = await visit(house, browser)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to the page')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main')
  await page.focus('nav a[href="#/workers"]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('h1:has-text("Workers")')
  await page.focus('.who button.primary')
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog[open]')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog[open]', { state: 'detached' })
  await page.context().close()
})
