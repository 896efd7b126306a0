// The golden signals, each app, and what happened lately.

import { events, hasStatus, isKnown, status } from '../live/now'
import { recent, type Sample } from '../live/recent'
import { type Ask, FIRST, SPANS, type Span, useSeries } from '../live/series'
import { useLosses } from '../live/losses'
import { sentence } from '../live/words'
import { brief, bytes, count, many, ms, rate, span, time } from '../format'
import { Badge } from '../parts/badge'
import { Chart } from '../parts/chart'
import { Choices } from '../parts/choices'
import { KeptChart } from '../parts/kept'
import { NeedsLogin, Nothing, Waiting } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'
import { Tiles } from '../parts/tiles'
import { amend, place, to } from '../place'
import type { App } from '../api/types'

/** Each part follows by itself what it shows: charts are not drawn again because a figure changed. */
export function Overview() {
  if (!hasStatus.value) return <Waiting height={420} />
  return (
    <div class="stack">
      <Troubles />
      <Signals />
      <Charts />
      <div class="grid">
        <Apps />
        <Lately />
      </div>
    </div>
  )
}

/** What is not as it should be, first of all. */
function Troubles() {
  const texts: string[] = useLosses()
  const now = status.value
  if (!now) return null
  for (const app of now.apps) {
    if (app.state === 'failed' || app.state === 'degraded') texts.push(`${app.name} is ${app.state}${app.reason ? `: ${app.reason}` : ''}.`)
    const stuck = app.workers.filter(worker => worker.state === 'stalled').length
    if (stuck) texts.push(`${app.name}: the event loop of ${many(stuck, 'worker')} is stuck.`)
  }
  for (const upstream of now.upstreams) {
    const healthy = upstream.servers.filter(server => server.state === 'healthy').length
    if (healthy < upstream.servers.length) texts.push(`${upstream.name}: ${healthy} of ${many(upstream.servers.length, 'server')} healthy.`)
    texts.push(...upstream.faults)
  }
  const store = now.store?.inside
  if (store && !store.running) texts.push('The store does not run.')
  if (store?.refuses) texts.push(`The store refuses writes: ${store.refuses}.`)
  for (const one of now.exports ?? []) {
    if (one.failing_since_ms) texts.push(`Nothing reaches ${one.name} (${one.to}) since ${time(one.failing_since_ms)}: ${one.last_error ?? 'no reason given'}. ${count(one.waiting)} records wait.`)
  }
  if (!texts.length) return null
  return (
    <div class="alert warn" role="status">
      <ul>
        {texts.map(text => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  )
}

function Signals() {
  const now = status.value
  if (!now) return null
  const last = recent.value[recent.value.length - 1]
  const bad = (last?.failures ?? 0) + (last?.refused ?? 0)
  const ready = now.apps.flatMap(app => app.workers).filter(worker => worker.state === 'ready').length
  const target = now.apps.reduce((total, app) => total + app.workers_target, 0)
  return (
    <Tiles
      label="Golden signals"
      tiles={[
        { name: 'Requests/s', value: rate(now.edge.requests_per_second), more: `${brief(now.edge.requests)} since the start` },
        { name: 'Errors/s', value: rate(bad), tone: bad > 0 ? 'bad' : undefined, more: `${rate(last?.refused ?? 0)} refused by the edge` },
        { name: 'Latency, median', value: ms(last?.p50), more: 'of the last 10 s' },
        { name: 'Latency, 99 %', value: ms(last?.p99), more: 'of the slowest worker' },
        { name: 'In flight', value: brief(last?.inFlight ?? 0), more: many(now.edge.connections, 'connection') },
        { name: 'Workers', value: `${ready}/${target}`, tone: ready < target ? 'warn' : undefined, more: `${rate(last?.cpu ?? 0)} cores busy` },
        { name: 'Memory', value: bytes((last?.workerBytes ?? 0) + now.rss_bytes), more: `${bytes(now.rss_bytes)} Ostler` },
        { name: 'Up', value: span(now.uptime_seconds), more: `version ${now.version}` },
      ]}
    />
  )
}

const SPAN_KEY = 'span'

/** What Ostler keeps of the past; where it keeps nothing, what this page saw. */
function Charts() {
  const chosen = SPANS.find(one => one.name === place.value.query.get(SPAN_KEY)) ?? FIRST
  const probe = useSeries(PROBE, FIRST)
  if (probe.error) return <Seen />
  return (
    <div class="stack">
      <div class="tools">
        <Choices label="Time shown" names={SPANS.map(one => one.name)} chosen={chosen.name} choose={name => amend('overview', { [SPAN_KEY]: name === FIRST.name ? undefined : name })} />
      </div>
      <History span={chosen} />
    </div>
  )
}

const PROBE: Ask[] = [{ expr: 'ostler_edge_connections', name: 'connections' }]

const CLASS_PAINTS = { '1xx': 8, '2xx': 3, '3xx': 5, '4xx': 2, '5xx': 6 }

const REQUESTS: Ask[] = [{ expr: 'sum by (class) (rate(ostler_edge_route_requests_total[$w]))' }]
const ERRORS: Ask[] = [
  { expr: 'sum(rate(ostler_edge_route_requests_total{class="5xx"}[$w]))', name: '5xx' },
  { expr: 'sum(rate(ostler_edge_refused_total[$w]))', name: 'refused by the edge' },
]
const LATENCY: Ask[] = [50, 90, 99].map(share => ({
  expr: `histogram_quantile(${share / 100}, sum by (le) (rate(ostler_edge_request_duration_seconds_bucket[$w]))) * 1000`,
  name: share === 50 ? 'median' : `${share} %`,
}))
const PROCESSOR: Ask[] = [{ expr: 'sum by (app) (ostler_worker_cpu_ratio)' }]
const MEMORY: Ask[] = [
  { expr: 'sum by (app) (ostler_worker_resident_memory_bytes)' },
  { expr: 'ostler_resident_memory_bytes', name: 'Ostler' },
]
const LOOP: Ask[] = [{ expr: 'max by (app) (ostler_worker_loop_delay_seconds) * 1000' }]

function History({ span }: { span: Span }) {
  return (
    <div class="grid charts">
      <KeptChart title="Requests per second" asks={REQUESTS} span={span} show={rate} least={1} paints={CLASS_PAINTS} none="No request in this time" />
      <KeptChart title="Errors per second" asks={ERRORS} span={span} show={rate} least={1} paints={{ '5xx': 6, 'refused by the edge': 2 }} order={['5xx']} />
      <KeptChart title="Latency" asks={LATENCY} span={span} show={ms} least={1} order={['median', '90 %', '99 %']} none="No request in this time" />
      <KeptChart title="Cores that workers keep busy" asks={PROCESSOR} span={span} show={rate} least={1} />
      <KeptChart title="Memory" asks={MEMORY} span={span} show={bytes} least={1} paints={{ Ostler: 8 }} />
      <KeptChart title="Event loop: longest wait" asks={LOOP} span={span} show={ms} least={1} />
    </div>
  )
}

function Seen() {
  const samples = recent.value
  const times = samples.map(sample => sample.at)
  const line = (name: string, of: (sample: Sample) => number | null) => ({ name, values: samples.map(of) })
  return (
    <div class="grid charts">
      <Panel title="Requests per second">
        <Chart label="Requests per second" times={times} series={[line('all', s => s.requests)]} show={rate} least={1} />
      </Panel>
      <Panel title="Errors per second">
        <Chart
          label="Errors per second"
          times={times}
          series={[line('by workers', s => s.failures), line('refused by the edge', s => s.refused)]}
          paint={[6, 2]}
          show={rate}
          least={1}
        />
      </Panel>
      <Panel title="Latency">
        <Chart label="Latency" times={times} series={[line('median', s => s.p50), line('99 %', s => s.p99)]} show={ms} least={1} />
      </Panel>
      <Panel title="Cores that workers keep busy">
        <Chart label="Cores" times={times} series={[line('cores', s => s.cpu)]} show={rate} least={1} />
      </Panel>
    </div>
  )
}

function Apps() {
  const apps = status.value?.apps ?? []
  return (
    <Panel title="Apps" flush aside={<a href={to('workers')}>Workers</a>}>
      {apps.length === 0 ? (
        <Nothing title="No app runs here">This Ostler serves upstreams or files.</Nothing>
      ) : (
        <Scroll label="Apps">
          <table>
            <thead>
              <tr>
                <th scope="col">App</th>
                <th scope="col">State</th>
                <th scope="col" class="n">
                  Workers
                </th>
                <th scope="col" class="n">
                  Req/s
                </th>
                <th scope="col" class="n">
                  99 %
                </th>
                <th scope="col" class="n">
                  Restarts
                </th>
              </tr>
            </thead>
            <tbody>
              {apps.map(app => (
                <AppRow app={app} key={app.name} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  )
}

function AppRow({ app }: { app: App }) {
  const ready = app.workers.filter(worker => worker.state === 'ready').length
  const p99 = app.workers.map(worker => worker.p99_ms).filter(value => value !== null)
  return (
    <tr>
      <th scope="row">{app.name}</th>
      <td>
        <Badge state={app.state} />
      </td>
      <td class="n">
        {ready}/{app.workers_target}
      </td>
      <td class="n">{rate(app.workers.reduce((total, worker) => total + worker.requests_per_second, 0))}</td>
      <td class="n">{ms(p99.length ? Math.max(...p99) : null)}</td>
      <td class="n">{app.restarts}</td>
    </tr>
  )
}

const SHOWN = 12

function Lately() {
  return (
    <Panel title="Lately" flush>
      {!isKnown.value ? (
        <NeedsLogin />
      ) : events.value.length === 0 ? (
        <Nothing title="Nothing happened yet" />
      ) : (
        <ol class="events">
          {events.value.slice(0, SHOWN).map(event => {
            const { tone, text } = sentence(event)
            return (
              <li key={`${event.at_ms}${event.event}${String(event.worker ?? event.number ?? '')}`}>
                <i class={`dot ${tone}`} aria-hidden="true" />
                <time class="soft">{time(event.at_ms)}</time>
                <span>
                  <b>{event.app}</b> {text}
                </span>
              </li>
            )
          })}
        </ol>
      )}
    </Panel>
  )
}
