// How many lines there are over time, by level. A bar picks its stretch of time.

import { get } from '../../api/call'
import type { LogCounts } from '../../api/types'
import { count, time } from '../../format'
import { useLoaded } from '../../parts/load'
import { change, LEVELS, parameters, type Search, stretch } from './search'

const HEIGHT = 84
const AGAIN_MS = 5000

export function Counts({ search, shown }: { search: Search; shown: string }) {
  const { data, error } = useLoaded(
    signal => {
      const all = parameters(search)
      all.set('step', `${stretch(search, Date.now()).step / 1000}s`)
      return get<LogCounts>(`/api/v1/logs/counts?${all}`, signal)
    },
    [shown],
    search.until ? 0 : AGAIN_MS,
  )
  if (error || !data) return <div class="counts" aria-busy={!error} style={{ height: `${HEIGHT + 20}px` }} />
  return <Bars counts={data} search={search} />
}

function Bars({ counts, search }: { counts: LogCounts; search: Search }) {
  const { from, until } = stretch(search, Date.now())
  const step = counts.step_ms
  const first = Math.floor(from / step) * step
  const bars = Math.max(1, Math.ceil((until - first) / step))
  const total = (levels: Record<string, number>) => Object.values(levels).reduce((sum, n) => sum + n, 0)
  const most = Math.max(1, ...counts.counts.map(one => total(one.levels)))
  const all = counts.counts.reduce((sum, one) => sum + total(one.levels), 0)
  const pick = (at: number) => change({ from: String(at), until: String(at + step) })
  return (
    <div class="counts">
      <svg viewBox={`0 0 ${bars * 10} ${HEIGHT}`} preserveAspectRatio="none" height={HEIGHT} width="100%" role="img" aria-label={`${count(all)} lines between ${time(from)} and ${time(until)}, at most ${count(most)} in ${step / 1000} seconds`}>
        {counts.counts.map(one => {
          const x = Math.round((one.at_ms - first) / step) * 10
          let y = HEIGHT
          return (
            <g key={one.at_ms} class="stretch" onClick={() => pick(one.at_ms)}>
              <title>{`${time(one.at_ms)}: ${Object.entries(one.levels)
                .map(([level, n]) => `${count(n)} ${level}`)
                .join(', ')}`}</title>
              <rect class="room" x={x} y={0} width={10} height={HEIGHT} />
              {LEVELS.map(level => {
                const n = one.levels[level] ?? 0
                if (!n) return null
                const height = Math.max(1.5, (n / most) * (HEIGHT - 4))
                y -= height
                return <rect key={level} class={`level-${level}`} x={x + 1} y={y} width={8} height={height} />
              })}
            </g>
          )
        })}
      </svg>
      <div class="ends soft">
        <span>{time(from)}</span>
        <span>
          {count(all)} lines
          {search.from && (
            <button class="small plain" onClick={() => change({ from: '', until: '' })}>
              Show all of the time
            </button>
          )}
        </span>
        <span>{search.until ? time(until) : 'now'}</span>
      </div>
    </div>
  )
}
