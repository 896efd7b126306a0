// Figures as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A count in full: 12,345. */
export const count = (n: number): string => whole.format(n)

/** A count in few characters: 12.3K. */
export const brief = (n: number): string => (Math.abs(n) < 1000 ? whole.format(n) : short.format(n))

/** A rate: three digits at most. */
export function rate(n: number): string {
  if (!Number.isFinite(n)) return '–'
  if (n === 0) return '0'
  if (n < 1) return String(Number(n.toPrecision(2)))
  if (n < 10) return n.toFixed(1)
  return brief(n)
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes: 81 MB. */
export function bytes(n: number): string {
  let size = n
  let unit = 0
  while (size >= 999.5 && unit < SIZES.length - 1) {
    size /= 1000
    unit += 1
  }
  const digits = unit === 0 || size >= 99.5 ? 0 : size >= 9.95 ? 1 : 2
  return `${size.toFixed(digits)} ${SIZES[unit]}`
}

/** Milliseconds: 4.2 ms, 1.3 s. */
export function ms(n: number | null | undefined): string {
  if (n == null || !Number.isFinite(n)) return '–'
  if (n >= 1000) return `${(n / 1000).toFixed(n >= 10_000 ? 0 : 1)} s`
  return `${n >= 99.5 ? n.toFixed(0) : n >= 9.95 ? n.toFixed(1) : n.toFixed(2)} ms`
}

/** A share of one as percent. */
export function percent(n: number | null | undefined): string {
  if (n == null || !Number.isFinite(n)) return '–'
  const value = n * 100
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(1) : '<0.1'} %`
}

/** How long: 3 d 4 h. */
export function span(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ]
  const from = parts.findIndex(([n]) => n > 0)
  if (from < 0) return '0 s'
  return parts
    .slice(from, from + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ')
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

/** The time of day; with the date if it was not today. */
export function time(at: number): string {
  const when = new Date(at)
  const today = new Date().toDateString() === when.toDateString()
  return today ? clock.format(when) : `${day.format(when)} ${clock.format(when)}`
}

/** With milliseconds, for log lines. */
export function exactTime(at: number): string {
  return `${time(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`
}

/** `1 worker`, `2 workers`. */
export const many = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`
