import type { ComponentChildren } from 'preact'

interface Props {
  title: string
  aside?: ComponentChildren
  children: ComponentChildren
  /** A table fills the panel to its edges. */
  flush?: boolean
}

export function Panel({ title, aside, children, flush }: Props) {
  return (
    <section class="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="spacer" />
        {aside}
      </header>
      {flush ? children : <div class="body">{children}</div>}
    </section>
  )
}

/** A table that scrolls sideways within itself; reachable by keyboard. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
