// Every page, in the order of the list. Rooms for later ones: queues, faults, traces, profiles, alerts; a page
// is one line here and one file beside it.

import type { ComponentType } from 'preact'
import { About } from './about'
import { Audit } from './audit'
import { Cache } from './cache'
import { Config } from './config'
import { Diagram } from './diagram'
import { Logs } from './logs'
import { Overview } from './overview'
import { Routes } from './routes'
import { Store } from './store'
import { Workers } from './workers'

export interface Page {
  name: string
  title: string
  View: ComponentType
}

export const PAGES: Page[] = [
  { name: 'overview', title: 'Overview', View: Overview },
  { name: 'diagram', title: 'Diagram', View: Diagram },
  { name: 'workers', title: 'Workers', View: Workers },
  { name: 'routes', title: 'Routes', View: Routes },
  { name: 'cache', title: 'Cache', View: Cache },
  { name: 'store', title: 'Store', View: Store },
  { name: 'logs', title: 'Logs', View: Logs },
  { name: 'config', title: 'Config', View: Config },
  { name: 'audit', title: 'Audit', View: Audit },
  { name: 'about', title: 'About', View: About },
]

const FIRST = PAGES[0] as Page

/** The page of this name, or the first. */
export const pageOf = (name: string): Page => PAGES.find(page => page.name === name) ?? FIRST
