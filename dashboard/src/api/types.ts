// Bodies of the admin API, as in crates/model/src/api.

export type AppState = 'starting' | 'online' | 'reloading' | 'degraded' | 'failed' | 'stopping' | 'stopped'
export type WorkerState = 'starting' | 'ready' | 'stalled' | 'draining' | 'stopping' | 'waiting'

export interface Worker {
  id: number
  number: number
  pid: number
  state: WorkerState
  generation: number
  uptime_seconds: number
  restarts: number
  cpu_percent: number
  rss_bytes: number
  heap_bytes: number
  loop_delay_ms: number | null
  loop_utilisation: number | null
  in_flight: number
  upgraded: number
  requests: number
  requests_per_second: number
  failures: number
  p50_ms: number | null
  p99_ms: number | null
}

export interface App {
  name: string
  state: AppState
  reason: string | null
  workers_target: number
  workers_min: number
  workers_max: number
  generation: number
  restarts: number
  workers: Worker[]
}

export interface Server {
  url: string
  state: 'checking' | 'healthy' | 'unhealthy' | 'leaving'
  reason: string | null
  in_flight: number
  upgraded: number
  requests: number
  failures: number
}

export interface Upstream {
  name: string
  faults: string[]
  servers: Server[]
}

export interface Tier {
  objects: number
  bytes: number
  bytes_max: number
  evicted: number
}

export interface Disk extends Tier {
  state: 'reading' | 'ready' | 'paused' | 'closed'
  slow: number
  refused: number
  unread: number
  corrupt: number
}

export interface CacheStatus {
  requests: number
  answered: number
  memory: Tier
  disk: Disk | null
}

export interface StoreFigures {
  running: boolean
  refuses: string | null
  durability: string | null
  keys: number
  memory_bytes: number
  memory_bytes_max: number
  clients: number
  commands_per_second: number
}

export interface StoreStatus {
  url: string
  inside: StoreFigures | null
}

export interface Status {
  version: string
  pid: number
  project: string
  uptime_seconds: number
  rss_bytes: number
  listen: string[]
  admin: string | null
  edge: { connections: number; requests: number; requests_per_second: number; refused: number }
  apps: App[]
  upstreams: Upstream[]
  cache: CacheStatus | null
  store: StoreStatus | null
  exports?: ExportStatus[]
}

export interface ExportStatus {
  name: string
  to: string
  place: string
  waiting: number
  waiting_bytes: number
  sent: number
  dropped_full: number
  dropped_disk: number
  dropped_refused: number
  failures: number
  failing_since_ms: number | null
  last_error: string | null
  last_error_ms: number | null
}

/** What happened; `event` says which kind, the rest follows from that. */
export interface Happening {
  at_ms: number
  app: string
  event: string
  [more: string]: unknown
}

export interface Missed {
  missed: number
}

export interface ReloadReport {
  app: string
  ok: boolean
  generation: number
  took_ms: number
  reason: string | null
  stderr: string[]
}

export interface PurgeReport {
  memory: number
  disk: number
  complete: boolean
}

export type Role = 'admin' | 'viewer'

export interface Session {
  user: string | null
  role: Role | null
  csrf: string | null
  /** There are users with passwords. */
  users: boolean
}

export interface Origin {
  key: string
  value: unknown
  default: string | null
  origin: string
  change: string
  help: string
}

export interface AuditEntry {
  at_ms: number
  user: string
  role: Role
  via: 'session' | 'token' | 'socket' | 'login'
  from: string
  action: string
  detail: unknown
  outcome: string
}

export interface SlowCommand {
  id: number
  at_ms: number
  took_us: number
  command: string[]
  client: string
}

export interface CommandFigures {
  command: string
  calls: number
  usec: number
  usec_per_call: number
  rejected: number
  failed: number
}

export interface LogEntry {
  at_ms: number
  app: string
  worker: number | null
  stream: string
  level: string
  text: string
  fields?: Record<string, unknown>
  trace_id?: string
  request_id?: string
  raw: string
}

export interface LogCounts {
  step_ms: number
  from_ms: number
  counts: { at_ms: number; levels: Record<string, number> }[]
}

export interface GraphNode {
  id: string
  kind: string
  name: string
  detail: string
  state: string
  reason: string | null
  app: string | null
  number: number | null
  pid: number | null
  addresses: string[]
  x: number
  y: number
  width: number
  height: number
}

export interface GraphEdge {
  id: string
  from: string
  to: string
  requests_per_second: number | null
  errors_per_second: number
  connections: number | null
  state: string
  label: string
  thickness: number
  path: string
}

export interface Graph {
  at_ms: number
  title: string
  width: number
  height: number
  columns: { name: string; x: number; width: number }[]
  nodes: GraphNode[]
  edges: GraphEdge[]
  notes: string[]
}
