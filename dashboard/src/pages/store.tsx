// The store: its memory, its commands, and those that ran long.

import { get } from '../api/call'
import type { CommandFigures, SlowCommand, StoreFigures } from '../api/types'
import { isKnown, status } from '../live/now'
import { brief, bytes, count, percent, rate, time } from '../format'
import { Badge, Bar } from '../parts/badge'
import { useLoaded } from '../parts/load'
import { NeedsLogin, Nothing, Waiting, Wrong } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'
import { Tiles } from '../parts/tiles'

export function Store() {
  const now = status.value
  if (!now) return <Waiting height={320} />
  if (!now.store) {
    return (
      <Nothing title="There is no store">
        It is off: <code>[store] enabled = false</code>.
      </Nothing>
    )
  }
  const inside = now.store.inside
  if (!inside) {
    return (
      <Nothing title="The store is elsewhere">
        Workers use <code>{now.store.url}</code>. Ask it for its figures.
      </Nothing>
    )
  }
  return (
    <div class="stack">
      {inside.refuses && (
        <div class="alert bad" role="alert">
          <p>The store refuses writes: {inside.refuses}</p>
        </div>
      )}
      <Figures url={now.store.url} inside={inside} />
      {isKnown.value ? (
        <div class="grid wide">
          <Commands />
          <Slow />
        </div>
      ) : (
        <Panel title="Commands">
          <NeedsLogin />
        </Panel>
      )}
    </div>
  )
}

function Figures({ url, inside }: { url: string; inside: StoreFigures }) {
  const limit = inside.memory_bytes_max
  return (
    <Tiles
      label="Store"
      tiles={[
        { name: 'State', value: <Badge state={inside.running ? 'online' : 'failed'}>{inside.running ? 'running' : 'not running'}</Badge>, more: <code>{url}</code> },
        { name: 'Commands/s', value: rate(inside.commands_per_second), more: `${count(inside.clients)} clients` },
        { name: 'Keys', value: brief(inside.keys), more: 'in all databases' },
        {
          name: 'Memory',
          value: bytes(inside.memory_bytes),
          more: limit ? <Bar share={inside.memory_bytes / limit} label={`${percent(inside.memory_bytes / limit)} of ${bytes(limit)}`} /> : 'no limit',
        },
        { name: 'Limit', value: limit ? bytes(limit) : 'none', more: limit ? `${percent(inside.memory_bytes / limit)} used` : '' },
        { name: 'Durability', value: inside.durability ?? 'never', more: 'when a change is on disk' },
      ]}
    />
  )
}

function Commands() {
  const { data, error, again } = useLoaded(signal => get<CommandFigures[]>('/api/v1/store/commands', signal), [], 2000)
  return (
    <Panel title="Commands since the start" flush>
      {!data ? (
        error ? <Wrong error={error} again={again} /> : <Waiting height={220} />
      ) : data.length === 0 ? (
        <Nothing title="No command yet" />
      ) : (
        <Scroll label="Commands">
          <table>
            <thead>
              <tr>
                <th scope="col">Command</th>
                {['Calls', 'Time each', 'Time in all', 'Failed', 'Rejected'].map(name => (
                  <th scope="col" class="n" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.map(one => (
                <tr key={one.command}>
                  <th scope="row" class="mono">
                    {one.command}
                  </th>
                  <td class="n">{count(one.calls)}</td>
                  <td class="n">{one.usec_per_call.toFixed(1)} µs</td>
                  <td class="n">{(one.usec / 1000).toFixed(1)} ms</td>
                  <td class={one.failed ? 'n bad' : 'n'}>{count(one.failed)}</td>
                  <td class={one.rejected ? 'n bad' : 'n'}>{count(one.rejected)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  )
}

function Slow() {
  const { data, error, again } = useLoaded(signal => get<SlowCommand[]>('/api/v1/store/slowlog', signal), [], 5000)
  return (
    <Panel title="Slow log" flush>
      {!data ? (
        error ? <Wrong error={error} again={again} /> : <Waiting height={220} />
      ) : data.length === 0 ? (
        <Nothing title="No command ran long">Commands that take longer than 10 ms are listed here.</Nothing>
      ) : (
        <Scroll label="Slow log">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col" class="n">
                  Took
                </th>
                <th scope="col">Command</th>
                <th scope="col">Client</th>
              </tr>
            </thead>
            <tbody>
              {data.map(one => (
                <tr key={one.id}>
                  <td>{time(one.at_ms)}</td>
                  <td class="n">{(one.took_us / 1000).toFixed(1)} ms</td>
                  <td class="mono wrap">{one.command.join(' ')}</td>
                  <td class="mono">{one.client}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  )
}
