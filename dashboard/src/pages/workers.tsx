// Each app's workers, and what can be done to them.

import { useState } from 'preact/hooks'
import { post } from '../api/call'
import type { App, ReloadReport, Worker } from '../api/types'
import { isAdmin, status } from '../live/now'
import { brief, bytes, many, ms, percent, rate, span } from '../format'
import { Badge } from '../parts/badge'
import { confirm } from '../parts/confirm'
import { Nothing, Waiting } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'
import { act } from '../parts/toast'

export function Workers() {
  const now = status.value
  if (!now) return <Waiting height={320} />
  if (!now.apps.length) return <Nothing title="No app runs here">This Ostler serves upstreams or files; there is no worker to see.</Nothing>
  return (
    <div class="stack">
      {now.apps.map(app => (
        <OneApp app={app} key={app.name} />
      ))}
    </div>
  )
}

async function reload(app: App): Promise<string> {
  const reports = await post<ReloadReport[]>('/api/v1/reload', { app: app.name })
  const failure = reports.find(report => !report.ok)
  if (failure) {
    const last = failure.stderr[failure.stderr.length - 1]
    throw new Error(`The new version of ${failure.app} does not start, the old one goes on: ${failure.reason ?? 'no reason given'}${last ? ` (${last})` : ''}`)
  }
  return reports.map(report => `${report.app}: generation ${report.generation} serves, after ${ms(report.took_ms)}.`).join(' ')
}

async function scale(app: App, workers: number): Promise<string> {
  const report = await post<{ from: number; to: number }>('/api/v1/scale', { app: app.name, workers })
  return `${app.name}: ${report.from} → ${many(report.to, 'worker')}.`
}

function OneApp({ app }: { app: App }) {
  const [busy, setBusy] = useState('')
  const run = async (what: string, action: () => Promise<string>) => {
    setBusy(what)
    await act(action)
    setBusy('')
  }
  const range = app.workers_min === app.workers_max ? `${app.workers_min}` : `${app.workers_min}–${app.workers_max}`
  return (
    <Panel
      title={app.name}
      flush
      aside={
        <>
          <Badge state={app.state} />
          <span class="soft">generation {app.generation}</span>
          <Scale app={app} busy={busy} range={range} set={workers => run('scale', () => scale(app, workers))} />
          {isAdmin.value && (
            <button class="small" disabled={busy !== ''} onClick={() => run('reload', () => reload(app))}>
              {busy === 'reload' ? 'Reloading…' : 'Reload'}
            </button>
          )}
        </>
      }
    >
      {app.reason && (
        <div class="alert bad inset">
          <p>{app.reason}</p>
        </div>
      )}
      <Scroll label={`Workers of ${app.name}`}>
        <table>
          <thead>
            <tr>
              {['Worker', 'State', 'Process'].map(name => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
              {['Up', 'Restarts', 'CPU', 'Memory', 'Heap', 'Loop', 'Delay', 'In flight', 'Req/s', 'Median', '99 %', 'Failures'].map(name => (
                <th scope="col" class="n" key={name}>
                  {name}
                </th>
              ))}
              {isAdmin.value && (
                <th scope="col">
                  <span class="unseen">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {app.workers.map(worker => (
              <Row app={app} worker={worker} key={worker.id} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

interface ScaleProps {
  app: App
  busy: string
  range: string
  set: (workers: number) => void
}

function Scale({ app, busy, range, set }: ScaleProps) {
  const target = app.workers_target
  if (!isAdmin.value) {
    return (
      <span class="soft">
        {many(target, 'worker')} ({range})
      </span>
    )
  }
  return (
    <span class="stepper" role="group" aria-label={`Workers of ${app.name}: ${range}`}>
      <button class="small" aria-label="One worker less" disabled={busy !== '' || target <= 1} onClick={() => set(target - 1)}>
        −
      </button>
      <output aria-label="Workers wanted">{target}</output>
      <button class="small" aria-label="One worker more" disabled={busy !== ''} onClick={() => set(target + 1)}>
        +
      </button>
    </span>
  )
}

function Row({ app, worker }: { app: App; worker: Worker }) {
  const restart = async () => {
    const yes = await confirm({
      title: `Restart worker ${worker.number} of ${app.name}?`,
      text: 'A new one is started first and takes over; the old one finishes its requests. Nobody is refused.',
      verb: 'Restart',
    })
    if (yes) {
      await act(async () => {
        await post('/api/v1/restart', { app: app.name, number: worker.number })
        return `Worker ${worker.number} of ${app.name} was replaced.`
      })
    }
  }
  const none = worker.pid === 0
  return (
    <tr data-worker={`${app.name}/${worker.number}`} data-pid={worker.pid}>
      <th scope="row">{worker.number}</th>
      <td>
        <Badge state={worker.state} />
      </td>
      <td class="mono">{none ? '–' : worker.pid}</td>
      <td class="n">{span(worker.uptime_seconds)}</td>
      <td class={worker.restarts ? 'n warn' : 'n'}>{worker.restarts}</td>
      <td class="n">{worker.cpu_percent.toFixed(0)} %</td>
      <td class="n">{bytes(worker.rss_bytes)}</td>
      <td class="n">{worker.heap_bytes ? bytes(worker.heap_bytes) : '–'}</td>
      <td class="n">{percent(worker.loop_utilisation)}</td>
      <td class="n">{ms(worker.loop_delay_ms)}</td>
      <td class="n">{worker.in_flight}</td>
      <td class="n">{rate(worker.requests_per_second)}</td>
      <td class="n">{ms(worker.p50_ms)}</td>
      <td class="n">{ms(worker.p99_ms)}</td>
      <td class={worker.failures ? 'n bad' : 'n'}>{brief(worker.failures)}</td>
      {isAdmin.value && (
        <td class="act">
          <button class="small" aria-label={`Restart worker ${worker.number} of ${app.name}`} disabled={none} onClick={restart}>
            Restart
          </button>
        </td>
      )}
    </tr>
  )
}
