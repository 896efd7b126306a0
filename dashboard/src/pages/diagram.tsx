// The architecture as it runs now: drawn from the picture that Ostler lays out, moved as it changes.

import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { Graph, GraphEdge, GraphNode } from '../api/types'
import { useTopic } from '../live/connect'
import { isKnown } from '../live/now'
import { rate } from '../format'
import { Badge } from '../parts/badge'
import { NeedsLogin, Waiting } from '../parts/note'
import { Panel, Scroll } from '../parts/panel'

const picture = signal<Graph | null>(null)

export function Diagram() {
  return isKnown.value ? <Live /> : <NeedsLogin />
}

function Live() {
  useTopic<Graph>('diagram', graph => (picture.value = graph))
  const [chosen, choose] = useState<string | null>(null)
  const graph = picture.value
  if (!graph) return <Waiting height={420} />
  const node = graph.nodes.find(one => one.id === chosen) ?? null
  return (
    <div class="stack">
      <section class="panel picture" aria-label="Diagram">
        <div class="scroll" tabIndex={0} role="group" aria-label="Diagram, scrollable">
          <Picture graph={graph} chosen={node?.id ?? null} choose={id => choose(id === chosen ? null : id)} />
        </div>
        <Legend />
      </section>
      {graph.notes.map(note => (
        <p class="soft" key={note}>
          {note}
        </p>
      ))}
      {node ? <About node={node} graph={graph} close={() => choose(null)} /> : <Table graph={graph} />}
    </div>
  )
}

/** It shrinks to fit as far as it can be read, then it scrolls. */
const SMALLEST = 0.8

interface PictureProps {
  graph: Graph
  chosen: string | null
  choose: (id: string) => void
}

function Picture({ graph, chosen, choose }: PictureProps) {
  const near = new Set<string>()
  for (const edge of graph.edges) {
    if (edge.from === chosen || edge.to === chosen) {
      near.add(edge.id).add(edge.from).add(edge.to)
    }
  }
  const dim = (id: string) => (chosen && id !== chosen && !near.has(id) ? 'dim' : '')
  const summary = `${graph.nodes.length} parts, ${graph.edges.length} connections; the table below lists them`
  return (
    <svg class="graph" viewBox={`0 0 ${graph.width} ${graph.height}`} style={{ maxWidth: `${graph.width}px`, minWidth: `${graph.width * SMALLEST}px` }} role="group" aria-label={`Architecture: ${summary}`}>
      {graph.columns.map(column => (
        <text class="column" x={column.x + column.width / 2} y={18} key={column.name} text-anchor="middle">
          {column.name}
        </text>
      ))}
      <g fill="none">
        {graph.edges.map(edge => (
          <path key={edge.id} class={`edge ${edge.state} ${dim(edge.id)}`} d={edge.path} stroke-width={edge.thickness} data-edge={edge.id}>
            <title>{flow(edge)}</title>
          </path>
        ))}
      </g>
      {graph.nodes.map(node => (
        <Box node={node} key={node.id} chosen={node.id === chosen} dim={dim(node.id)} choose={choose} />
      ))}
      {graph.edges.map(edge => (edge.label ? <Label edge={edge} dim={dim(edge.id)} key={edge.id} /> : null))}
    </svg>
  )
}

interface BoxProps {
  node: GraphNode
  chosen: boolean
  dim: string
  choose: (id: string) => void
}

function Box({ node, chosen, dim, choose }: BoxProps) {
  const pick = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    choose(node.id)
  }
  return (
    <g
      class={`node ${node.state} ${chosen ? 'chosen' : ''} ${dim}`}
      style={{ transform: `translate(${node.x}px, ${node.y}px)` }}
      tabindex={0}
      role="button"
      aria-pressed={chosen}
      data-node={node.id}
      onClick={() => choose(node.id)}
      onKeyDown={pick}
    >
      <rect width={node.width} height={node.height} rx="7" />
      <rect class="side" width="4" height={node.height - 12} x="5" y="6" rx="2" />
      <text class="name" x="17" y={node.height / 2 - 3}>
        {fit(node.name, node.width, 7.3)}
      </text>
      <text class="detail" x="17" y={node.height / 2 + 13}>
        {fit(node.detail, node.width, 6.2)}
      </text>
    </g>
  )
}

