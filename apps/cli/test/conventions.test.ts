import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Command } from 'commander'
import { createProgram } from '../src/program.ts'
import { createCliHarness, runCli, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme', '--name', '安田, Müller & "Söhne"')
  await cli.json('organization', 'create', '--slug', 'beta', '--name', '=1+1')
})
after(() => cli[Symbol.asyncDispose]())

test('CON-L1: every verb has --help with examples on stdout, nouns list their verbs, --version prints the version', async () => {
  const leavesOf = (noun: Command): readonly Command[] =>
    noun.commands.length > 0 ? noun.commands.flatMap(leavesOf) : [noun]
  const leaves = createProgram().commands.flatMap(leavesOf)
  for (const command of leaves) {
    const help: string[] = []
    command.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp()
    assert.match(help.join(''), /Examples:\n {2}\$ rollcall /, command.name())
  }
  const help = await runCli(['key', '--help'])
  assert.equal(help.code, 0)
  assert.equal(help.stderr, '')
  for (const verb of ['create', 'list', 'revoke', 'rotate']) assert.match(help.stdout, new RegExp(`^ {2}${verb} `, 'm'))
  const version = await runCli(['--version'])
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(manifest, { ...Object(manifest), version: version.stdout.trim() })
})

test('shell completion for bash offers nouns, verbs and options, and the other shells get a script too', async () => {
  const { stdout: script } = await runCli(['completion', 'bash'])
  const offer = (...words: readonly string[]): readonly string[] => {
    const line = ['rollcall', ...words].map((word) => `'${word}'`).join(' ')
    const code = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _rollcall; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, status, stderr } = spawnSync('bash', ['-c', code], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout.trim().split('\n')
  }
  assert.deepEqual(offer('org'), ['organization'])
  assert.deepEqual(offer('serve'), ['serve'])
  assert.deepEqual(offer('key', 're'), ['revoke'])
  assert.deepEqual(offer('requests', 'list', '--organization', 'acme', '--fa'), ['--failed'])
  for (const shell of ['zsh', 'fish']) {
    const { stdout, code } = await runCli(['completion', shell])
    assert.equal(code, 0)
    assert.match(stdout, /organization/)
  }
  assert.equal((await runCli(['completion', 'tcsh'])).code, 2)
})

test('CON-L2: data goes to stdout and talk to stderr, in every format, and each format is what it says', async () => {
  const json = await cli.run('organization', 'list', '--limit', '1', '--json')
  assert.equal(json.stderr, '')
  assert.equal(JSON.parse(json.stdout).data.length, 1)
  assert.equal(typeof JSON.parse(json.stdout).nextCursor, 'string')
  assert.equal(
    (await cli.run('organization', 'list', '--limit', '1', '--output', 'json')).stdout.trim().split('\n').length,
    1,
  )
  const lines = (await cli.run('organization', 'list', '--output', 'jsonl')).stdout.trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).slug),
    ['acme', 'beta'],
  )
  const csv = (await cli.run('organization', 'list', '--output', 'csv')).stdout.split('\r\n')
  assert.match(csv[0] ?? '', /^slug,name,id,scimUrl,createdAt,/)
  assert.match(csv[1] ?? '', /^acme,"安田, Müller & ""Söhne""",org_/)
  assert.match(csv[2] ?? '', /^beta,'=1\+1,org_/)
  const yaml = (await cli.run('organization', 'list', '--output', 'yaml')).stdout
  assert.match(yaml, /^- id: "org_.*"\n {2}slug: "acme"\n {2}name: "安田, Müller & \\"Söhne\\""\n/)
  const table = await cli.run('organization', 'list', '--limit', '1')
  assert.match(table.stdout, /^SLUG {2}NAME .*\nacme {2}安田, Müller & "Söhne" {2}org_/)
  assert.match(table.stderr, /^More: --cursor \S+\n$/)
})

test('the JSON of an answer has the fields and the order that scripts rely on', async () => {
  const organization = await cli.json('organization', 'show', 'acme')
  const organizationFields = 'id slug name settings scimUrl version createdAt updatedAt'
  assert.equal(Object.keys(organization).join(' '), organizationFields)
  const key = await cli.json('key', 'create', '--organization', 'acme', '--scope', 'scim')
  const owner = 'connectionId serviceAccountId serviceAccountName userId'
  const times = 'createdBy createdAt expiresAt lastUsedAt lastUsedIp revokedAt'
  assert.equal(
    Object.keys(key).join(' '),
    `id kind name hint scopes ${owner} ${times} allowedNetworks replacedBy key warnings`,
  )
})

