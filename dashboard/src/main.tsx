// The dashboard: begin.

import { effect } from '@preact/signals'
import { render } from 'preact'
import './style/base.css'
import './style/frame.css'
import './style/parts.css'
import './style/pages.css'
import { recognise, session } from './api/call'
import { Frame } from './frame'
import { connect, stream } from './live/connect'
import { followEvents, followStatus, isKnown } from './live/now'

const AGAIN_MS = 2000

connect()
followStatus()

// Events may be seen by those who are known only.
effect(() => {
  if (isKnown.value) return followEvents()
  return undefined
})

// A stream that breaks may mean that the session ended: ask anew who this is.
async function ask(): Promise<void> {
  try {
    await recognise()
  } catch {
    if (session.peek() === null) setTimeout(ask, AGAIN_MS)
  }
}

effect(() => {
  if (stream.value === 'lost') void ask()
})
void ask()

const app = document.getElementById('app')
if (app) render(<Frame />, app)
