// What is known now: the status and what happened lately, shared by all pages.

import { computed, signal } from '@preact/signals'
import type { Happening, Missed, Status } from '../api/types'
import { session } from '../api/call'
import { listen } from './connect'

/** The last status; null until the first one came. */
export const status = signal<Status | null>(null)

/** When it came, in the browser's time. */
export const toldAt = signal(0)

/** What happened lately, newest first. */
export const events = signal<Happening[]>([])

/** A first status came. */
export const hasStatus = computed(() => status.value !== null)

/** May do more than look. */
export const isAdmin = computed(() => session.value?.role === 'admin')

/** May see what can hold secrets: logs, events, config. */
export const isKnown = computed(() => session.value?.role != null)

const EVENTS_MAX = 200

/** Hear of the status, for as long as the page lives. */
export function followStatus(): void {
  listen('status', {
    message: data => {
      status.value = data as Status
      toldAt.value = Date.now()
    },
  })
}

/** Hear of events while who looks may see them. */
export function followEvents(): () => void {
  return listen('events', {
    message: data => {
      const event = data as Happening | Missed
      if ('missed' in event) return
      events.value = [event, ...events.value].slice(0, EVENTS_MAX)
    },
    reset: () => {
      events.value = []
    },
  })
}
