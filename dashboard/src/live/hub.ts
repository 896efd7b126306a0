// One event stream for all tabs. Runs in a SharedWorker, or in the page where there is none.
//
// In: what each tab wants to hear of. Out: messages to tabs. The stream asks for all that any tab
// wants; when that changes a new one is opened, and the old one is closed once the new one speaks.

/** From a tab. */
export type Ask = { kind: 'want'; topics: string[] } | { kind: 'bye' }

/** To a tab. */
export type Tell =
  | { kind: 'state'; state: State }
  | { kind: 'message'; topic: string; data: unknown }
  /** What was told of this topic before is told again from its beginning. */
  | { kind: 'reset'; topic: string }

export type State = 'idle' | 'connecting' | 'live' | 'lost' | 'refused'

export interface Tab {
  tell(what: Tell): void
}

/** Topics whose messages add up; of all others only the last one counts. */
const isList = (topic: string) => topic === 'events' || topic.startsWith('logs')

const SETTLE_MS = 40
const KEPT_MAX = 300
const RETRY_MS = [500, 1000, 2000, 5000]

export class Hub {
  private tabs = new Map<Tab, Set<string>>()
  private kept = new Map<string, unknown[]>()
  private source: EventSource | null = null
  private open = ''
  private state: State = 'idle'
  private settling: ReturnType<typeof setTimeout> | undefined
  private failures = 0

  hear(tab: Tab, ask: Ask): void {
    if (ask.kind === 'bye') {
      this.tabs.delete(tab)
    } else {
      const had = this.tabs.get(tab) ?? new Set()
      const wants = new Set(ask.topics)
      this.tabs.set(tab, wants)
      tab.tell({ kind: 'state', state: this.state })
      for (const topic of wants) if (!had.has(topic)) this.catchUp(tab, topic)
    }
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.settle(), SETTLE_MS)
  }

  private catchUp(tab: Tab, topic: string): void {
    const kept = this.kept.get(topic)
    if (!kept) return
    tab.tell({ kind: 'reset', topic })
    for (const data of kept) tab.tell({ kind: 'message', topic, data })
  }

  private wanted(): string[] {
    const all = new Set<string>()
    for (const topics of this.tabs.values()) for (const topic of topics) all.add(topic)
    return [...all].sort()
  }

  /** Open, change or close the stream, as the tabs want it. */
  private settle(): void {
    const topics = this.wanted()
    for (const topic of this.kept.keys()) if (!topics.includes(topic)) this.kept.delete(topic)
    const query = topics.map(topic => `topic=${encodeURIComponent(topic)}`).join('&')
    if (query === this.open && (this.source || !query)) return
    this.open = query
    const old = this.source
    this.source = null
    if (!query) {
      old?.close()
      this.become('idle')
      return
    }
    this.connect(topics, query, old)
  }

  private connect(topics: string[], query: string, old: EventSource | null): void {
    const source = new EventSource(`/api/v1/stream?${query}`)
    this.source = source
    if (this.state !== 'live') this.become('connecting')
    source.onopen = () => {
      old?.close()
      this.failures = 0
      for (const topic of topics) {
        if (isList(topic)) {
          this.kept.set(topic, [])
          this.toAll(topic, { kind: 'reset', topic })
        }
      }
      this.become('live')
    }
    source.onerror = () => {
      old?.close()
      if (source !== this.source) return source.close()
      // The browser would try again by itself, but not after a refusal, and not ever more slowly.
      source.close()
      this.source = null
      this.become('lost')
      const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]
      this.failures += 1
      setTimeout(() => !this.source && this.settle(), wait)
    }
    for (const topic of topics) {
      source.addEventListener(topic, event => {
        if (source === this.source) this.pass(topic, JSON.parse((event as MessageEvent<string>).data))
      })
    }
  }

  private pass(topic: string, data: unknown): void {
    const kept = isList(topic) ? (this.kept.get(topic) ?? []) : []
    kept.push(data)
    if (kept.length > KEPT_MAX) kept.splice(0, kept.length - KEPT_MAX)
    this.kept.set(topic, kept)
    this.toAll(topic, { kind: 'message', topic, data })
  }

  private toAll(topic: string, what: Tell): void {
    for (const [tab, topics] of this.tabs) if (topics.has(topic)) tab.tell(what)
  }

  private become(state: State): void {
    if (state === this.state) return
    this.state = state
    for (const tab of this.tabs.keys()) tab.tell({ kind: 'state', state })
  }
}
