// The frame around the pages.

import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import icon from './icon.svg'
import { logout, session, wantsLogin } from './api/call'
import { stream } from './live/connect'
import { isKnown, status } from './live/now'
import { Confirm } from './parts/confirm'
import { Icon } from './parts/icon'
import { Toasts, act } from './parts/toast'
import { Login } from './pages/login'
import { PAGES, pageOf } from './pages'
import { place, to } from './place'
import { nextTheme, theme } from './theme'

const isOpen = signal(false)

export function Frame() {
  const page = pageOf(place.value.page)
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    const project = status.value?.project.split('/').pop()
    document.title = project ? `${page.title} · ${project} · Ostler` : `${page.title} · Ostler`
  }, [page, status.value?.project])
  useEffect(() => {
    isOpen.value = false
  }, [page, session.value?.user])
  return (
    <>
      <a class="skip" href="#main" onClick={event => (event.preventDefault(), main.current?.focus())}>
        Skip to the page
      </a>
      <div class="frame">
        <Pages current={page.name} />
        <main id="main" ref={main} tabIndex={-1}>
          <div class="head">
            <h1>{page.title}</h1>
            <span class="spacer" />
            <Pulse />
          </div>
          <page.View key={page.name} />
        </main>
      </div>
      <Toasts />
      <Confirm />
      <Login />
    </>
  )
}

function Pages({ current }: { current: string }) {
  return (
    <header class={isOpen.value ? 'pages open' : 'pages'}>
      <div class="top">
        <a class="brand" href={to('overview')}>
          <img src={icon} alt="" width="24" height="24" />
          Ostler
        </a>
        <button class="more" aria-expanded={isOpen.value} aria-controls="pages" onClick={() => (isOpen.value = !isOpen.value)}>
          <Icon name={isOpen.value ? 'close' : 'menu'} />
          Pages
        </button>
      </div>
      <nav id="pages" aria-label="Pages">
        <ul>
          {PAGES.map(page => (
            <li key={page.name}>
              <a href={to(page.name)} aria-current={page.name === current ? 'page' : undefined} onClick={() => (isOpen.value = false)}>
                <Icon name={page.name} />
                {page.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Who />
    </header>
  )
}

function Who() {
  const who = session.value
  return (
    <div class="who">
      {isKnown.value ? (
        <div class="name">
          {who?.user} <span class="soft">· {who?.role}</span>
        </div>
      ) : (
        <div class="soft">Not logged in: figures only</div>
      )}
      <div class="row">
        {isKnown.value ? (
          <button key="out" class="small" onClick={() => act(async () => (await logout(), 'Logged out.'))}>
            Log out
          </button>
        ) : (
          <button key="in" class="small primary" onClick={() => (wantsLogin.value = true)}>
            Log in
          </button>
        )}
        <button class="small" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change`} title={`Colours: ${theme.value}`}>
          <Icon name={theme.value} />
        </button>
      </div>
    </div>
  )
}

const STREAM = {
  idle: ['warn', 'Connecting'],
  connecting: ['warn', 'Connecting'],
  live: ['good', 'Live'],
  lost: ['bad', 'Lost, trying again'],
  refused: ['bad', 'Refused'],
} as const

function Pulse() {
  const [tone, word] = STREAM[stream.value]
  const project = status.value?.project
  return (
    <>
      <span class="pulse mono" title={project}>
        {project?.split('/').pop()}
      </span>
      <span class="pulse" role="status">
        <i class={`dot ${tone}`} />
        {word}
      </span>
    </>
  )
}
