import { execFile } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, spawnRollcall, temporaryFolder } from '../harness/spawn.ts'
import type { Receiver } from '../provisioning/provisioned-pair.ts'

const run = promisify(execFile)
const installMs = 300_000

/** Why this machine cannot have it. */
export type Missing = { readonly missing: string }

type Peer = (folder: string) => Promise<readonly [string, ...string[]]>

/** SCIMMY with a Map on Express, whose handlers apply filters by its own means. */
export function startScimmy(): Promise<Receiver | Missing> {
  return start({ token: 'bench', ready: /ready (?<port>\d+)/, path: '/scim' }, async (folder) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'peer', private: true, type: 'module' }))
    copyFileSync(join(root, 'bench/peers/scimmy-server.mjs'), join(folder, 'server.mjs'))
    const packages = ['express@5.3.0', 'scimmy@1.3.5', 'scimmy-routers@1.3.2']
    await run('npm', ['install', '--no-save', '--ignore-scripts', ...packages], { cwd: folder, timeout: installMs })
    return [process.execPath, 'server.mjs']
  })
}

/** The server of the Python library of that name, which keeps everything in memory. */
export function startScim2Server(): Promise<Receiver | Missing> {
  const token = 'interop-token'
  return start({ token, ready: /Serving SCIM on http:\/\/127\.0\.0\.1:(?<port>\d+)/, path: '/v2' }, async (folder) => {
    await run('python3', ['-m', 'venv', folder])
    const pip = ['install', '--quiet', 'scim2-server==0.8.3']
    await run(join(folder, 'bin/pip'), pip, { timeout: installMs })
    const port = String(20_000 + Math.floor(Math.random() * 10_000))
    const python = [join(folder, 'bin/python'), '-u', join(folder, 'bin/scim2-server')] as const
    return [...python, '--bearer-token', token, '--port', port]
  })
}

/** What keeps a server from being installed is told, since a test that does not run must say why. */
async function start(
  { ready, path, ...known }: Pick<Receiver, 'token'> & { readonly ready: RegExp; readonly path: string },
  install: Peer,
): Promise<Receiver | Missing> {
  const folder = temporaryFolder('rollcall-scim-peer-')
  try {
    const command = await install(folder.path)
    const peer = spawnRollcall({ command, cwd: folder.path, environment: { FILTERING: 'yes' } })
    const { groups } = await peer.waitFor(ready)
    return {
      url: `http://127.0.0.1:${groups?.['port']}${path}`,
      ...known,
      close: async () => {
        await peer.stop()
        folder[Symbol.dispose]()
      },
    }
  } catch (error) {
    folder[Symbol.dispose]()
    return { missing: `It cannot be installed on this machine: ${String(error).trim().split('\n').at(-1)}` }
  }
}
