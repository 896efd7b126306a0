// The SharedWorker: all tabs of a browser, one hub.

import { Hub, type Ask } from './hub'

const hub = new Hub()
const scope = self as unknown as { onconnect: ((event: MessageEvent) => void) | null }

scope.onconnect = event => {
  const port = event.ports[0]
  if (!port) return
  const tab = { tell: (what: unknown) => port.postMessage(what) }
  port.onmessage = message => hub.hear(tab, message.data as Ask)
}
