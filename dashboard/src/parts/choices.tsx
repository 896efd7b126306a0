/** One of several, in a row of buttons. */
export function Choices({ label, names, chosen, choose }: { label: string; names: string[]; chosen: string; choose: (name: string) => void }) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {names.map(name => (
        <button key={name} aria-pressed={name === chosen} onClick={() => choose(name)}>
          {name}
        </button>
      ))}
    </div>
  )
}
