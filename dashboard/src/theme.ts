// Dark or light: what the system says, or what was chosen here.

import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'ostler-theme'

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

export const theme = signal<Theme>(stored())

/** Counts up when colours change, for what draws with them. */
export const painted = signal(0)

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  painted.value += 1
})

effect(() => {
  const chosen = theme.value
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
  painted.value = painted.peek() + 1
  try {
    if (chosen === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen)
  } catch {
    // Not kept, then.
  }
})

export function nextTheme(): void {
  theme.value = theme.value === 'system' ? 'dark' : theme.value === 'dark' ? 'light' : 'system'
}

const probe = document.createElement('i')
probe.hidden = true

/** A colour of the style sheet as a canvas takes it. */
export function colour(name: string): string {
  if (!probe.isConnected) document.body.append(probe)
  probe.style.color = `var(--${name})`
  return getComputedStyle(probe).color
}
