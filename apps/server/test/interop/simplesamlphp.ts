import { execFile, spawn } from 'node:child_process'
import { globSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { KeyPair } from '../../src/sign-in/saml/self-signed.ts'
import { temporaryFolder } from '../harness/spawn.ts'

const run = promisify(execFile)

/** SimpleSAMLphp and PHP of the machine's Debian, unpacked into a folder: nothing is installed. */
export type Unpacked = Disposable & { readonly folder: string; readonly version: string }

/** Why this machine cannot have it. */
export type Missing = { readonly missing: string }

const modules = ['cli', 'common', 'mbstring', 'xml']

/** Gets the packages by apt; what keeps it from that is told, since a test that does not run must say why. */
export async function unpackSimpleSamlPhp(): Promise<Unpacked | Missing> {
  const folder = temporaryFolder('rollcall-simplesamlphp-')
  try {
    const php = /Depends: (php[\d.]+)-cli/.exec((await run('apt-cache', ['depends', 'php-cli'])).stdout)?.[1]
    if (php === undefined) throw new Error('apt knows no php-cli; `apt-get update` may help')
    const named = modules.map((module) => `${php}-${module}`)
    // What this machine lacks of them and of the libraries below them.
    const plan = await run('apt-get', ['--simulate', '--no-install-recommends', 'install', ...named])
    const lacking = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
    const packages = [...new Set(['simplesamlphp', ...named, ...lacking])]
    const patience = ['--option=Acquire::http::Timeout=20', '--option=Acquire::Retries=1']
    await run('apt-get', [...patience, 'download', ...packages], { cwd: folder.path })
    const files = globSync('*.deb', { cwd: folder.path })
    for (const file of files) await run('dpkg-deb', ['--extract', file, '.'], { cwd: folder.path })
    const version = /_([^_]+)_/.exec(files.find((file) => file.startsWith('simplesamlphp_')) ?? '')?.[1] ?? ''
    return { folder: folder.path, version, [Symbol.dispose]: folder[Symbol.dispose] }
  } catch (error) {
    folder[Symbol.dispose]()
    const last = String(error).trim().split('\n').at(-1)
    return { missing: `SimpleSAMLphp and PHP cannot be had by apt-get on this machine: ${last}` }
  }
}

export type SimpleSamlPhp = AsyncDisposable & {
  readonly url: string
  metadata(): Promise<string>
  /** Replaces what it knows of the service provider: its metadata, and whether it encrypts for it. */
  trust(metadata: string, options?: { readonly encrypts?: boolean }): void
}

/** Its identity provider on a port of this machine, with people who sign in by a password. */
export async function startSimpleSamlPhp(
  { folder }: Unpacked,
  options: { readonly pair: KeyPair; readonly people: Readonly<Record<string, object>> },
): Promise<SimpleSamlPhp> {
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const own = join(folder, 'own')
  for (const name of ['metadata', 'log', 'data', 'tmp', 'sessions']) mkdirSync(join(own, name), { recursive: true })
  writeFileSync(join(own, 'idp.crt'), options.pair.certificate)
  writeFileSync(join(own, 'idp.key'), options.pair.privateKey)
  writePhp(join(own, 'authsources.php'), 'config', {
    people: { 0: 'exampleauth:UserPass', ...options.people },
  })
  const configure = (metadata: string | undefined, encrypts: boolean): void => {
    if (metadata !== undefined) writeFileSync(join(own, 'sp.xml'), metadata)
    writePhp(join(own, 'config.php'), 'config', toConfig(folder, url, metadata !== undefined))
    writePhp(join(own, 'metadata/saml20-idp-hosted.php'), 'metadata', { [`${url}/idp`]: toHosted(encrypts) })
  }
  configure(undefined, false)
  await using server = startPhp(folder, port)
  await untilReady(`${url}/saml2/idp/metadata.php`)
  const running = server.move()
  return {
    url,
    metadata: async () => (await fetch(`${url}/saml2/idp/metadata.php`)).text(),
    trust: (metadata, { encrypts = false } = {}) => configure(metadata, encrypts),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function toConfig(folder: string, url: string, knowsServiceProvider: boolean): object {
  const own = join(folder, 'own')
  const xml = { type: 'xml', file: join(own, 'sp.xml') }
  return {
    baseurlpath: `${url}/`,
    certdir: `${own}/`,
    loggingdir: `${own}/log/`,
    datadir: `${own}/data/`,
    tempdir: `${own}/tmp`,
    metadatadir: `${own}/metadata/`,
    attributenamemapdir: `${folder}/etc/simplesamlphp/attributemap/`,
    secretsalt: 'of this test',
    'auth.adminpassword': 'of this test',
    timezone: 'UTC',
    'logging.handler': 'file',
    'enable.saml20-idp': true,
    'module.enable': { exampleauth: true, core: true, saml: true },
    'session.cookie.secure': false,
    'language.cookie.secure': false,
    'store.type': 'phpsession',
    'metadata.sources': [{ type: 'flatfile' }, ...(knowsServiceProvider ? [xml] : [])],
  }
}

/** As its handbook has it for federations: an opaque persistent NameID, attributes by OID. */
function toHosted(encrypts: boolean): object {
  return {
    host: '__DEFAULT__',
    privatekey: 'idp.key',
    certificate: 'idp.crt',
    auth: 'people',
    'validate.authnrequest': true,
    'validate.logout': true,
    'sign.logout': true,
    'assertion.encryption': encrypts,
    'attributes.NameFormat': 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    authproc: {
      1: { class: 'saml:PersistentNameID', attribute: 'eduPersonPrincipalName' },
      50: { class: 'core:AttributeMap', 0: 'name2oid' },
    },
  }
}

/** Its configuration is PHP; ours is data that PHP reads. */
function writePhp(file: string, variable: string, value: object): void {
  writeFileSync(`${file}.json`, JSON.stringify(value))
  writeFileSync(file, `<?php\n$${variable} = json_decode(file_get_contents(__FILE__ . '.json'), true);\n`)
}

/**
 * PHP's own web server; what is given back ends it. With several workers, which end as a group: with one a page was
 * seen to wait for a minute now and then, for a reason that was not found.
 */
function startPhp(folder: string, port: number): AsyncDisposableStack {
  const one = (pattern: string): string => join(folder, globSync(pattern, { cwd: folder })[0] ?? pattern)
  const extensions = one('usr/lib/php/2*')
  const found = globSync('*.so', { cwd: extensions }).map((file) => basename(file, '.so'))
  // dom first: others stand on it.
  const wanted = ['dom', 'xml', 'ctype', 'iconv', 'mbstring', 'posix', 'simplexml', 'tokenizer', 'xmlreader']
  const loaded = wanted.filter((name) => found.includes(name)).map((name) => `extension=${name}`)
  // As Debian's php.ini has it: this release speaks of what PHP will drop.
  const production = ['display_errors=0', 'output_buffering=4096']
  const paths = [`extension_dir=${extensions}`, `session.save_path=${folder}/own/sessions`]
  const settings = [...production, ...paths, ...loaded]
  const options = settings.flatMap((setting) => ['-d', setting])
  const site = join(folder, 'usr/share/simplesamlphp/www')
  const server = spawn(one('usr/bin/php[0-9]*'), ['-n', ...options, '-S', `127.0.0.1:${port}`, '-t', site], {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: globSync('{usr/,}lib/*-linux-gnu*', { cwd: folder })
        .map((path) => join(folder, path))
        .join(':'),
      SIMPLESAMLPHP_CONFIG_DIR: join(folder, 'own'),
      PHP_CLI_SERVER_WORKERS: '8',
    },
    detached: true,
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const running = new AsyncDisposableStack()
  running.defer(async () => {
    if (server.pid !== undefined) process.kill(-server.pid)
    await ended
  })
  return running
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 200) return
    if (attempt === 100) throw new Error(`${url}: ${(await answer?.text()) ?? 'no answer'}`)
    await sleep(100)
  }
}
