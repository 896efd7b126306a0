// Asking the admin API. Every failure becomes a Refused whose text says what happened.

import { signal } from '@preact/signals'
import type { Session } from './types'

/** Who this is; null until the server has said. */
export const session = signal<Session | null>(null)

/** Whether the login form is asked for. */
export const wantsLogin = signal(false)

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

const UNREACHABLE = 'Ostler does not answer. It may be restarting; this page tries again.'

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init })
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new Refused(0, UNREACHABLE)
  }
  if (response.ok) return response
  throw new Refused(response.status, await reason(response))
}

async function reason(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { error?: unknown }
    if (typeof body.error === 'string') return body.error
  } catch {
    // No JSON: the status must do.
  }
  return `The server answered ${response.status}.`
}

/** GET, as JSON. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(path, signal ? { signal } : {})
  return (await response.json()) as T
}

/** POST JSON, get JSON. Carries the session's token against forged requests. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  const csrf = session.value?.csrf
  if (csrf) headers['X-Ostler-CSRF'] = csrf
  const response = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}

/** GET JSON lines, each given to `each` as it comes. */
export async function lines<T>(path: string, each: (line: T) => void, signal: AbortSignal): Promise<void> {
  const response = await ask(path, { signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const piece = await reader?.read()
    if (!piece || piece.done) break
    const parts = (rest + piece.value).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part) each(JSON.parse(part) as T)
  }
  if (rest) each(JSON.parse(rest) as T)
}

/** Ask who this is. */
export async function recognise(): Promise<void> {
  session.value = await get<Session>('/api/v1/session')
}

export async function login(given: { token: string } | { user: string; password: string }): Promise<void> {
  session.value = await post<Session>('/api/v1/login', given)
  wantsLogin.value = false
}

export async function logout(): Promise<void> {
  session.value = await post<Session>('/api/v1/logout', {})
}
