// Format, lint, types and dead code: everything that needs no running server. `npm run check` is this; `npm test` begins with it.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const checks = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  { name: 'types of packages/scim', command: ['tsc', '-p', 'packages/scim'] },
  { name: 'types of packages/expressions', command: ['tsc', '-p', 'packages/expressions'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of apps/console', command: ['tsc', '-p', 'apps/console'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'words of the console', command: ['node', 'scripts/check-catalogues.mjs'] },
]

/** Runs all checks, two at a time, and prints the output of those that failed; true when all passed. */
export async function check() {
  const waiting = [...checks]
  const failed = []
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { isOk, output, seconds } = await run(next.command)
      console.log(`${isOk ? 'ok    ' : 'failed'} ${next.name} (${seconds} s)`)
      if (!isOk) failed.push({ ...next, output })
    }
  }
  await Promise.all([worker(), worker()])
  for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output}`)
  return failed.length === 0
}

function run([tool, ...args]) {
  const started = Date.now()
  const child = spawn(tool === 'node' ? process.execPath : join(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    env: environment(),
  })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stderr.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve) => {
    const finish = (isOk) =>
      resolve({ isOk, output: Buffer.concat(chunks).toString(), seconds: ((Date.now() - started) / 1000).toFixed(1) })
    child.on('error', (error) => {
      chunks.push(Buffer.from(error.message))
      finish(false)
    })
    child.on('close', (code) => finish(code === 0))
  })
}

/** The tools are scripts that ask for `node`: give them the one that runs this. */
function environment() {
  return { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NO_COLOR: '1' }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await check()) ? 0 : 1)