test('CON-L3: exit 0 when done, 1 when refused, 2 for wrong usage, 130 when interrupted', async () => {
  assert.equal((await cli.run('organization', 'list')).code, 0)
  const refused = await cli.run('organization', 'create', '--slug', 'acme', '--json')
  assert.equal(refused.code, 1)
  assert.equal(refused.stdout, '')
  const problem = JSON.parse(refused.stderr)
  assert.equal(problem.code, 'conflict')
  assert.equal(problem.status, 409)
  assert.equal(problem.errors[0].pointer, '/slug')
  const plain = await cli.run('organization', 'create', '--slug', 'acme')
  assert.equal(plain.stderr, 'The slug "acme" is taken\n')
  const wrong = [
    ['organization'],
    ['nonsense'],
    ['organization', 'create', '--slug', 'x', '--colour', 'red'],
    ['organization', 'list', '--limit', '999'],
    ['organization', 'list', '--output', 'csv'],
    ['connection', 'create', '--organization', 'acme', '--type', 'ldap'],
    ['requests', 'list', '--organization', 'acme', '--since', 'yesterday'],
    ['connection', 'list'],
  ]
  for (const argv of wrong) {
    const { code, stdout, stderr } = await cli.run(...argv, '--json')
    assert.deepEqual([code, stdout, JSON.parse(stderr).code], [2, '', 'usage'], argv.join(' '))
  }
  const sentence = await cli.run('organization', 'create')
  assert.deepEqual([sentence.code, sentence.stderr], [2, "error: required option '--slug <slug>' not specified\n"])
  const interrupted = await interruptWhileWaiting()
  assert.equal(interrupted, 130)
})

