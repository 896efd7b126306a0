import type { ComponentChildren } from 'preact'

export interface Tile {
  name: string
  value: ComponentChildren
  more?: ComponentChildren
  tone?: 'bad' | 'warn' | 'good' | undefined
}

/** A row of figures. */
export function Tiles({ label, tiles }: { label: string; tiles: Tile[] }) {
  return (
    <dl class="tiles" aria-label={label}>
      {tiles.map(tile => (
        <div class="tile" key={tile.name}>
          <dt>{tile.name}</dt>
          <dd>
            <span class={tile.tone}>{tile.value}</span>
          </dd>
          <dd class="aside">{tile.more ?? '\u00a0'}</dd>
        </div>
      ))}
    </dl>
  )
}
