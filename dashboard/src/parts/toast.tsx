// How an action went, told in a corner.

import { signal } from '@preact/signals'
import { Refused, wantsLogin } from '../api/call'
import { Icon } from './icon'

interface Toast {
  id: number
  text: string
  bad: boolean
}

const toasts = signal<Toast[]>([])
const GOOD_MS = 6000
let last = 0

function show(text: string, bad: boolean): void {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, text, bad }]
  // What went wrong stays until it is put away.
  if (!bad) setTimeout(() => drop(id), GOOD_MS)
}

function drop(id: number): void {
  toasts.value = toasts.value.filter(toast => toast.id !== id)
}

export const told = (text: string): void => show(text, false)

export function failed(error: unknown): void {
  if (error instanceof Refused && error.status === 401) wantsLogin.value = true
  show(error instanceof Error ? error.message : String(error), true)
}

/** Do something and say how it went. */
export async function act(what: () => Promise<string>): Promise<boolean> {
  try {
    told(await what())
    return true
  } catch (error) {
    failed(error)
    return false
  }
}

export function Toasts() {
  return (
    <div class="toasts" aria-live="polite" role="status">
      {toasts.value.map(toast => (
        <div class={`toast ${toast.bad ? 'bad' : ''}`} key={toast.id}>
          <p>{toast.text}</p>
          <button class="plain small" aria-label="Put away" onClick={() => drop(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}
