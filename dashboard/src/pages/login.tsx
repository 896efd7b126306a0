// Logging in, with the token or as a user.

import { useEffect, useRef, useState } from 'preact/hooks'
import { login, session, wantsLogin } from '../api/call'
import { told } from '../parts/toast'

export function Login() {
  const dialog = useRef<HTMLDialogElement>(null)
  const hasUsers = session.value?.users ?? false
  const [asUser, setAsUser] = useState(false)
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const isOpen = wantsLogin.value

  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
    setError('')
    setAsUser(hasUsers)
  }, [isOpen, hasUsers])

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const text = (name: string) => String(new FormData(form).get(name) ?? '')
    setBusy(true)
    setError('')
    try {
      await login(asUser ? { user: text('user'), password: text('password') } : { token: text('token').trim() })
      form.reset()
      told(`Logged in as ${session.value?.user ?? ''}, ${session.value?.role ?? ''}.`)
    } catch (error) {
      setError(error instanceof Error ? error.message : String(error))
    }
    setBusy(false)
  }

  return (
    <dialog ref={dialog} aria-labelledby="login-title" onCancel={() => (wantsLogin.value = false)}>
      <form onSubmit={submit}>
        <div>
          <h2 id="login-title">Log in</h2>
          {!asUser && (
            <p class="soft">
              The token is <code>admin.token</code> in <code>ostler.toml</code>, or what <code>ostler admin token</code> prints in the project's folder.
            </p>
          )}
        </div>
        {hasUsers && (
          <div class="choices" role="group" aria-label="How">
            <button type="button" aria-pressed={asUser} onClick={() => setAsUser(true)}>
              As a user
            </button>
            <button type="button" aria-pressed={!asUser} onClick={() => setAsUser(false)}>
              With the token
            </button>
          </div>
        )}
        {asUser ? (
          <>
            <label class="field">
              Name
              <input name="user" autocomplete="username" required />
            </label>
            <label class="field">
              Password
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
          </>
        ) : (
          <label class="field">
            Token
            <input name="token" type="password" autocomplete="off" required />
          </label>
        )}
        {error && (
          <p class="bad" role="alert">
            {error}
          </p>
        )}
        <div class="buttons">
          <button type="button" onClick={() => (wantsLogin.value = false)}>
            Cancel
          </button>
          <button class="primary" disabled={busy}>
            {busy ? 'Logging in…' : 'Log in'}
          </button>
        </div>
      </form>
    </dialog>
  )
}
