// What happened, in a sentence.

import type { Happening } from '../api/types'
import type { Tone } from '../parts/badge'
import { ms, span } from '../format'

type Say = (event: Happening) => string

const text = (value: unknown): string => String(value ?? '')
const number = (value: unknown): number => Number(value ?? 0)
const worker = (event: Happening) => `Worker ${text(event.number)}`

const SAY: Record<string, [Tone, Say]> = {
  worker_started: ['idle', e => `${worker(e)} started, process ${text(e.pid)}`],
  worker_ready: ['good', e => `${worker(e)} ready after ${ms(number(e.after_ms))}`],
  worker_died: ['bad', e => `${worker(e)} died: ${text(e.how)}; again in ${ms(number(e.again_in_ms))}`],
  crash_loop: ['bad', e => `${worker(e)} died ${text(e.deaths)} times within ${span(number(e.within_ms) / 1000)}: ${text(e.how)}`],
  app_failed: ['bad', e => `No worker became ready: ${text(e.reason)}`],
  replacing: ['accent', e => `${worker(e)} is replaced: ${text(e.why)}`],
  worker_killed: ['warn', e => `${worker(e)} killed: ${text(e.why)}`],
  worker_stalled: ['warn', e => `${worker(e)}: event loop stuck for ${ms(number(e.stalled_ms))}`],
  worker_recovered: ['good', e => `${worker(e)} goes on after ${ms(number(e.stalled_ms))}`],
  worker_drained: ['idle', e => `${worker(e)} finished its requests in ${ms(number(e.after_ms))}`],
  worker_stopped: ['idle', e => `${worker(e)} ended: ${text(e.how)}`],
  orphans_killed: ['warn', e => `${worker(e)} left ${text(e.count)} processes behind, ended now`],
  reload_started: ['accent', e => `Reload to generation ${text(e.generation)} begins`],
  reload_done: ['good', e => `Generation ${text(e.generation)} serves, after ${ms(number(e.took_ms))}`],
  reload_failed: ['bad', e => `Generation ${text(e.generation)} failed: ${text(e.reason)}`],
  scaled: ['accent', e => `Scaled from ${text(e.from)} to ${text(e.to)} workers: ${text(e.why)}`],
  advice: ['warn', e => `Worker ${text(e.number)}: ${text(e.text)}`],
}

export function sentence(event: Happening): { tone: Tone; text: string } {
  const known = SAY[event.event]
  return known ? { tone: known[0], text: known[1](event) } : { tone: 'idle', text: event.event.replaceAll('_', ' ') }
}
