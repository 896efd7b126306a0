// One line, and what it says beside its text.

import { useState } from 'preact/hooks'
import type { LogEntry } from '../../api/types'
import { exactTime } from '../../format'
import { change, current } from './search'

export function Line({ entry }: { entry: LogEntry }) {
  const [isOpen, open] = useState(false)
  const worker = entry.worker == null ? entry.app : `${entry.app}.${entry.worker}`
  return (
    <li class={`line ${isOpen ? 'open' : ''}`}>
      <button class="plain row" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
        <i class={`level-${entry.level}`} aria-hidden="true" />
        <time>{exactTime(entry.at_ms)}</time>
        <span class={`word level-${entry.level}`}>{entry.level}</span>
        <span class="by">{worker}</span>
        <span class="text">
          {firstLine(entry.text || entry.raw)}
          {!isOpen && <span class="soft"> {glance(entry)}</span>}
        </span>
      </button>
      {isOpen && <Fields entry={entry} worker={worker} />}
    </li>
  )
}

const firstLine = (text: string): string => text.replace(/\n[^]*/, '')

const GLANCE = 160

/** A few fields, as far as they fit on the line. */
function glance(entry: LogEntry): string {
  const pairs = Object.entries(entry.fields ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  const text = pairs.join(' ')
  return text.length > GLANCE ? `${text.slice(0, GLANCE)}…` : text
}

function Fields({ entry, worker }: { entry: LogEntry; worker: string }) {
  const all: [string, string][] = Object.entries(entry.fields ?? {}).map(([name, value]) => [name, String(value)])
  if (entry.trace_id) all.push(['trace_id', entry.trace_id])
  if (entry.request_id) all.push(['request_id', entry.request_id])
  const add = (name: string, value: string) => {
    const quoted = /\s/.test(value) ? `${name}="${value}"` : `${name}=${value}`
    change({ text: `${current().text} ${quoted}`.trim() })
  }
  return (
    <div class="inside">
      {all.length > 0 && (
        <dl class="facts">
          {all.map(([name, value]) => (
            <>
              <dt class="mono" key={name}>
                {name}
              </dt>
              <dd key={`${name} value`}>
                <button class="plain small mono value" title={`Look for ${name}=${value}`} onClick={() => add(name, value)}>
                  {value}
                </button>
              </dd>
            </>
          ))}
        </dl>
      )}
      <pre tabIndex={0} aria-label={`As ${worker} wrote it`}>
        {entry.raw || entry.text}
      </pre>
    </div>
  )
}
