// What runs here, and where else to ask.

import type { ExportStatus, Status } from '../api/types'
import { status } from '../live/now'
import { brief, bytes, span, time } from '../format'
import { Badge } from '../parts/badge'
import { Waiting } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'

export function About() {
  const now = status.value
  if (!now) return <Waiting height={260} />
  return (
    <div class="stack">
      <Exports exports={now.exports ?? []} />
      <This now={now} />
    </div>
  )
}

/** Where logs and metrics are sent, and whether they arrive. */
function Exports({ exports }: { exports: ExportStatus[] }) {
  if (!exports.length) return null
  return (
    <Panel title="Sent elsewhere" flush>
      <Scroll label="Exports">
        <table>
          <thead>
            <tr>
              <th scope="col">Export</th>
              <th scope="col">To</th>
              <th scope="col">State</th>
              {['Sent', 'Waiting', 'Dropped', 'Failures'].map(name => (
                <th scope="col" class="n" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {exports.map(one => {
              const dropped = one.dropped_full + one.dropped_disk + one.dropped_refused
              return (
                <tr key={one.name}>
                  <th scope="row">{one.name}</th>
                  <td class="wrap">
                    {one.to} <span class="mono">{one.place}</span>
                  </td>
                  <td class="wrap">
                    {one.failing_since_ms ? (
                      <>
                        <Badge is="bad">fails since {time(one.failing_since_ms)}</Badge> {one.last_error}
                      </>
                    ) : (
                      <Badge is="good">arrives</Badge>
                    )}
                  </td>
                  <td class="n">{brief(one.sent)}</td>
                  <td class="n">
                    {brief(one.waiting)} ({bytes(one.waiting_bytes)})
                  </td>
                  <td class={dropped ? 'n bad' : 'n'}>{brief(dropped)}</td>
                  <td class="n">{brief(one.failures)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

function This({ now }: { now: Status }) {
  return (
    <div class="grid">
      <Panel title="This Ostler">
        <dl class="facts">
          <dt>Version</dt>
          <dd>{now.version}</dd>
          <dt>Project</dt>
          <dd class="mono">{now.project}</dd>
          <dt>Process</dt>
          <dd>
            {now.pid}, up {span(now.uptime_seconds)}, {bytes(now.rss_bytes)}
          </dd>
          <dt>Edge</dt>
          <dd>
            {now.listen.map(url => (
              <div key={url}>
                <a href={url.replace('0.0.0.0', location.hostname).replace('[::]', location.hostname)}>{url}</a>
              </div>
            ))}
          </dd>
          <dt>Admin API</dt>
          <dd>{now.admin ?? 'unix socket only'}</dd>
          <dt>Store</dt>
          <dd class="mono">{now.store?.url ?? 'none'}</dd>
        </dl>
      </Panel>
      <Panel title="Elsewhere">
        <dl class="facts">
          <dt>
            <a href="/metrics">/metrics</a>
          </dt>
          <dd>Prometheus and OpenMetrics text</dd>
          <dt>
            <a href="/api/v1/status">/api/v1/status</a>
          </dt>
          <dd>apps and workers, as JSON</dd>
          <dt>
            <a href="/readyz">/readyz</a>
          </dt>
          <dd>whether every app can serve</dd>
          <dt>
            <code>ostler top</code>
          </dt>
          <dd>the same in a terminal</dd>
          <dt>
            <code>ostler explain KEY</code>
          </dt>
          <dd>what a key of the config does</dd>
        </dl>
      </Panel>
    </div>
  )
}
