// This tab's way to the event stream: what its pages want to hear of, while somebody looks at it.

import { effect, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Hub, type Ask, type State, type Tell } from './hub'
import { session } from '../api/call'

type Listener = { message(data: unknown): void; reset?(): void }

/** How the stream is. */
export const stream = signal<State>('idle')

const listeners = new Map<string, Set<Listener>>()
let send: ((ask: Ask) => void) | null = null

/** Hear of a topic until the returned function is called. */
export function listen(topic: string, listener: Listener): () => void {
  const all = listeners.get(topic) ?? new Set()
  all.add(listener)
  listeners.set(topic, all)
  want()
  return () => {
    all.delete(listener)
    if (all.size === 0) listeners.delete(topic)
    want()
  }
}

/** Hear of a topic while the component is shown. */
export function useTopic<T>(topic: string | null, message: (data: T) => void, reset?: () => void): void {
  useEffect(() => {
    if (!topic) return
    return listen(topic, { message: message as (data: unknown) => void, ...(reset ? { reset } : {}) })
  }, [topic])
}

/** Only those who look are told: a hidden tab costs nothing. */
function want(): void {
  const known = session.peek() !== null
  send?.({ kind: 'want', topics: document.hidden || !known ? [] : [...listeners.keys()] })
}

function hear(tell: Tell): void {
  if (tell.kind === 'state') {
    if (!document.hidden) stream.value = tell.state
    return
  }
  for (const listener of listeners.get(tell.topic) ?? []) {
    if (tell.kind === 'reset') listener.reset?.()
    else listener.message(tell.data)
  }
}

/** Begin. */
export function connect(): void {
  try {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'ostler' })
    worker.port.onmessage = event => hear(event.data as Tell)
    send = ask => worker.port.postMessage(ask)
  } catch {
    // No SharedWorker here: this tab has a stream of its own.
    const hub = new Hub()
    const tab = { tell: hear }
    send = ask => hub.hear(tab, ask)
  }
  document.addEventListener('visibilitychange', want)
  addEventListener('pagehide', () => send?.({ kind: 'bye' }))
  addEventListener('pageshow', want)
  effect(() => {
    session.value
    want()
  })
}
