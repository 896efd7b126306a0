// What was lost lately of what Ostler keeps and sends: each counter of it that grew.

import { get } from '../api/call'
import { count } from '../format'
import { useLoaded } from '../parts/load'

interface Vector {
  data: { result: { metric: Record<string, string>; value: [number, string] }[] }
}

type Say = (n: string, labels: Record<string, string>) => string

/** What ages out is no loss. */
const COUNTERS: [string, Say][] = [
  ['ostler_observe_logs_dropped_total{reason!="expired"}', (n, { reason }) => `${n} log lines were not kept (${reason})`],
  ['ostler_observe_metrics_dropped_total', (n, { why }) => `${n} samples of metrics were not kept (${why})`],
  ['ostler_observe_export_dropped_total', (n, { export: to, reason }) => `${n} records were not sent to ${to} (${reason})`],
  ['ostler_log_dropped_total', (n, { app }) => `${n} lines of ${app} were not written out, since terminal or disk was too slow`],
  ['ostler_edge_access_dropped_total', (n, { why }) => `${n} lines of the access log were lost (${why})`],
]

const WITHIN = '15m'
const AGAIN_MS = 10_000

async function losses(signal: AbortSignal): Promise<string[]> {
  const asked = COUNTERS.map(async ([counter, say]) => {
    const query = new URLSearchParams({ query: `increase(${counter}[${WITHIN}]) >= 1` })
    const reply = await get<Vector>(`/api/v1/query?${query}`, signal)
    return reply.data.result.map(one => say(count(Math.round(Number(one.value[1]))), one.metric))
  })
  return (await Promise.all(asked)).flat()
}

/** In sentences; none where no history is kept. */
export function useLosses(): string[] {
  const { data } = useLoaded(losses, [], AGAIN_MS)
  return (data ?? []).map(text => `In the last 15 minutes ${text}.`)
}
