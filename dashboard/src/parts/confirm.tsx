// Asking before something is done that others notice.

import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

interface Question {
  title: string
  text: string
  verb: string
  danger?: boolean
  answer: (yes: boolean) => void
}

const question = signal<Question | null>(null)

/** Resolves to whether it shall be done. */
export function confirm(asked: Omit<Question, 'answer'>): Promise<boolean> {
  return new Promise(resolve => {
    question.value = {
      ...asked,
      answer: yes => {
        question.value = null
        resolve(yes)
      },
    }
  })
}

export function Confirm() {
  const dialog = useRef<HTMLDialogElement>(null)
  const asked = question.value
  useEffect(() => {
    if (asked) dialog.current?.showModal()
    else dialog.current?.close()
  }, [asked])
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onCancel={() => asked?.answer(false)}>
      {asked && (
        <div class="form">
          <div>
            <h2 id="confirm-title">{asked.title}</h2>
            <p class="soft">{asked.text}</p>
          </div>
          <div class="buttons">
            <button onClick={() => asked.answer(false)}>Cancel</button>
            <button class={asked.danger ? 'danger' : 'primary'} onClick={() => asked.answer(true)}>
              {asked.verb}
            </button>
          </div>
        </div>
      )}
    </dialog>
  )
}
