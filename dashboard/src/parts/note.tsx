// What a page says when it has nothing to show, something went wrong, or it waits.

import type { ComponentChildren } from 'preact'
import { Refused, wantsLogin } from '../api/call'

export function Nothing({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="note">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  )
}

export function Wrong({ error, again }: { error: unknown; again?: () => void }) {
  if (error instanceof Refused && error.status === 401) return <NeedsLogin />
  const text = error instanceof Error ? error.message : String(error)
  return (
    <div class="alert bad" role="alert">
      <p>{text}</p>
      {again && <button onClick={again}>Try again</button>}
    </div>
  )
}

export function NeedsLogin() {
  return (
    <div class="note">
      <strong>Log in to see this</strong>
      <p>Log lines, events and the config can hold secrets. Anybody on this machine sees the figures; this needs the admin token or a user.</p>
      <button class="primary" onClick={() => (wantsLogin.value = true)}>
        Log in
      </button>
    </div>
  )
}

/** Takes the room of what comes, so that nothing jumps. */
export function Waiting({ height = 120 }: { height?: number }) {
  return (
    <div role="status">
      <div class="wait" style={{ height: `${height}px` }} />
      <span class="unseen">Loading</span>
    </div>
  )
}
