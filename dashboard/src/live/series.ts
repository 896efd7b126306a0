// Metrics over time: the past asked for once, then each second as it comes by the stream; long spans asked anew.

import { useEffect, useState } from 'preact/hooks'
import { get } from '../api/call'
import type { Series } from '../parts/chart'
import { listen } from './connect'

/** One expression; `$w` in it stands for the time that rates are taken over. */
export interface Ask {
  expr: string
  /** What its series are called; by default the values of their labels. */
  name?: string
}

export interface Span {
  name: string
  seconds: number
  /** Between two values. */
  step: number
  /** What rates are taken over. */
  over: string
}

export const SPANS: Span[] = [
  { name: '5 min', seconds: 300, step: 1, over: '5s' },
  { name: '1 h', seconds: 3600, step: 10, over: '20s' },
  { name: '6 h', seconds: 21_600, step: 60, over: '2m' },
  { name: '1 d', seconds: 86_400, step: 300, over: '10m' },
  { name: '14 d', seconds: 1_209_600, step: 3600, over: '2h' },
]

export const FIRST = SPANS[0] as Span

type Labels = Record<string, string>

interface Matrix {
  data: { result: { metric: Labels; values: [number, string][] }[] }
}

interface Vector {
  data: { result: { metric: Labels; value: [number, string] }[] }
}

export interface Kept {
  times: number[]
  series: Series[]
  error: unknown
  loaded: boolean
}

const NOTHING: Kept = { times: [], series: [], error: null, loaded: false }

/** Values of all series, by moments that are the same for all. */
class Table {
  private columns = new Map<string, Map<number, number>>()

  constructor(private readonly span: Span) {}

  put(name: string, at: number, value: string): void {
    const column = this.columns.get(name) ?? new Map<number, number>()
    this.columns.set(name, column)
    const number = Number(value)
    if (Number.isFinite(number)) column.set(Math.round(at / this.span.step) * this.span.step, number)
  }

  /** What of it is in the span that ends with `end`. */
  read(end: number): { times: number[]; series: Series[] } {
    const { seconds, step } = this.span
    const last = Math.round(end / step) * step
    const times = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, n) => last - seconds + n * step)
    const first = times[0] ?? 0
    for (const [name, column] of this.columns) {
      for (const at of column.keys()) if (at < first) column.delete(at)
      if (column.size === 0) this.columns.delete(name)
    }
    const names = [...this.columns.keys()]
    const series = names.map(name => ({ name, values: times.map(at => this.columns.get(name)?.get(at) ?? null) }))
    return { times, series }
  }
}

const nameOf = (ask: Ask, labels: Labels): string => {
  const values = Object.entries(labels).filter(([name]) => name !== '__name__')
  return ask.name ?? (values.map(([, value]) => value).join(' ') || 'all')
}

const filled = (ask: Ask, span: Span): string => ask.expr.replaceAll('$w', span.over)

/** The series of several expressions over a span, kept up. */
export function useSeries(asks: Ask[], span: Span): Kept {
  const [kept, set] = useState<Kept>(NOTHING)
  const key = `${span.name} ${asks.map(ask => `${ask.name} ${ask.expr}`).join('\n')}`
  useEffect(() => {
    const abort = new AbortController()
    const table = new Table(span)
    let end = Date.now() / 1000
    let error: unknown = null
    let due: number | undefined
    const show = () => {
      due = undefined
      set({ ...table.read(end), error, loaded: true })
    }
    // Several expressions arrive together: one drawing for all.
    const soon = () => (due ??= requestAnimationFrame(show))
    const load = async () => {
      const now = Date.now() / 1000
      try {
        await Promise.all(asks.map(ask => range(ask, span, now, abort.signal, table)))
        error = null
      } catch (caught) {
        error = caught
      }
      end = now
      if (!abort.signal.aborted) soon()
    }
    void load()
    const stops: (() => void)[] = []
    if (span.step === 1) {
      for (const ask of asks) {
        stops.push(
          listen(`metrics:${filled(ask, span)}`, {
            message: data => {
              const { data: told } = data as Vector
              for (const one of told?.result ?? []) {
                table.put(nameOf(ask, one.metric), ...one.value)
                end = Math.max(end, one.value[0])
              }
              soon()
            },
          }),
        )
      }
      // While nobody looked nothing came.
      const seen = () => !document.hidden && void load()
      document.addEventListener('visibilitychange', seen)
      stops.push(() => document.removeEventListener('visibilitychange', seen))
    } else {
      const timer = setInterval(() => !document.hidden && void load(), Math.min(span.step, 60) * 1000)
      stops.push(() => clearInterval(timer))
    }
    return () => {
      abort.abort()
      if (due !== undefined) cancelAnimationFrame(due)
      for (const stop of stops) stop()
    }
  }, [key])
  return kept
}

async function range(ask: Ask, span: Span, now: number, signal: AbortSignal, table: Table): Promise<void> {
  const parameters = new URLSearchParams({
    query: filled(ask, span),
    start: String(Math.round(now - span.seconds)),
    end: String(Math.round(now)),
    step: String(span.step),
  })
  const reply = await get<Matrix>(`/api/v1/query_range?${parameters}`, signal)
  for (const one of reply.data.result) {
    const name = nameOf(ask, one.metric)
    for (const [at, value] of one.values) table.put(name, at, value)
  }
}
