import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { type Child, startChild } from '../child.ts'
import { runLoad } from '../load.ts'
import { person } from '../people.ts'
import { record, recordRatio } from '../report.ts'
import { type BenchContext, type Load, rate, scatter, type Target, toTarget } from './context.ts'
import { lookupPath } from './read.ts'
import { patchActive } from './write.ts'

const folder = new URL('../.peers/', import.meta.url)

type Measured = Readonly<Record<'get' | 'lookup' | 'page' | 'patch' | 'post' | 'member', number>>

/** SCIMMY with a Map on Express, installed in a folder of its own. Durable is only Rollcall. */
export async function peersSuite(context: BenchContext): Promise<void> {
  const peer = await startPeer()
  if (peer === undefined) return
  try {
    const target = { port: peer.port, authorization: 'Bearer bench' }
    const ids = await fill(target, context.people)
    const theirs = await measure(target, '/scim', ids, context.seconds)
    const ours = await measure(toTarget(context), context.organization.scimPath, context.userIds, context.seconds)
    for (const name of ['get', 'lookup', 'page', 'patch', 'post', 'member'] as const)
      recordRatio(`${name}, against scimmy at ${context.people} users`, ours[name], { peer: theirs[name] }, 1)
  } finally {
    await peer.stop()
  }
}

async function startPeer(): Promise<Child | undefined> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    new URL('package.json', folder),
    JSON.stringify({ name: 'rollcall-bench-peers', private: true, type: 'module' }),
  )
  copyFileSync(new URL('../peers/scimmy-server.mjs', import.meta.url), new URL('scimmy-server.mjs', folder))
  const packages = ['express@5.3.0', 'scimmy@1.3.5', 'scimmy-routers@1.3.2']
  const installed = spawnSync('npm', ['install', '--no-save', '--ignore-scripts', ...packages], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (installed.status !== 0) {
    record({ name: 'scimmy could not be installed', value: Number.NaN, unit: '' })
    return undefined
  }
  return startChild({ arguments: ['scimmy-server.mjs'], cwd: folder.pathname, ready: /ready (\d+)/, timeoutMs: 20_000 })
}

async function fill(target: Target, amount: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < amount; index++) {
    ids.push(await create(target, '/scim/Users', person(index)))
  }
  return ids
}

async function create(target: Target, path: string, body: unknown): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${target.port}${path}`, {
    method: 'POST',
    headers: { authorization: target.authorization, 'content-type': 'application/scim+json' },
    body: JSON.stringify(body),
  })
  return ((await response.json()) as { id: string }).id // A peer's answer; a wrong one fails the load that follows.
}

async function measure(target: Target, base: string, ids: readonly string[], seconds: number): Promise<Measured> {
  const idAt = (index: number): string => ids[scatter(index, ids.length)] ?? ''
  const ask = (expect: Load['expect'], next: Load['next']): Promise<number> => rate({ target, expect, next }, seconds)
  const get = await ask(200, (index) => ({ method: 'GET', path: `${base}/Users/${idAt(index)}` }))
  const lookup = await ask(200, (index) => ({
    method: 'GET',
    path: lookupPath(base, `p${scatter(index, ids.length)}@example.com`),
  }))
  const page = await ask(200, (index) => ({
    method: 'GET',
    path: `${base}/Users?startIndex=${1 + scatter(index, ids.length - 100)}&count=100`,
  }))
  const patch = await ask([200, 204], (index) => ({
    method: 'PATCH',
    path: `${base}/Users/${idAt(index)}`,
    body: patchActive(scatter(index, 7919) % 2 === 0),
  }))
  const member = await addMembers(target, base, ids)
  let serial = 0
  const run = Math.random().toString(36).slice(2)
  const post = await ask(201, () => ({
    method: 'POST',
    path: `${base}/Users`,
    body: JSON.stringify(person(serial++, `peer${run}`)),
  }))
  return { get, lookup, page, patch, member, post }
}

// Members into one group of all but a hundred people, one after the other.
async function addMembers(target: Target, base: string, ids: readonly string[]): Promise<number> {
  const late = ids.slice(0, 50)
  const group = await create(target, `${base}/Groups`, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: `Everybody ${Math.random()}`,
    members: ids.slice(100).map((value) => ({ value })),
  })
  const result = await runLoad({
    ...target,
    connections: 1,
    seconds: 30,
    requests: late.length,
    expect: [200, 204],
    next: (index) => ({
      method: 'PATCH',
      path: `${base}/Groups/${group}`,
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'members', value: [{ value: late[index] }] }],
      }),
    }),
  })
  if (result.errors > 0) throw new Error(`adding a member failed: ${result.firstError}`)
  return result.perSecond
}
