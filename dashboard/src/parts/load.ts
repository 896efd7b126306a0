// Something asked for once, again on demand, and again every so often while it is looked at.

import { useEffect, useRef, useState } from 'preact/hooks'
import { session } from '../api/call'

export interface Loaded<T> {
  data: T | null
  error: unknown
  again: () => void
}

export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, deps: unknown[], everyMs = 0): Loaded<T> {
  const [state, set] = useState<{ data: T | null; error: unknown }>({ data: null, error: null })
  const [turn, next] = useState(0)
  const who = session.value?.user
  const loaded = useRef(load)
  loaded.current = load
  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const round = async () => {
      try {
        if (!document.hidden) set({ data: await loaded.current(abort.signal), error: null })
      } catch (error) {
        if (!abort.signal.aborted) set(old => ({ data: old.data, error }))
      }
      if (everyMs && !abort.signal.aborted) timer = setTimeout(round, everyMs)
    }
    void round()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [...deps, turn, who])
  return { ...state, again: () => next(turn + 1) }
}
