// The last minutes as this page saw them, from the status: what charts show where Ostler keeps no history.

import { effect, signal } from '@preact/signals'
import type { Status } from '../api/types'
import { status } from './now'

/** One look at everything. */
export interface Sample {
  at: number
  requests: number
  failures: number
  refused: number
  connections: number
  inFlight: number
  cpu: number
  workerBytes: number
  ownBytes: number
  p50: number | null
  p99: number | null
  delay: number | null
}

const KEPT = 300

/** Oldest first. */
export const recent = signal<Sample[]>([])

/** Totals that only ever grow, to make rates of. */
interface Totals {
  at: number
  failures: number
  refused: number
}

let before: Totals | null = null

effect(() => {
  const now = status.value
  if (!now) return
  const all = now.apps.flatMap(app => app.workers)
  const totals = { at: Date.now(), failures: sum(all, worker => worker.failures), refused: now.edge.refused }
  const sample = look(now, totals, before)
  before = totals
  recent.value = [...recent.peek().slice(1 - KEPT), sample]
})

function look(now: Status, totals: Totals, last: Totals | null): Sample {
  const all = now.apps.flatMap(app => app.workers)
  const seconds = last ? Math.max(0.2, (totals.at - last.at) / 1000) : 1
  const grown = (a: number, b: number | undefined) => (b === undefined ? 0 : Math.max(0, a - b) / seconds)
  return {
    at: totals.at / 1000,
    requests: now.edge.requests_per_second,
    failures: grown(totals.failures, last?.failures),
    refused: grown(totals.refused, last?.refused),
    connections: now.edge.connections,
    inFlight: sum(all, worker => worker.in_flight),
    cpu: sum(all, worker => worker.cpu_percent) / 100,
    workerBytes: sum(all, worker => worker.rss_bytes),
    ownBytes: now.rss_bytes,
    p50: weighted(all.map(worker => [worker.p50_ms, worker.requests_per_second])),
    p99: most(all.map(worker => worker.p99_ms)),
    delay: most(all.map(worker => worker.loop_delay_ms)),
  }
}

const sum = <T>(all: T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0)

function most(values: (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length ? Math.max(...known) : null
}

function weighted(pairs: [number | null, number][]): number | null {
  const known = pairs.filter((pair): pair is [number, number] => pair[0] !== null)
  const weight = sum(known, ([, by]) => by)
  if (!known.length) return null
  if (!weight) return sum(known, ([value]) => value) / known.length
  return sum(known, ([value, by]) => value * by) / weight
}
