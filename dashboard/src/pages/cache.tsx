// What the cache keeps, and taking replies out of it.

import { useState } from 'preact/hooks'
import { post } from '../api/call'
import type { CacheStatus, PurgeReport, Tier } from '../api/types'
import { isAdmin, status } from '../live/now'
import { brief, bytes, count, percent } from '../format'
import { Badge, Bar } from '../parts/badge'
import { confirm } from '../parts/confirm'
import { Nothing, Waiting } from '../parts/note'
import { Panel } from '../parts/panel'
import { Tiles } from '../parts/tiles'
import { act } from '../parts/toast'

export function Cache() {
  const now = status.value
  if (!now) return <Waiting height={260} />
  const cache = now.cache
  if (!cache) return <Nothing title="This Ostler has no cache" />
  return (
    <div class="stack">
      <Tiles
        label="Cache"
        tiles={[
          { name: 'Hit ratio', value: cache.requests ? percent(cache.answered / cache.requests) : '–', more: 'since the start' },
          { name: 'Answered', value: brief(cache.answered), more: `of ${brief(cache.requests)} requests` },
          { name: 'Replies in memory', value: brief(cache.memory.objects), more: bytes(cache.memory.bytes) },
          { name: 'Replies on disk', value: cache.disk ? brief(cache.disk.objects) : '–', more: cache.disk ? bytes(cache.disk.bytes) : 'no disk tier' },
        ]}
      />
      <div class="grid">
        <Tiers cache={cache} />
        {isAdmin.value ? <Purge /> : <Panel title="Purge"><p class="soft">Taking replies out of the cache needs the role admin.</p></Panel>}
      </div>
      {cache.requests === 0 && (
        <Nothing title="No request was looked up yet">
          A route is cached once its <code>cache</code> is set, for example <code>cache = {'{'} for = "1s" {'}'}</code>.
        </Nothing>
      )}
    </div>
  )
}

function Tiers({ cache }: { cache: CacheStatus }) {
  const disk = cache.disk
  return (
    <Panel title="Room">
      <dl class="facts">
        <Room name="Memory" tier={cache.memory} />
        {disk && <Room name="Disk" tier={disk} />}
        {disk && (
          <>
            <dt>Disk tier</dt>
            <dd>
              <Badge state={disk.state} />
            </dd>
            <dt>Passed by</dt>
            <dd>
              {count(disk.slow)} too slow, {count(disk.refused)} refused, {count(disk.unread)} not read
            </dd>
            <dt>Broken files</dt>
            <dd class={disk.corrupt ? 'bad' : ''}>{count(disk.corrupt)}</dd>
          </>
        )}
      </dl>
    </Panel>
  )
}

function Room({ name, tier }: { name: string; tier: Tier }) {
  const share = tier.bytes_max ? tier.bytes / tier.bytes_max : 0
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Bar share={share} label={`${name}: ${percent(share)} used`} />
        <span>
          {bytes(tier.bytes)} of {bytes(tier.bytes_max)} · {count(tier.evicted)} evicted
        </span>
      </dd>
    </>
  )
}

type By = 'url' | 'prefix' | 'tag' | 'all'

const BY: Record<By, [string, string]> = {
  url: ['One URL', 'http://localhost:8080/catalogue/7'],
  prefix: ['All that begin with', 'http://localhost:8080/catalogue/'],
  tag: ['All with the tag', 'products'],
  all: ['Everything', ''],
}

function Purge() {
  const [by, setBy] = useState<By>('url')
  const [value, setValue] = useState('')
  const [soft, setSoft] = useState(false)
  const purge = async (event: SubmitEvent) => {
    event.preventDefault()
    if (by === 'all') {
      const text = soft ? 'Every reply counts as stale from now on.' : 'Every reply is removed; the apps get the requests until they are cached again.'
      if (!(await confirm({ title: 'Purge the whole cache?', text, verb: 'Purge', danger: true }))) return
    }
    await act(async () => {
      const report = await post<PurgeReport>('/api/v1/purge', { [by]: by === 'all' ? true : value.trim(), soft })
      return `Purged: ${count(report.memory)} in memory, ${count(report.disk)} on disk${report.complete ? '' : ', and more in the background'}.`
    })
  }
  return (
    <Panel title="Purge">
      <form class="form" onSubmit={purge}>
        <label class="field">
          What
          <select value={by} onChange={event => setBy(event.currentTarget.value as By)}>
            {Object.entries(BY).map(([name, [text]]) => (
              <option value={name} key={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {by !== 'all' && (
          <label class="field">
            {BY[by][0]}
            <input value={value} onInput={event => setValue(event.currentTarget.value)} placeholder={BY[by][1]} required spellcheck={false} />
          </label>
        )}
        <label class="check">
          <input type="checkbox" checked={soft} onChange={event => setSoft(event.currentTarget.checked)} />
          Softly: keep them, but as stale
        </label>
        <div>
          <button class="primary">Purge</button>
        </div>
      </form>
    </Panel>
  )
}
