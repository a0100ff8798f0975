import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildPackage, testPackage } from '../../../scripts/test/built-package.ts'

const built = buildPackage({
  name: '@rollcall/scim',
  folder: join(import.meta.dirname, '..'),
  files: ['package.json', 'README.md', 'LICENSE', 'src', 'examples'],
  beside: ['hono'],
})
testPackage(built)

test('the compiled package is imported by plain Node without conditions', async () => {
  const code = `
    import { parseFilter, printFilter } from '@rollcall/scim'
    import { createServiceProvider } from '@rollcall/scim/server'
    import { createClient, eq } from '@rollcall/scim/client'
    console.log(printFilter(parseFilter(eq('userName', 'b').text)), typeof createClient, typeof createServiceProvider)`
  assert.deepEqual(await built.run('import.mjs', code), ['userName eq "b" function function'])
})

test('the declarations compile in a strict project without this repository’s options', async () => {
  const code = `import { type ResourceOf, defineSchema, userSchema } from '@rollcall/scim'
     import { createServiceProvider } from '@rollcall/scim/server'
     import { type User, createClient } from '@rollcall/scim/client'
     const badge = defineSchema({
       id: 'urn:example:Badge', name: 'Badge',
       attributes: [{ name: 'number', type: 'integer', required: true }, { name: 'label' }],
     })
     const client = createClient({ baseUrl: 'https://example.com', token: 't' })
     const badges = client.resource<ResourceOf<typeof badge>>('/Badges')
     export const made: Promise<number> = badges.create({ number: 7 }).then((stored) => stored.number)
     // @ts-expect-error number is an integer
     export const wrong = badges.create({ number: '7' })
     export const user: User['userName'] = 'b'
     export const parts = [userSchema, createServiceProvider]`
  await built.assertCompiles({ 'consumer.ts': code })
})

test('client and service provider work where only the globals of a worker exist', async () => {
  const worker = `
    import { createRegistry, profiles, styles } from '@rollcall/scim'
    import { createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'
    import { createClient, eq } from '@rollcall/scim/client'
    const registry = createRegistry()
    const settings = { registry, profile: profiles.default, style: styles.rollcall, baseUrl: 'https://example.com/scim',
      limits: defaultLimits, cursorSecret: crypto.getRandomValues(new Uint8Array(32)), scope: 'a', documentationUri: undefined }
    const provider = createServiceProvider({ storage: createMemoryStorage({ registry }), authenticate: () => ({}), settings: () => settings })
    const client = createClient({ baseUrl: settings.baseUrl, token: 't', fetch: provider.fetch })
    const { id } = await client.users.create({ userName: 'bjensen' })
    const found = await client.users.find(eq('userName', 'BJENSEN'))
    report(found?.id === id, typeof process, typeof Buffer, typeof setImmediate)`
  const code = `
    import { readFileSync } from 'node:fs'
    import { dirname, join } from 'node:path'
    import { SourceTextModule, createContext } from 'node:vm'
    const names = ['fetch', 'Request', 'Response', 'Headers', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder',
      'AbortSignal', 'AbortController', 'ReadableStream', 'TransformStream', 'crypto', 'atob', 'btoa', 'structuredClone',
      'setTimeout', 'clearTimeout', 'queueMicrotask', 'performance', 'Uint8Array', 'ArrayBuffer']
    const context = createContext({ ...Object.fromEntries(names.map((name) => [name, globalThis[name]])), report: console.log })
    const dist = ${JSON.stringify(join(built.installed, 'dist'))}
    const modules = new Map()
    const load = (file) => {
      const known = modules.get(file)
      if (known) return known
      const made = new SourceTextModule(readFileSync(file, 'utf8'), { context, identifier: file })
      modules.set(file, made)
      return made
    }
    const main = new SourceTextModule(${JSON.stringify(worker)}, { context, identifier: join(dist, 'main') })
    const link = (specifier, from) => load(specifier.startsWith('@rollcall/scim')
      ? join(dist, specifier.slice('@rollcall/scim'.length), 'index.js') : join(dirname(from.identifier), specifier))
    await main.link(link)
    await main.evaluate()`
  const flags = ['--experimental-vm-modules', '--no-warnings']
  assert.deepEqual(await built.run('worker.mjs', code, flags), ['true undefined undefined undefined'])
})

test('the examples of the README print what stands behind them', async () => {
  assert.ok(built.readmeBlocks.length >= 4)
  // The client's example goes on where the service provider's ends.
  const [mount = '', call = '', ...others] = built.readmeBlocks
  for (const [index, code] of [`${mount}\n${call}`, ...others].entries())
    await built.assertPrints(`readme-${index}.mjs`, code)
})
