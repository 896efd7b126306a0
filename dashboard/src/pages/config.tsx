// Every key that holds, its value, and where that comes from.

import { useState } from 'preact/hooks'
import { get } from '../api/call'
import type { Origin } from '../api/types'
import { isKnown } from '../live/now'
import { Badge } from '../parts/badge'
import { useLoaded } from '../parts/load'
import { NeedsLogin, Nothing, Waiting, Wrong } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'

export function Config() {
  if (!isKnown.value) return <NeedsLogin />
  return <Keys />
}

type Which = 'all' | 'changed'

function Keys() {
  const { data, error, again } = useLoaded(signal => get<Origin[]>('/api/v1/config/origins', signal), [])
  const [text, setText] = useState('')
  const [which, setWhich] = useState<Which>('changed')
  if (!data) return error ? <Wrong error={error} again={again} /> : <Waiting height={420} />
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = data.filter(one => {
    if (which === 'changed' && one.origin === 'default') return false
    const all = `${one.key} ${written(one.value)} ${one.origin} ${one.help}`.toLowerCase()
    return words.every(word => all.includes(word))
  })
  const sections = Map.groupBy(shown, one => one.key.split('.').slice(0, -1).join('.') || 'top of the file')
  return (
    <div class="stack">
      <div class="tools">
        <input type="search" class="grow" aria-label="Search keys" placeholder="Search keys, values and their meaning" value={text} onInput={event => setText(event.currentTarget.value)} />
        <div class="choices" role="group" aria-label="Which keys">
          <button aria-pressed={which === 'changed'} onClick={() => setWhich('changed')}>
            Set by you
          </button>
          <button aria-pressed={which === 'all'} onClick={() => setWhich('all')}>
            All {data.length}
          </button>
        </div>
        <button onClick={again}>Read again</button>
      </div>
      {shown.length === 0 && (
        <Nothing title={words.length ? 'No key matches' : 'Nothing is set: everything has its default'}>
          {which === 'changed' && 'Keys that have their default are under “All”.'}
        </Nothing>
      )}
      {[...sections].map(([name, keys]) => (
        <Panel title={name} flush key={name}>
          <Scroll label={name}>
            <table class="config">
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">Value</th>
                  <th scope="col">From</th>
                  <th scope="col">Default</th>
                  <th scope="col">Meaning</th>
                </tr>
              </thead>
              <tbody>
                {keys.map(one => (
                  <Row one={one} key={one.key} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </Panel>
      ))}
    </div>
  )
}

function Row({ one }: { one: Origin }) {
  return (
    <tr>
      <th scope="row" class="mono">
        {one.key.split('.').pop()}
      </th>
      <td class="mono wrap value">
        <Value text={written(one.value)} />
      </td>
      <td>
        <Badge is={one.origin === 'default' ? 'idle' : 'accent'}>{one.origin}</Badge>
      </td>
      <td class="mono soft wrap value">{one.default ?? '–'}</td>
      <td class="wrap help">
        {one.help} {one.change && <span class="soft">Changes {one.change}.</span>}
      </td>
    </tr>
  )
}

const SHORT = 90

/** A long one is shown whole on demand. */
function Value({ text }: { text: string }) {
  if (text.length <= SHORT) return <>{text}</>
  return (
    <details>
      <summary>{text.slice(0, SHORT - 20)}…</summary>
      {text}
    </details>
  )
}

/** As it would be written in the file. */
function written(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value === 'object') {
    const pairs = Object.entries(value).filter(([, one]) => one !== null)
    return `{ ${pairs.map(([name, one]) => `${name} = ${written(one)}`).join(', ')} }`
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
