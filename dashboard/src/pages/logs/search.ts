// What is looked for in the logs, as the page's address holds it and as the admin API takes it.

import { amend, place } from '../../place'

export interface Search {
  /** Words that stand in the line; `/…/` is a regular expression; `name=value` a condition on a field. */
  text: string
  level: string
  app: string
  worker: string
  /** How far back: `15m`. */
  since: string
  /** Milliseconds since 1970: a stretch that was picked from the counts. */
  from: string
  until: string
}

export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

export const SINCE: Record<string, string> = { '15m': '15 minutes', '1h': '1 hour', '6h': '6 hours', '1d': '1 day', '7d': '7 days' }

export function current(): Search {
  const query = place.value.query
  const text = (name: string) => query.get(name) ?? ''
  return { text: text('text'), level: text('level'), app: text('app'), worker: text('worker'), since: text('since') || '1h', from: text('from'), until: text('until') }
}

export function change(part: Partial<Search>): void {
  const search = { ...current(), ...part }
  amend('logs', { ...search, since: search.since === '1h' ? undefined : search.since })
}

const CONDITION = /^[\w.@$-]+(!=|>=|<=|=|>|<|~)\S*$/

/** The parts of what was typed: words in quotes stay together. */
export function parts(text: string): string[] {
  return text.match(/\/(?:\\.|[^/\\])+\/|[^\s"]*"[^"]*"|\S+/g) ?? []
}

/** As parameters of `/api/v1/logs`. */
export function parameters(search: Search, isLive = false): URLSearchParams {
  const all = new URLSearchParams({ ignore_case: 'true' })
  for (const part of parts(search.text)) {
    const plain = part.replaceAll('"', '')
    if (part.length > 2 && part.startsWith('/') && part.endsWith('/')) all.append('regex', part.slice(1, -1))
    else if (CONDITION.test(plain) && !part.startsWith('"')) all.append('field', plain)
    else if (plain) all.append('grep', plain)
  }
  if (search.level) all.set('level', search.level)
  if (search.app) all.set('app', search.app)
  if (search.worker) all.set('worker', search.worker)
  if (isLive) return all
  all.set('since', search.from || search.since)
  if (search.until) all.set('until', search.until)
  return all
}

const HOUR = 3_600_000
const SPAN_MS: Record<string, number> = { '15m': HOUR / 4, '1h': HOUR, '6h': 6 * HOUR, '1d': 24 * HOUR, '7d': 168 * HOUR }
const STEPS_MS = [1000, 5000, 10_000, 15_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, HOUR, 3 * HOUR, 6 * HOUR]
const BARS = 60

/** The time that is looked at, in milliseconds, and how it is divided. */
export function stretch(search: Search, now: number): { from: number; until: number; step: number } {
  const until = search.until ? Number(search.until) : now
  const from = search.from ? Number(search.from) : now - (SPAN_MS[search.since] ?? HOUR)
  const step = STEPS_MS.find(step => (until - from) / step <= BARS) ?? 12 * HOUR
  return { from, until, step }
}
