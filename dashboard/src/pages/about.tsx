// What runs here, and where else to ask.

import { status } from '../live/now'
import { bytes, span } from '../format'
import { Waiting } from '../parts/note'
import { Panel } from '../parts/panel'

export function About() {
  const now = status.value
  if (!now) return <Waiting height={260} />
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