test('CON-L4: without a terminal nothing is asked; NO_COLOR and CI are kept to; on a terminal a question is asked', async (t) => {
  const first = await cli.json('key', 'create', '--organization', 'acme', '--scope', 'scim')
  const revoked = await cli.run('key', 'revoke', first.id)
  assert.equal(revoked.code, 0, 'no terminal: nobody is asked')
  assert.equal(revoked.stdout.includes('\u001b'), false)
  if (!existsSync('/usr/bin/script'))
    return t.diagnostic('script(1) is not here: the questions on a terminal were not played')
  const second = await cli.json('key', 'create', '--organization', 'acme', '--scope', 'scim')
  const declined = await onTerminal(`key revoke ${second.id}`, {}, 'n\n')
  assert.match(declined, /Revoke key_\w+\? .* \[y\/N\]/)
  assert.match(declined, /Nothing was done/)
  assert.equal((await stateOf(second.id)).revokedAt, null)
  assert.match(await onTerminal('organization list', {}), /\u001b\[1m/)
  assert.doesNotMatch(await onTerminal('organization list', { NO_COLOR: '1' }), /\u001b\[1m/)
  assert.doesNotMatch(await onTerminal(`key revoke ${second.id}`, { CI: 'true' }), /\[y\/N\]/)
  assert.notEqual((await stateOf(second.id)).revokedAt, null)
  const third = await cli.json('key', 'create', '--organization', 'acme', '--scope', 'scim')
  assert.doesNotMatch(await onTerminal(`key revoke ${third.id} --yes`, {}), /\[y\/N\]/)
})

test('CON-L5: credentials come from the environment, instance.json or a profile file of mode 0600, never from the command line', async () => {
  const profile = join(cli.folder, 'config/profile.json')
  const here = { cwd: join(cli.folder, 'config', '..') }
  assert.equal((await runCli(['whoami'], here)).code, 0, 'data/instance.json of the working folder')
  const byDataDir = { environment: { ROLLCALL_DATA_DIR: join(cli.folder, 'data') } }
  assert.equal((await runCli(['whoami'], byDataDir)).code, 0, 'ROLLCALL_DATA_DIR')

  let seen = ''
  const environment = { ROLLCALL_PROFILE_FILE: profile }
  const login = await runCli(['login', '--url', cli.url, '--json'], {
    environment,
    input: `${cli.key}\n`,
    onStart: (pid) => {
      seen = readArguments(pid)
    },
  })
  assert.equal(login.code, 0, login.stderr)
  assert.equal(seen.includes('login'), true, 'the arguments were seen')
  assert.equal(seen.includes(cli.key), false)
  assert.equal(`${login.stdout}${login.stderr}`.includes(cli.key), false)
  assert.equal(statSync(profile).mode & 0o777, 0o600)
  assert.equal((await runCli(['whoami'], { environment })).code, 0, 'the profile')
  for (const command of createProgram().commands.flatMap((noun) => [noun, ...noun.commands]))
    for (const { long } of command.options)
      // A file of its own is no part of the command line, and when a secret ends is none.
      assert.doesNotMatch(long ?? '', /(?:token|secret|password|api-?key)(?!.*-(?:file|expires)$)/, command.name())

  chmodSync(profile, 0o644)
  const open = await runCli(['whoami'], { environment })
  assert.equal(open.code, 1)
  assert.match(open.stderr, /chmod 600/)
  chmodSync(profile, 0o600)
  assert.equal((await runCli(['logout'], { environment })).code, 0)
  assert.equal(existsSync(profile), false)
})

test('a key that is wrong is not kept, and one from a file goes to no other address', async () => {
  const environment = { ROLLCALL_PROFILE_FILE: join(cli.folder, 'never.json') }
  const wrong = await runCli(['login', '--url', cli.url], { environment, input: 'password123\n' })
  assert.equal(wrong.code, 1)
  const revoked = await runCli(['login', '--url', cli.url], { environment, input: `rc_ins_${'0'.repeat(34)}\n` })
  assert.equal(revoked.code, 1)
  assert.equal(existsSync(environment.ROLLCALL_PROFILE_FILE), false)

  const seen: (string | undefined)[] = []
  const trap = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => trap.once('listening', resolve))
  const address = trap.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const led = await runCli(['whoami'], { cwd: cli.folder, environment: { ROLLCALL_URL: `http://127.0.0.1:${port}` } })
  trap.close()
  assert.equal(led.code, 1)
  assert.match(led.stderr, /ROLLCALL_KEY/)
  assert.deepEqual(seen, [])
})

test('the nearest file that fits the address wins, and a complete environment looks into no file', async () => {
  const profile = join(cli.folder, 'second.json')
  writeFileSync(profile, JSON.stringify({ url: `${cli.url}/`, key: cli.key }), { mode: 0o600 })
  const environment = {
    ROLLCALL_URL: cli.url,
    ROLLCALL_PROFILE_FILE: profile,
    ROLLCALL_DATA_DIR: join(cli.folder, 'gone'),
  }
  assert.equal((await runCli(['whoami'], { environment })).code, 0)
  writeFileSync(profile, 'damaged')
  assert.equal((await runCli(['whoami'], { environment: { ...environment, ROLLCALL_KEY: cli.key } })).code, 0)
  const keyFile = join(cli.folder, 'key.txt')
  writeFileSync(keyFile, `${cli.key}\n`)
  assert.equal((await runCli(['whoami'], { environment: { ...environment, ROLLCALL_KEY_FILE: keyFile } })).code, 0)
})

test('help comes at once: it waits for no server and loads no more than it shows', async () => {
  // The time of the processor, since that of the clock says how busy the machine is.
  const meter = `process.on('exit', () => console.error(process.cpuUsage().user + process.cpuUsage().system))`
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(meter)}` }
  const help = await runCli(['key', 'create', '--help'], { environment })
  assert.equal(help.code, 0)
  const processorMs = Number(help.stderr) / 1e3
  assert.ok(processorMs > 0 && processorMs < 1_500, `${help.stderr} microseconds`)
})

test('a server that is not there is named by its URL, with the way to start one', async () => {
  const environment = { ROLLCALL_URL: 'http://127.0.0.1:2', ROLLCALL_KEY: 'k' }
  const { code, stderr, stdout } = await runCli(['organization', 'list'], { environment })
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /http:\/\/127\.0\.0\.1:2\b.*npm start/)
  const nowhere = await runCli(['organization', 'list'])
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.stderr, /npm start/)
})

test('a damaged instance.json is named, not taken for a missing one', async () => {
  const path = join(cli.folder, 'data/instance.json')
  const before_ = readFileSync(path)
  writeFileSync(path, '{"url":')
  const { code, stderr } = await runCli(['whoami'], { cwd: cli.folder })
  writeFileSync(path, before_)
  assert.equal(code, 1)
  assert.match(stderr, /instance\.json is damaged/)
})

/** What anybody on the machine can see of a process: /proc, or ps where there is none. */
function readArguments(pid: number): string {
  if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  return spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout
}

async function stateOf(id: string): Promise<{ revokedAt: string | null }> {
  const { data } = await cli.json('key', 'list', '--organization', 'acme', '--revoked')
  return data.find((key: { id: string }) => key.id === id)
}

/** Runs the command on a pseudo-terminal; returns what a person would see. */
function onTerminal(line: string, environment: Readonly<Record<string, string>>, input = ''): Promise<string> {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const command = `${process.execPath} --conditions=@rollcall/source ${main} ${line}`
  const env = { PATH: process.env['PATH'], TERM: 'xterm', ROLLCALL_URL: cli.url, ROLLCALL_KEY: cli.key, ...environment }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let seen = ''
  child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  if (input === '') child.stdin.end()
  else child.stdin.write(input)
  return new Promise((settle) => child.on('close', () => settle(seen)))
}

/** A server that never answers, and a command that is interrupted while it waits for it. */
async function interruptWhileWaiting(): Promise<number | null> {
  const asked = Promise.withResolvers<void>()
  const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--conditions=@rollcall/source', main, 'whoami'], {
    env: { PATH: process.env['PATH'], ROLLCALL_URL: `http://127.0.0.1:${port}`, ROLLCALL_KEY: 'k' },
    stdio: 'ignore',
  })
  const exited = new Promise<number | null>((settle) => child.on('close', settle))
  await asked.promise
  child.kill('SIGINT')
  const code = await exited
  silent.closeAllConnections()
  silent.close()
  return code
}
