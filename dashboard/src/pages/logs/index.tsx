// Log lines: looked for in all that is kept, counted over time, or as they come.

import { useEffect, useRef, useState } from 'preact/hooks'
import { lines } from '../../api/call'
import type { LogEntry, Missed } from '../../api/types'
import { useTopic } from '../../live/connect'
import { isKnown, status } from '../../live/now'
import { count } from '../../format'
import { NeedsLogin, Nothing, Waiting, Wrong } from '../../parts/note'
import { Counts } from './counts'
import { Line } from './line'
import { change, current, LEVELS, parameters, type Search, SINCE } from './search'

export function Logs() {
  return isKnown.value ? <Page /> : <NeedsLogin />
}

const FOUND = 300
const LIVE = 500
const TYPING_MS = 300

function Page() {
  const [isLive, live] = useState(false)
  const search = current()
  const shown = JSON.stringify(search)
  return (
    <div class="stack">
      <Tools search={search} isLive={isLive} live={live} />
      {!isLive && (
        <section class="panel" aria-label="Counts">
          <div class="body">
            <Counts search={search} shown={shown} />
          </div>
        </section>
      )}
      {isLive ? <Live search={search} key={shown} /> : <Found search={search} shown={shown} />}
    </div>
  )
}

interface ToolsProps {
  search: Search
  isLive: boolean
  live: (on: boolean) => void
}

function Tools({ search, isLive, live }: ToolsProps) {
  const [text, setText] = useState(search.text)
  const timer = useRef<ReturnType<typeof setTimeout>>()
  useEffect(() => setText(search.text), [search.text])
  const typed = (value: string) => {
    setText(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => change({ text: value }), TYPING_MS)
  }
  const apps = [...(status.value?.apps.map(app => app.name) ?? []), 'ostler']
  return (
    <div class="tools" role="search" aria-label="Logs">
      <input
        type="search"
        class="grow mono"
        aria-label="Look for"
        aria-describedby="logs-help"
        placeholder={'words  "a phrase"  /regex/  field=value  status>=500'}
        value={text}
        spellcheck={false}
        onInput={event => typed(event.currentTarget.value)}
      />
      <span id="logs-help" class="unseen">
        Words, a phrase in quotes, a regular expression between slashes, or conditions on fields such as status&gt;=500
      </span>
      <select aria-label="Level" value={search.level} onChange={event => change({ level: event.currentTarget.value })}>
        <option value="">any level</option>
        {LEVELS.map(level => (
          <option value={level} key={level}>
            {level} and above
          </option>
        ))}
      </select>
      <select aria-label="App" value={search.app} onChange={event => change({ app: event.currentTarget.value })}>
        <option value="">all apps</option>
        {apps.map(app => (
          <option value={app} key={app}>
            {app}
          </option>
        ))}
      </select>
      <select aria-label="Time" disabled={isLive} value={search.since} onChange={event => change({ since: event.currentTarget.value, from: '', until: '' })}>
        {Object.entries(SINCE).map(([value, words]) => (
          <option value={value} key={value}>
            last {words}
          </option>
        ))}
      </select>
      <button aria-pressed={isLive} class={isLive ? 'primary' : ''} onClick={() => live(!isLive)}>
        {isLive ? 'Stop' : 'Live'}
      </button>
    </div>
  )
}

interface Result {
  entries: LogEntry[]
  error: unknown
  isDone: boolean
}

const NOTHING: Result = { entries: [], error: null, isDone: false }

function Found({ search, shown }: { search: Search; shown: string }) {
  const [limit, setLimit] = useState(FOUND)
  const [result, set] = useState<Result>(NOTHING)
  const [turn, again] = useState(0)
  useEffect(() => setLimit(FOUND), [shown])
  useEffect(() => {
    const abort = new AbortController()
    const all = parameters(search)
    all.set('limit', String(limit))
    const entries: LogEntry[] = []
    const look = async () => {
      try {
        await lines<LogEntry | Missed>(`/api/v1/logs?${all}`, line => 'missed' in line || entries.push(line), abort.signal)
        set({ entries, error: null, isDone: true })
      } catch (error) {
        if (!abort.signal.aborted) set({ entries: [], error, isDone: true })
      }
    }
    void look()
    return () => abort.abort()
  }, [shown, limit, turn])
  if (result.error) return <Wrong error={result.error} again={() => again(turn + 1)} />
  if (!result.isDone) return <Waiting height={360} />
  if (!result.entries.length) {
    return (
      <section class="panel">
        <Nothing title="No line matches">Take words away, choose another level, or look further back.</Nothing>
      </section>
    )
  }
  return (
    <section class="panel lines" aria-label="Lines, the newest first">
      <div class="tools inside-panel">
        <span class="soft" role="status">
          {result.entries.length < limit ? `${count(result.entries.length)} lines` : `the newest ${count(limit)} lines`}
        </span>
        <button class="small" onClick={() => again(turn + 1)}>
          Look again
        </button>
      </div>
      <ol>
        {result.entries.map((entry, at) => (
          <Line entry={entry} key={`${entry.at_ms}-${entry.app}-${entry.worker}-${at}`} />
        ))}
      </ol>
      {result.entries.length >= limit && limit < 3000 && (
        <div class="tools inside-panel">
          <button onClick={() => setLimit(limit + 900)}>Show more</button>
        </div>
      )}
    </section>
  )
}

interface Numbered {
  entry: LogEntry
  number: number
}

/** The newest first, so that what comes is in sight; a pause keeps what is looked at where it is. */
function Live({ search }: { search: Search }) {
  const [entries, set] = useState<Numbered[]>([])
  const [missed, miss] = useState(0)
  const [fault, fail] = useState('')
  const [isPaused, pause] = useState(false)
  const waiting = useRef<Numbered[]>([])
  const number = useRef(0)
  const due = useRef<number>()
  const show = () => {
    due.current = undefined
    const come = waiting.current
    waiting.current = []
    set(old => [...come.reverse(), ...old].slice(0, LIVE))
  }
  const soon = () => {
    due.current ??= requestAnimationFrame(show)
  }
  useTopic<LogEntry | Missed | { error: string }>(
    `logs:${parameters(search, true)}`,
    line => {
      if ('error' in line) return fail(line.error)
      if ('missed' in line) return miss(n => n + line.missed)
      waiting.current.push({ entry: line, number: number.current++ })
      if (waiting.current.length > LIVE) waiting.current.splice(0, waiting.current.length - LIVE)
      if (!isPausedNow.current) soon()
    },
    () => {
      waiting.current = []
      set([])
      fail('')
    },
  )
  const isPausedNow = useRef(false)
  isPausedNow.current = isPaused
  useEffect(() => {
    if (!isPaused) soon()
  }, [isPaused])
  useEffect(() => () => cancelAnimationFrame(due.current ?? 0), [])
  if (fault) return <Wrong error={new Error(fault)} />
  return (
    <section class="panel lines" aria-label="Lines as they come, the newest first">
      <div class="tools inside-panel">
        <span class="soft" role="status">
          {isPaused ? 'Paused' : 'As they come'}
          {missed > 0 && `; ${count(missed)} lines came too fast to be shown`}
        </span>
        <button class="small" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
      </div>
      {entries.length === 0 ? (
        <Nothing title="Waiting for lines">They appear here as workers write them.</Nothing>
      ) : (
        <ol>
          {entries.map(({ entry, number }) => (
            <Line entry={entry} key={number} />
          ))}
        </ol>
      )}
    </section>
  )
}