/** As much of a text as there is room for. */
function fit(text: string, width: number, perChar: number): string {
  const room = Math.floor((width - 26) / perChar)
  return text.length > room ? `${text.slice(0, Math.max(1, room - 1))}…` : text
}

function Label({ edge, dim }: { edge: GraphEdge; dim: string }) {
  const ends = edge.path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []
  const [x1 = 0, y1 = 0] = ends
  const [x2 = 0, y2 = 0] = ends.slice(-2)
  return (
    <text class={`flow ${edge.state} ${dim}`} x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 4} text-anchor="middle">
      {edge.label}
    </text>
  )
}

const STATES: Record<string, string> = {
  good: 'as it should be',
  changing: 'on its way',
  ill: 'not as it should be',
  down: 'does not work',
  idle: 'nobody talks to it now',
}

const TONES = { good: 'good', changing: 'accent', ill: 'warn', down: 'bad', idle: 'idle' } as const

function Legend() {
  return (
    <ul class="legend states">
      {Object.entries(STATES).map(([state, text]) => (
        <li key={state} class={`is-${state}`}>
          <i />
          {text}
        </li>
      ))}
      <li>A line's width is its requests per second, its colour the share that fails.</li>
    </ul>
  )
}

function flow(edge: GraphEdge): string {
  const parts: string[] = []
  if (edge.requests_per_second !== null) parts.push(`${rate(edge.requests_per_second)} requests/s`)
  if (edge.errors_per_second > 0) parts.push(`${rate(edge.errors_per_second)} errors/s`)
  if (edge.connections !== null) parts.push(`${edge.connections} connections`)
  return parts.join(', ') || 'nothing now'
}

function State({ node }: { node: GraphNode }) {
  return <Badge is={TONES[node.state as keyof typeof TONES] ?? 'idle'}>{STATES[node.state] ?? node.state}</Badge>
}

function About({ node, graph, close }: { node: GraphNode; graph: Graph; close: () => void }) {
  const name = (id: string) => graph.nodes.find(one => one.id === id)?.name ?? id
  const edges = graph.edges.filter(edge => edge.from === node.id || edge.to === node.id)
  return (
    <Panel
      title={`${node.kind} ${node.name}`}
      aside={
        <button class="small" onClick={close}>
          Show all
        </button>
      }
    >
      <dl class="facts">
        <dt>State</dt>
        <dd>
          <State node={node} />
          {node.reason && <span>{node.reason}</span>}
        </dd>
        <dt>Does</dt>
        <dd>{node.detail || '–'}</dd>
        {node.pid !== null && (
          <>
            <dt>Process</dt>
            <dd class="mono">{node.pid}</dd>
          </>
        )}
        {node.addresses.length > 0 && (
          <>
            <dt>Address</dt>
            <dd class="mono">{node.addresses.join(', ')}</dd>
          </>
        )}
        <dt>Talks</dt>
        <dd>
          {edges.length === 0 && 'with nobody now'}
          {edges.map(edge => (
            <div key={edge.id}>
              {edge.from === node.id ? '→' : '←'} {name(edge.from === node.id ? edge.to : edge.from)}: {flow(edge)}
            </div>
          ))}
        </dd>
      </dl>
    </Panel>
  )
}

function Table({ graph }: { graph: Graph }) {
  return (
    <Panel title="The same as a table" flush>
      <Scroll label="Parts">
        <table>
          <thead>
            <tr>
              {['Part', 'Kind', 'State', 'Does'].map(name => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map(node => (
              <tr key={node.id}>
                <th scope="row">{node.name}</th>
                <td>{node.kind}</td>
                <td>
                  <State node={node} />
                </td>
                <td class="wrap">{node.reason ?? node.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}
