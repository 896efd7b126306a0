// Where requests go, and how it goes for them.

import { get } from '../api/call'
import { isKnown, status } from '../live/now'
import { type Ask, FIRST, type Kept, useSeries } from '../live/series'
import { KeptChart } from '../parts/kept'
import { useLoaded } from '../parts/load'
import { NeedsLogin, Nothing, Waiting, Wrong } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'
import { Badge } from '../parts/badge'
import { brief, rate } from '../format'

type Rules = Record<string, unknown>

export function Routes() {
  return (
    <div class="stack">
      {isKnown.value ? (
        <>
          <All />
          <div class="grid">
            <KeptChart title="Requests per second by route" asks={RATES} span={FIRST} show={rate} least={1} />
            <KeptChart title="5xx per second by route" asks={FAILURES} span={FIRST} show={rate} least={1} />
          </div>
        </>
      ) : (
        <Panel title="Routes">
          <NeedsLogin />
        </Panel>
      )}
      <Upstreams />
    </div>
  )
}

function All() {
  const { data, error, again } = useLoaded(signal => get<{ route?: Record<string, Rules> }>('/api/v1/config', signal), [])
  if (!data) return error ? <Wrong error={error} again={again} /> : <Waiting height={240} />
  const routes = Object.entries(data.route ?? {})
  return <Table routes={routes} />
}

const RATES: Ask[] = [{ expr: 'sum by (route) (rate(ostler_edge_route_requests_total[$w]))' }]
const FAILURES: Ask[] = [{ expr: 'sum by (route) (rate(ostler_edge_route_requests_total{class="5xx"}[$w]))' }]

/** The last value of each series, by its name. */
function lasts(kept: Kept): Map<string, number | null> {
  return new Map(kept.series.map(one => [one.name, one.values.findLast(value => value !== null) ?? null]))
}

function Table({ routes }: { routes: [string, Rules][] }) {
  const rates = lasts(useSeries(RATES, FIRST))
  const failures = lasts(useSeries(FAILURES, FIRST))
  const shown = (value: number | null | undefined) => (value == null ? '–' : rate(value))
  return (
    <Panel title="Routes, most specific first" flush>
      {routes.length === 0 ? (
        <Nothing title="No route" />
      ) : (
        <Scroll label="Routes">
          <table>
            <thead>
              <tr>
                <th scope="col">Route</th>
                <th scope="col">Leads to</th>
                <th scope="col" class="n">
                  Req/s
                </th>
                <th scope="col" class="n">
                  5xx/s
                </th>
                <th scope="col">The edge does</th>
              </tr>
            </thead>
            <tbody>
              {routes.map(([pattern, rules]) => (
                <tr key={pattern}>
                  <th scope="row" class="mono">
                    {pattern}
                  </th>
                  <td>{target(rules)}</td>
                  <td class="n rate">{shown(rates.get(pattern))}</td>
                  <td class={failures.get(pattern) ? 'n bad' : 'n'}>{shown(failures.get(pattern))}</td>
                  <td class="wrap">
                    <span class="words">
                      {does(rules).map(word => (
                        <Badge is="idle" key={word}>
                          {word}
                        </Badge>
                      ))}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  )
}

export function target(rules: Rules): string {
  if (typeof rules.upstream === 'string') return `upstream ${rules.upstream}`
  if (typeof rules.app === 'string') return `app ${rules.app}`
  const files = rules.files as { folder?: string } | null
  if (files?.folder) return `files ${files.folder.split('/').slice(-2).join('/')}`
  return rules.redirect ? 'a redirect' : '–'
}

const WORDS = ['compress', 'cache', 'limit', 'cors', 'headers', 'files', 'redirect', 'allow', 'deny', 'hosts', 'methods', 'https']

/** Values that let everything through. */
const OFF: unknown[] = [null, undefined, false, 'any', 'optional']

export function does(rules: Rules): string[] {
  const on = (value: unknown) => !OFF.includes(value) && !(Array.isArray(value) && value.length === 0)
  const words = WORDS.filter(word => on(rules[word]))
  return rules.priority && rules.priority !== 'normal' ? [...words, `priority ${String(rules.priority)}`] : words
}

function Upstreams() {
  const upstreams = status.value?.upstreams ?? []
  if (!upstreams.length) return null
  return (
    <Panel title="Upstreams" flush>
      <Scroll label="Upstreams">
        <table>
          <thead>
            <tr>
              <th scope="col">Upstream</th>
              <th scope="col">Server</th>
              <th scope="col">State</th>
              {['In flight', 'Requests', 'Failures'].map(name => (
                <th scope="col" class="n" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {upstreams.flatMap(upstream =>
              upstream.servers.map(server => (
                <tr key={`${upstream.name}${server.url}`}>
                  <th scope="row">{upstream.name}</th>
                  <td class="mono wrap">
                    {server.url}
                    {server.reason && <div class="soft">{server.reason}</div>}
                  </td>
                  <td>
                    <Badge state={server.state} />
                  </td>
                  <td class="n">{server.in_flight}</td>
                  <td class="n">{brief(server.requests)}</td>
                  <td class={server.failures ? 'n bad' : 'n'}>{brief(server.failures)}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}
