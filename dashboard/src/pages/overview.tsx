// The golden signals, each app, and what happened lately.

import { events, isKnown, status } from '../live/now'
import { recent, type Sample } from '../live/recent'
import { sentence } from '../live/words'
import { brief, bytes, many, ms, rate, span, time } from '../format'
import { Badge } from '../parts/badge'
import { Chart } from '../parts/chart'
import { NeedsLogin, Nothing, Waiting } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'
import { Tiles } from '../parts/tiles'
import { to } from '../place'
import type { App, Status } from '../api/types'

export function Overview() {
  const now = status.value
  if (!now) return <Waiting height={420} />
  return (
    <div class="stack">
      <Troubles now={now} />
      <Signals now={now} />
      <Charts />
      <div class="grid">
        <Apps apps={now.apps} />
        <Lately />
      </div>
    </div>
  )
}

/** What is not as it should be, first of all. */
function Troubles({ now }: { now: Status }) {
  const texts: string[] = []
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

function Signals({ now }: { now: Status }) {
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

function Charts() {
  const samples = recent.value
  const times = samples.map(sample => sample.at)
  const line = (name: string, of: (sample: Sample) => number | null) => ({ name, values: samples.map(of) })
  return (
    <div class="grid">
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
      <Panel title="Saturation">
        <Chart
          label="Saturation"
          times={times}
          series={[line('cores busy', s => s.cpu), line('in flight', s => s.inFlight)]}
          paint={[3, 4]}
          show={rate}
          least={1}
        />
      </Panel>
    </div>
  )
}

function Apps({ apps }: { apps: App[] }) {
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
