// Adds to package-lock.json the platform packages that the registry at hand did not have when the lock was written.
// Without them `npm ci` refuses the lock ("Missing: … from lock file"), although no machine of ours would install them.
// Run after every `npm install` that changes the lock: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const lockFile = new URL('../package-lock.json', import.meta.url)
const platform =
  /(android|darwin|freebsd|linux|win32|openharmony)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64)(?:-(gnueabihf|musleabihf|gnu|musl|eabi|msvc))?$/

/** Optional dependencies that some package asks for and the lock does not have, as lock entries by path. */
export function missingEntries(lock) {
  const missing = new Map()
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const found = lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]
      if (found === undefined) missing.set(`node_modules/${name}`, toEntry(name, version, entry.dev === true))
    }
  }
  return missing
}

function toEntry(name, version, isDev) {
  const [, os, cpu, abi] = platform.exec(name) ?? []
  if (os === undefined) throw new Error(`${name} is missing in the lock file and is no platform package`)
  const libc = os === 'linux' && abi !== undefined ? { libc: [abi.startsWith('musl') ? 'musl' : 'glibc'] } : {}
  return { version, cpu: [cpu], ...(isDev && { dev: true }), ...libc, optional: true, os: [os] }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(lockFile, 'utf8'))
  const missing = missingEntries(lock)
  const entries = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(lockFile, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, null, 2)}\n`)
  console.log(`${missing.size} entries added`)
}
