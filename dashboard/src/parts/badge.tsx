import type { ComponentChildren } from 'preact'

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'idle'

const TONES: Record<string, Tone> = {
  online: 'good',
  ready: 'good',
  healthy: 'good',
  ok: 'good',
  live: 'good',
  starting: 'accent',
  reloading: 'accent',
  checking: 'accent',
  reading: 'accent',
  draining: 'accent',
  leaving: 'accent',
  stopping: 'warn',
  waiting: 'warn',
  degraded: 'warn',
  paused: 'warn',
  warn: 'warn',
  stalled: 'bad',
  failed: 'bad',
  unhealthy: 'bad',
  down: 'bad',
  error: 'bad',
  fatal: 'bad',
}

/** How a state is coloured. */
export const tone = (state: string): Tone => TONES[state] ?? 'idle'

export function Badge({ state, children, is }: { state?: string; is?: Tone; children?: ComponentChildren }) {
  return <span class={`badge ${is ?? tone(state ?? '')}`}>{children ?? state}</span>
}

/** How much of a whole is used. */
export function Bar({ share, label }: { share: number; label: string }) {
  const used = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0))
  const hot = used > 0.95 ? 'bad' : used > 0.8 ? 'warn' : ''
  return (
    <span class={`bar ${hot}`} role="img" aria-label={label}>
      <i style={{ width: `${used * 100}%` }} />
    </span>
  )
}
