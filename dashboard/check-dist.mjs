// Whether dist is what the sources give, is small enough, and its compressed forms are of the same files.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { build } from 'vite'

const BYTES_MAX = 150_000
const FORMS = { '.br': brotliDecompressSync, '.gz': gunzipSync }

const files = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

function fail(text) {
  console.error(`dashboard: ${text}. Run \`npm run build\` in dashboard and commit dashboard/dist.`)
  process.exitCode = 1
}

const fresh = mkdtempSync(join(tmpdir(), 'ostler-dashboard-'))
await build({ logLevel: 'error', build: { outDir: fresh, emptyOutDir: true } })
const dist = join(import.meta.dirname, 'dist')
if (files(fresh).join() !== files(dist).join()) fail('dist has other files than the sources give')

let bytes = 0
for (const name of files(dist)) {
  const form = Object.keys(FORMS).find(ending => name.endsWith(ending))
  const text = readFileSync(join(dist, name))
  if (!form) {
    const wanted = files(fresh).includes(name) ? readFileSync(join(fresh, name)) : null
    if (!wanted?.equals(text)) fail(`dist/${name} differs from what the sources give`)
    continue
  }
  // Another version of zlib may compress otherwise: what counts is what comes out.
  const plain = readFileSync(join(dist, name.slice(0, -form.length)))
  if (!FORMS[form](text).equals(plain)) fail(`dist/${name} is not that file compressed`)
  if (form === '.br') bytes += text.length
}
rmSync(fresh, { recursive: true })
if (bytes > BYTES_MAX) fail(`dist is ${bytes} bytes compressed, at most ${BYTES_MAX} may be`)
console.log(`dashboard/dist is what the sources give: ${bytes} bytes compressed`)
