import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../harness/spawn.ts'

const stepShape = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
})
const jobShape = z.object({
  permissions: z.record(z.string(), z.string()),
  needs: z.union([z.string(), z.array(z.string())]).default([]),
  environment: z.string().optional(),
  'timeout-minutes': z.number(),
  steps: z.array(stepShape),
})
const workflowShape = z.object({
  on: z.object({ push: z.object({ tags: z.array(z.string()) }) }),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.enum(['test', 'packages', 'images', 'publish']), jobShape),
})

const partShape = z.object({
  'bom-ref': z.string(),
  group: z.string().optional(),
  name: z.string(),
  version: z.string(),
  scope: z.literal('optional').optional(),
  purl: z.string().regex(/^pkg:(?:npm|generic)\/[^@\s]+@[\w.-]+$/),
  hashes: z.array(z.object({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) })).optional(),
})
const billShape = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  metadata: z.object({ component: z.object({ 'bom-ref': z.string() }) }),
  components: z.array(partShape),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
})

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const source = read('.github/workflows/release.yml')
const { on, permissions, jobs } = workflowShape.parse(parse(source))
const commandsOf = (job: keyof typeof jobs): string => jobs[job].steps.map(({ run }) => run ?? '').join('\n')

// The workflow has never run: these tests read it. SECURITY.md and docs/guides/releasing.md say so.
test('CON-B14: the release workflow starts from a tag alone, and each job may do no more than its work needs', () => {
  assert.deepEqual(on.push.tags, ['v[0-9]+.[0-9]+.[0-9]+', 'v[0-9]+.[0-9]+.[0-9]+-*'])
  assert.deepEqual(permissions, {}, 'nothing by default')
  assert.deepEqual(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions])), {
    test: { contents: 'read' },
    packages: { contents: 'read', 'id-token': 'write' },
    images: { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
    publish: { contents: 'write', 'id-token': 'write' },
  })
  assert.deepEqual(
    [jobs.packages.needs, jobs.images.needs, jobs.publish.needs],
    ['test', 'test', ['packages', 'images']],
  )
  for (const name of ['packages', 'images', 'publish'] as const) assert.equal(jobs[name].environment, 'release')
  assert.deepEqual([...new Set([...source.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name))], ['GITHUB_TOKEN'])
})

test('CON-B14: every action of every workflow is pinned by a whole commit with its version beside it, and no checkout keeps its token', () => {
  for (const path of globSync('.github/workflows/*.{yml,yaml}', { cwd: root })) {
    const uses = read(path)
      .split('\n')
      .filter((line) => /^\s*(?:- )?uses:/.test(line))
    assert.ok(uses.length > 0, path)
    for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, path)
  }
  const checkouts = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
  )
  for (const checkout of checkouts) assert.equal(checkout.with['persist-credentials'], false)
})

test('CON-B14: packages go out with provenance, images and checksums are signed without a key, each image under version and digest', () => {
  assert.match(commandsOf('test'), /npm test/)
  assert.match(commandsOf('packages'), /npm publish "\.\/\$file" --provenance --access public/)
  for (const name of ['scim', 'expressions']) {
    const manifest = JSON.parse(read(`packages/${name}/package.json`))
    assert.notEqual(manifest.private, true, name)
    assert.equal(typeof manifest.scripts.build, 'string', name)
  }
  const build = jobs.images.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'))
  assert.equal(build?.with['platforms'], 'linux/amd64,linux/arm64')
  assert.deepEqual([build.with['provenance'], build.with['sbom'], build.with['push']], ['mode=max', true, true])
  const names = jobs.images.steps.find(({ uses }) => uses?.startsWith('docker/metadata-action@'))
  for (const pattern of ['{{version}}', '{{major}}.{{minor}}', '{{major}}'])
    assert.ok(String(names?.with['tags']).includes(`type=semver,pattern=${pattern}`), pattern)
  const sign = commandsOf('images')
  assert.match(source, /IMAGE: \$\{\{ steps\.facts\.outputs\.image \}\}@\$\{\{ steps\.build\.outputs\.digest \}\}/)
  assert.match(sign, /cosign sign --yes --recursive "\$IMAGE"/)
  assert.match(sign, /cosign attest --yes --type cyclonedx --predicate rollcall\.cdx\.json "\$IMAGE"/)
  assert.match(sign, /echo "\$TARGET \$IMAGE" > /, 'the digests are among the files of the release')
  assert.match(
    commandsOf('publish'),
    /sha256sum .* > SHA256SUMS\n\s*cosign sign-blob --yes --bundle SHA256SUMS\.sigstore\.json SHA256SUMS/,
  )
  const targets = read('Dockerfile')
  for (const [, target = ''] of source.matchAll(/target: (\w+), suffix/g))
    assert.match(targets, new RegExp(` AS ${target}$`, 'm'))
})

