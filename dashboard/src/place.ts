// Which page is shown, and with what: `#/logs?level=error`.

import { signal } from '@preact/signals'

export interface Place {
  page: string
  query: URLSearchParams
}

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { page: path || 'overview', query: new URLSearchParams(query) }
}

export const place = signal<Place>(read())

addEventListener('hashchange', () => {
  place.value = read()
})

/** The address of a page. */
export function to(page: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const text = new URLSearchParams(given).toString()
  return `#/${page}${text ? `?${text}` : ''}`
}

/** Go there without a step in the history: for filters. */
export function amend(page: string, query: Record<string, string | undefined>): void {
  history.replaceState(null, '', to(page, query))
  place.value = read()
}
