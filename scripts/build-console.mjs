// Builds the console into apps/console/dist when it is missing or is not of these sources; takes a moment when it is.
// `npm start`, `npm test` and the tests in a browser call it: without it they would show the console of another day.
// Run: node scripts/with-node.mjs scripts/build-console.mjs
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { withLock } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = join(root, 'apps', 'console')
const dist = join(home, 'dist')
/** What the server may send: written here, read there (http/console/assets.ts). */
const listName = 'assets.json'
const sources = [
  'apps/console/{index.html,package.json,vite.config.ts}',
  'apps/console/{src,public}/**/*',
  'packages/{admin-api,expressions,scim}/src/**/*.ts',
  'scripts/build-console.mjs',
  'package-lock.json',
]
const types = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}
const compressedFromBytes = 1024

/** Does nothing when `dist` is of these sources; otherwise builds, one process at a time. Whether it built. */
export async function buildConsole() {
  if (isCurrent()) return false
  return withLock(join(home, '.build-lock'), async () => {
    if (isCurrent()) return false
    const started = Date.now()
    console.error('Building the console …')
    await build(fingerprint())
    console.error(`Built the console in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
    return true
  })
}

function isCurrent() {
  try {
    return JSON.parse(readFileSync(join(dist, listName), 'utf8')).fingerprint === fingerprint()
  } catch {
    return false
  }
}

function fingerprint() {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort((a, b) => (a < b ? -1 : 1))
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

async function build(stamp) {
  const aside = join(home, `.dist-${process.pid}`)
  const [{ build: bundle }, { consoleConfig }] = await Promise.all([
    import('vite'),
    import(join(home, 'vite.config.ts')),
  ])
  try {
    await bundle(consoleConfig(aside))
    const page = readFileSync(join(aside, 'index.html'), 'utf8')
    const files = [...listed(aside), ...readdirSync(join(home, 'public'))]
    const assets = files.map((path) => describe(aside, path))
    writeFileSync(join(aside, listName), JSON.stringify({ fingerprint: stamp, page, assets }))
    rmSync(dist, { recursive: true, force: true })
    renameSync(aside, dist)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Every file that Vite's manifest names, and no other. */
function listed(directory) {
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))
  const paths = Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets])
  return [...new Set(paths)].filter((path) => extname(path) !== '.html')
}

function describe(directory, path) {
  const file = join(directory, path)
  const type = types[extname(path)]
  if (type === undefined) throw new Error(`${path}: no media type is known for ${extname(path)}`)
  const bytes = readFileSync(file)
  const isHashed = path.startsWith('assets/')
  const encodings = type.startsWith('image/png') || bytes.length < compressedFromBytes ? [] : compress(file, bytes)
  return { path, type, isHashed, etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22), encodings }
}

function compress(file, bytes) {
  const brotli = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: brotli }))
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  return ['br', 'gzip']
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url)))
  await buildConsole()
