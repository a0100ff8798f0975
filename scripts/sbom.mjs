// Prints what an installation consists of as CycloneDX 1.6, from package-lock.json alone: the same text for the same lock.
// `npm sbom --omit=dev` (npm 11.19) leaves out every package that a tool of development needs too, such as zod and pino.
// Run: node scripts/sbom.mjs > rollcall.cdx.json
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const folder = 'node_modules/'

/** The list for a parsed lock file; `node` is the version of Node that runs all of it. */
export function toBillOfMaterials(lock, node) {
  const { packages } = lock
  const own = Object.keys(packages).filter((path) => !path.includes(folder) && path !== '')
  const needed = reach(packages, ['', ...own])
  const refOf = (path) => toComponent(path, packages[path])['bom-ref']
  const engine = { type: 'application', name: 'node', version: node, purl: `pkg:generic/node@${node}` }
  const components = [...needed.keys()].filter((path) => path !== '').map((path) => toComponent(path, packages[path]))
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: toComponent('', packages['']) },
    components: [{ 'bom-ref': engine.purl, ...engine }, ...unique(components)],
    dependencies: toDependencies(needed, refOf, [engine.purl, ...own.map(refOf)]),
  }
}

/** What the given packages need in production, each with what it needs itself; the flags of a lock file tell of less than that. */
function reach(packages, start) {
  const needed = new Map()
  const waiting = [...start]
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (needed.has(path)) continue
    const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta } = packages[path]
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta?.[name]?.optional !== true)
    const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
    const found = names.map((name) => resolve(packages, path, name)).filter((place) => place !== undefined)
    needed.set(path, found)
    waiting.push(...found)
  }
  return needed
}

function toComponent(path, entry) {
  const name = entry.name ?? path.slice(path.lastIndexOf(folder) + folder.length)
  const [group, bare] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const purl = toPurl(name, entry.version)
  return {
    type: path === '' ? 'application' : 'library',
    'bom-ref': purl,
    ...(group && { group }),
    name: bare,
    version: entry.version,
    ...(entry.optional && { scope: 'optional' }),
    ...(entry.integrity && { hashes: entry.integrity.split(' ').map(toHash) }),
    ...(entry.license && { licenses: [{ expression: entry.license }] }),
    purl,
  }
}

function toPurl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function toHash(integrity) {
  const [algorithm, base64] = integrity.split('-')
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') }
}

/** The same version may lie in several folders. */
function unique(components) {
  return [...new Map(components.map((component) => [component['bom-ref'], component])).values()]
}

function toDependencies(needed, refOf, ofRoot) {
  const edges = new Map([[refOf(''), new Set(ofRoot)]])
  for (const [path, found] of needed) {
    const known = edges.get(refOf(path)) ?? []
    edges.set(refOf(path), new Set([...known, ...found.map(refOf)]))
  }
  return [...edges].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].sort((a, b) => (a < b ? -1 : 1)) }))
}

/** As Node looks for a package: in the folder itself, then in each one above it; a link leads to what it links to. */
function resolve(packages, from, name) {
  for (let path = from; ; path = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '') {
    const place = `${path === '' ? '' : `${path}/`}${folder}${name}`
    const entry = packages[place]
    if (entry !== undefined) return entry.link ? entry.resolved : place
    if (path === '') return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'))
  const node = readFileSync(new URL('.node-version', root), 'utf8').trim()
  console.log(JSON.stringify(toBillOfMaterials(lock, node), null, 2))
}
