import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '../harness/spawn.ts'

const run = promisify(execFile)
const certificates = fileURLToPath(new URL('../ground/certificates/', import.meta.url))

/** Why this machine cannot have it. */
export type Missing = { readonly missing: string }

export const slapdBase = 'dc=acme,dc=test'
export const slapdRoot = { dn: `cn=admin,${slapdBase}`, password: 'correct-horse' }

/** OpenLDAP's server of the machine's Debian, unpacked into a folder: nothing is installed. */
export type Slapd = AsyncDisposable & {
  readonly version: string
  /** Over TLS, with the certificate of `localhost` as its own authority. */
  readonly url: string
  readonly startTlsUrl: string
  /** Ends it at once, as a failing machine does. */
  kill(): Promise<void>
  start(): Promise<void>
}

export type SlapdOptions = {
  /** Offers syncrepl, and remembers so many changes; left out: it offers none. */
  readonly syncLogMax?: number
}

/** Gets the packages by apt; what keeps it from that is told, since a test that does not run must say why. */
export async function startSlapd(seed: string, options: SlapdOptions = {}): Promise<Slapd | Missing> {
  const folder = temporaryFolder('rollcall-slapd-')
  try {
    const version = await unpack(folder.path)
    const ports = { plain: await findPort(), tls: await findPort() }
    configure(folder.path, options)
    writeFileSync(join(folder.path, 'seed.ldif'), seed)
    const conf = join(folder.path, 'slapd.conf')
    const environment = { ...process.env, LD_LIBRARY_PATH: librariesOf(folder.path) }
    const binary = join(folder.path, 'usr/sbin/slapd')
    await run(binary, ['-T', 'add', '-f', conf, '-l', join(folder.path, 'seed.ldif')], { env: environment })
    const urls = `ldap://127.0.0.1:${ports.plain} ldaps://127.0.0.1:${ports.tls}`
    let running: ChildProcess | undefined
    const start = async (): Promise<void> => {
      running = spawn(binary, ['-d', '0', '-f', conf, '-h', urls], { env: environment, stdio: 'ignore' })
      await untilOpen(ports.tls)
    }
    const kill = async (): Promise<void> => {
      const ended = new Promise((resolve) => running?.once('exit', resolve))
      if (running?.exitCode !== null || !running.kill('SIGKILL')) return
      await ended
    }
    await start()
    return {
      version,
      url: `ldaps://localhost:${ports.tls}`,
      startTlsUrl: `ldap://localhost:${ports.plain}`,
      kill,
      start,
      [Symbol.asyncDispose]: async () => {
        await kill()
        folder[Symbol.dispose]()
      },
    }
  } catch (error) {
    folder[Symbol.dispose]()
    const last = String(error).trim().split('\n').at(-1)
    return { missing: `OpenLDAP's slapd cannot be had by apt-get on this machine: ${last}` }
  }
}

/** With the libraries that this machine lacks. Gives the version. */
async function unpack(folder: string): Promise<string> {
  const plan = await run('apt-get', ['--simulate', '--no-install-recommends', 'install', 'slapd'])
  const lacking = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
  const packages = [...new Set(['slapd', ...lacking])]
  const patience = ['--option=Acquire::http::Timeout=20', '--option=Acquire::Retries=1']
  await run('apt-get', [...patience, 'download', ...packages], { cwd: folder })
  const files = globSync('*.deb', { cwd: folder })
  for (const file of files) await run('dpkg-deb', ['--extract', file, '.'], { cwd: folder })
  return /_([^_]+)_/.exec(files.find((file) => file.startsWith('slapd_')) ?? '')?.[1] ?? ''
}

function configure(folder: string, { syncLogMax }: SlapdOptions): void {
  mkdirSync(join(folder, 'data'), { recursive: true })
  const schema = (name: string): string => `include ${join(folder, `etc/ldap/schema/${name}.schema`)}`
  const lines = [
    ...['core', 'cosine', 'nis', 'inetorgperson'].map(schema),
    `modulepath ${join(folder, 'usr/lib/ldap')}`,
    'moduleload back_mdb',
    'moduleload ppolicy',
    'moduleload syncprov',
    `pidfile ${join(folder, 'slapd.pid')}`,
    `TLSCertificateFile ${certificates}first.cert.pem`,
    `TLSCertificateKeyFile ${certificates}first.key.pem`,
    'sizelimit 500',
    'database mdb',
    'maxsize 268435456',
    `suffix ${slapdBase}`,
    `rootdn ${slapdRoot.dn}`,
    `rootpw ${slapdRoot.password}`,
    `directory ${join(folder, 'data')}`,
    'index objectClass,entryUUID,uid,cn,employeeNumber eq',
    'overlay ppolicy',
    ...(syncLogMax === undefined ? [] : ['overlay syncprov', `syncprov-sessionlog ${syncLogMax}`]),
  ]
  writeFileSync(join(folder, 'slapd.conf'), `${lines.join('\n')}\n`)
}

function librariesOf(folder: string): string {
  return globSync('{usr/,}lib/*-linux-gnu*', { cwd: folder })
    .map((path) => join(folder, path))
    .filter((path) => existsSync(path))
    .join(':')
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilOpen(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    await sleep(50)
  }
  throw new Error('slapd does not listen')
}

/** The places of people, groups and leavers. */
export const slapdSeed = `dn: ${slapdBase}
objectClass: organization
objectClass: dcObject
dc: acme
o: Acme

${['People', 'Berlin', 'Groups', 'Left']
  .map((name) => `dn: ou=${name},${slapdBase}\nobjectClass: organizationalUnit\nou: ${name}\n`)
  .join('\n')}`
