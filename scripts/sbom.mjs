// Prints what an installation consists of as CycloneDX 1.6, from package-lock.json alone: the same text for the same lock.
// `npm sbom --omit=dev` (npm 11.19) leaves out every package that a tool of development needs too, such as zod and pino.
// Run: node scripts/sbom.mjs > rollcall.cdx.json
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const folder = 'node_modules/'

/** The list for a parsed lock file; `node` is the version of Node that runs all of it. */
export function toBillOfMaterials(lock, node) {
  const shipped = Object.entries(lock.packages).filter(([, entry]) => !entry.dev && !entry.link)
  const own = shipped.filter(([path]) => !path.includes(folder) && path !== '')
  const foreign = shipped.filter(([path]) => path.includes(folder))
  const main = toComponent('', { ...lock.packages[''], name: lock.name })
  const engine = { type: 'application', name: 'node', version: node, purl: `pkg:generic/node@${node}` }
  const components = [...own, ...foreign].map(([path, entry]) => toComponent(path, entry))
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: main },
    components: [{ 'bom-ref': engine.purl, ...engine }, ...unique(components)],
    dependencies: toDependencies(lock.packages, shipped, own, engine.purl),
  }
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

function toDependencies(packages, shipped, own, engine) {
  const refOf = (path) => toComponent(path, packages[path])['bom-ref']
  const rootRef = toPurl(packages[''].name, packages[''].version)
  const edges = new Map([[rootRef, new Set([engine, ...own.map(([path]) => refOf(path))])]])
  for (const [path, entry] of shipped.filter(([each]) => each !== '')) {
    const names = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
    const found = names.map((name) => resolve(packages, path, name)).filter((each) => each !== undefined)
    const known = edges.get(refOf(path)) ?? new Set()
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
