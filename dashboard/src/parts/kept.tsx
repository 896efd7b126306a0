// A panel with a chart of metrics that Ostler keeps.

import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { type Ask, type Span, useSeries } from '../live/series'
import { Chart } from './chart'
import { Wrong } from './note'
import { Panel } from './panel'

/** More lines are not told apart. */
const SERIES_MAX = 12

interface Props {
  title: string
  asks: Ask[]
  span: Span
  show: (value: number) => string
  least?: number
  /** Colours by the names of series, where these mean something. */
  paints?: Record<string, number>
  order?: string[]
  none?: string
  aside?: ComponentChildren
}

export function KeptChart({ title, asks, span, show, least, paints, order, none, aside }: Props) {
  const { times, series, error, loaded } = useSeries(asks, span)
  const sorted = useMemo(() => {
    const place = (name: string) => {
      const at = order?.indexOf(name) ?? -1
      return at < 0 ? Number.MAX_SAFE_INTEGER : at
    }
    return [...series].sort((a, b) => place(a.name) - place(b.name) || (a.name < b.name ? -1 : 1)).slice(0, SERIES_MAX)
  }, [series])
  return (
    <Panel title={title} aside={aside}>
      {error && !loaded ? (
        <Wrong error={error} />
      ) : (
        <Chart
          label={title}
          times={times}
          series={sorted}
          show={show}
          seconds={span.seconds}
          none={loaded ? (none ?? 'Nothing in this time') : 'Loading'}
          {...(least === undefined ? {} : { least })}
          {...(paints ? { paint: sorted.map((one, at) => paints[one.name] ?? at + 1) } : {})}
        />
      )}
    </Panel>
  )
}