test('CON-B14: the list of parts is CycloneDX, has every package of production with its checksum, and nothing that only development needs', () => {
  for (const job of ['packages', 'images'] as const)
    assert.match(commandsOf(job), /node scripts\/sbom\.mjs > \S*rollcall\.cdx\.json/)
  const made = spawnSync(process.execPath, ['scripts/sbom.mjs'], { cwd: root, encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  const list = billShape.parse(JSON.parse(made.stdout))
  const parts = new Set(
    list.components.map((part) => `${part.group === undefined ? '' : `${part.group}/`}${part.name}@${part.version}`),
  )
  for (const workspace of ['apps/server', 'apps/cli', 'packages/admin-api'])
    for (const [name, version] of Object.entries(JSON.parse(read(`${workspace}/package.json`)).dependencies))
      assert.ok(parts.has(`${name}@${version}`), name)
  // Packages of packages, which `npm sbom` leaves out where development needs them too.
  for (const name of ['pg-protocol', 'sonic-boom', 'pino-std-serializers'])
    assert.ok(
      [...parts].some((part) => part.startsWith(`${name}@`)),
      name,
    )
  const { devDependencies } = JSON.parse(read('package.json'))
  for (const [name, version] of Object.entries(devDependencies))
    assert.ok(!parts.has(`${name}@${version}`) || name === '@types/node', name)

  const references = new Set([list.metadata.component['bom-ref'], ...list.components.map((part) => part['bom-ref'])])
  for (const { ref, dependsOn } of list.dependencies)
    for (const each of [ref, ...dependsOn]) assert.ok(references.has(each), each)
  const unchecked = list.components.filter(
    (part) => part.scope !== 'optional' && part.group !== '@rollcall' && part.hashes === undefined,
  )
  assert.deepEqual(
    unchecked.map(({ name }) => name),
    ['node'],
  )
})

test('CON-B14: SECURITY.md has contact, supported versions and commands that verify against this very workflow; the README leads there', () => {
  const security = read('SECURITY.md')
  for (const heading of ['Reporting', 'Supported versions', 'Verifying a release'])
    assert.match(security, new RegExp(`^## ${heading}$`, 'm'))
  assert.match(security, /security advisories/)
  assert.match(security, /ROLLCALL_SECURITY_CONTACT=mailto:.*\n.*\/\.well-known\/security\.txt/)
  for (const command of [
    'cosign verify ',
    'cosign verify-attestation ',
    'cosign verify-blob ',
    'sha256sum --check SHA256SUMS',
    'npm audit signatures',
  ])
    assert.ok(security.includes(`\n${command}`), command)
  for (const text of [security, read('README.md')]) {
    assert.match(text, /\/rollcall\/\.github\/workflows\/release\.yml@refs\/tags\/v/)
    assert.match(text, /https:\/\/token\.actions\.githubusercontent\.com/)
  }
  assert.match(read('README.md'), /\(SECURITY\.md#verifying-a-release\)/)
  assert.match(security, /has not run/, 'until it has')
})
