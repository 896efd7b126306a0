// A chart over time, with a legend that reads the values under the pointer, or the last ones.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colour, painted } from '../theme'

export interface Series {
  name: string
  values: (number | null)[]
}

interface Props {
  /** What it shows, for those who do not see it. */
  label: string
  /** Seconds since 1970, ascending. */
  times: number[]
  series: Series[]
  show: (value: number) => string
  /** The axis reaches at least this far. */
  least?: number
  /** So much time is shown at least, ending with the last value. */
  seconds?: number
  tall?: boolean
  /** Stands for data that there is none of. */
  none?: string
  /** Its colours begin with this one, from 1. */
  paint?: number[]
}

const PAINTS = 8
const FONT = '11px system-ui, sans-serif'

export function Chart({ label, times, series, show, least = 0, seconds = 300, tall, none, paint }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLUListElement>(null)
  const plot = useRef<uPlot | null>(null)
  const current = useRef({ series, show, least, seconds })
  current.current = { series, show, least, seconds }
  const names = series.map(one => one.name).join('\n')
  const paintOf = (at: number) => `series-${(((paint?.[at] ?? at + 1) - 1) % PAINTS) + 1}`
  const empty = times.length === 0 || series.length === 0

  const read = () => {
    const cells = legend.current?.querySelectorAll('b')
    const at = plot.current?.cursor.idx ?? null
    current.current.series.forEach((one, n) => {
      const value = at == null ? one.values[one.values.length - 1] : one.values[at]
      const cell = cells?.[n]
      if (cell) cell.textContent = value == null ? '–' : current.current.show(value)
    })
  }

  useLayoutEffect(() => {
    const host = box.current
    if (!host || empty) return
    const stroke = colour('soft')
    const grid = { stroke: colour('line'), width: 1 }
    const made = new uPlot(
      {
        width: host.clientWidth,
        height: host.clientHeight,
        padding: [8, 18, 0, 0],
        cursor: { y: false, points: { size: 6 }, sync: { key: 'time' }, drag: { x: false, y: false } },
        legend: { show: false },
        scales: {
          x: { time: true, range: (_, low, high) => [Math.min(low, high - current.current.seconds), high] },
          y: { range: (_, _low, high) => [0, Math.max(high * 1.08, current.current.least)] },
        },
        axes: [
          { stroke, font: FONT, grid: { show: false }, ticks: { show: false }, size: 26, space: 70, values: clock },
          {
            stroke,
            font: FONT,
            grid,
            ticks: { show: false },
            size: 58,
            space: 34,
            values: (_, all) => all.map(value => current.current.show(value)),
          },
        ],
        series: [
          {},
          ...series.map((_, at) => ({
            stroke: colour(paintOf(at)),
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          })),
        ],
        hooks: { setCursor: [read] },
      },
      [times, ...series.map(one => one.values)] as uPlot.AlignedData,
      host,
    )
    plot.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: host.clientHeight }))
    watch.observe(host)
    return () => {
      watch.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [names, empty, painted.value])

  useEffect(() => {
    plot.current?.setData([times, ...series.map(one => one.values)] as uPlot.AlignedData)
    read()
  }, [times, series])

  return (
    <div>
      <div class={tall ? 'chart tall' : 'chart'} ref={box} role="img" aria-label={`${label}: ${said(series, show)}`}>
        {empty && <div class="none">{none ?? 'No data yet'}</div>}
      </div>
      <ul class="legend" ref={legend}>
        {series.map((one, at) => (
          <li key={one.name} style={{ '--paint': `var(--${paintOf(at)})` }}>
            <i />
            {one.name} <b>–</b>
          </li>
        ))}
      </ul>
    </div>
  )
}

function said(series: Series[], show: (value: number) => string): string {
  const last = series.map(one => {
    const value = one.values[one.values.length - 1]
    return `${one.name} ${value == null ? 'unknown' : show(value)}`
  })
  return last.join(', ') || 'no data'
}

const twoDigits = (n: number) => String(n).padStart(2, '0')

function clock(_: uPlot, times: number[]): string[] {
  const span = (times[times.length - 1] ?? 0) - (times[0] ?? 0)
  return times.map(at => {
    const when = new Date(at * 1000)
    const hour = `${twoDigits(when.getHours())}:${twoDigits(when.getMinutes())}`
    if (span > 86_400) return `${when.getMonth() + 1}/${when.getDate()} ${hour}`
    return span < 600 ? `${hour}:${twoDigits(when.getSeconds())}` : hour
  })
}
