// Who did what.

import { get } from '../api/call'
import type { AuditEntry } from '../api/types'
import { isKnown } from '../live/now'
import { time } from '../format'
import { Badge } from '../parts/badge'
import { useLoaded } from '../parts/load'
import { NeedsLogin, Nothing, Waiting, Wrong } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'

export function Audit() {
  return isKnown.value ? <Entries /> : <NeedsLogin />
}

const VIA: Record<AuditEntry['via'], string> = {
  socket: 'command line',
  token: 'token',
  session: 'dashboard',
  login: 'login',
}

function Entries() {
  const { data, error, again } = useLoaded(signal => get<AuditEntry[]>('/api/v1/audit?limit=500', signal), [], 5000)
  if (!data) return error ? <Wrong error={error} again={again} /> : <Waiting height={320} />
  return (
    <Panel title="Every change, every login, the newest first" flush>
      {data.length === 0 ? (
        <Nothing title="Nobody did anything yet">Reloads, restarts, scaling, purges and logins are listed here, and kept in the file audit.log of the state folder.</Nothing>
      ) : (
        <Scroll label="Audit log">
          <table>
            <thead>
              <tr>
                {['When', 'Who', 'By way of', 'From', 'What', 'With', 'Outcome'].map(name => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.map((one, at) => (
                <tr key={`${one.at_ms}${at}`}>
                  <td>{time(one.at_ms)}</td>
                  <th scope="row">{one.user || '–'}</th>
                  <td>{VIA[one.via] ?? one.via}</td>
                  <td class="mono">{one.from || 'this machine'}</td>
                  <td>{one.action}</td>
                  <td class="mono wrap">{detail(one.detail)}</td>
                  <td class="wrap">
                    {one.outcome === 'ok' ? <Badge is="good">ok</Badge> : <span class="bad">{one.outcome}</span>}
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

function detail(value: unknown): string {
  if (!value || typeof value !== 'object') return ''
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== false)
    .map(([name, one]) => `${name}=${typeof one === 'object' ? JSON.stringify(one) : String(one)}`)
    .join(' ')
}
