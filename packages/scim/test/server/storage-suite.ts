import { suite } from 'node:test'
import { bulkCases } from './suite/bulk.test.ts'
import { bulkOverlapCases } from './suite/bulk-overlap.test.ts'
import { createCases } from './suite/create.test.ts'
import { discoveryCases } from './suite/discovery.test.ts'
import { filterCases } from './suite/filter.test.ts'
import { groupCases } from './suite/groups.test.ts'
import { httpCases } from './suite/http.test.ts'
import { listCases } from './suite/list.test.ts'
import { patchCases } from './suite/patch.test.ts'
import type { ProviderFactory } from './suite/provider.ts'
import { replaceCases } from './suite/replace.test.ts'
import { storageCases } from './suite/storage.test.ts'

/**
 * Registers every test that a store must pass: the contract of `Storage`, and the protocol over HTTP on that store.
 * The files in `suite/` run themselves on the memory store; another store imports this and calls it once.
 */
export function storageSuite(name: string, makeProvider: ProviderFactory): void {
  const parts: readonly (readonly [string, (makeProvider: ProviderFactory) => void])[] = [
    ['storage', storageCases],
    ['create', createCases],
    ['filter', filterCases],
    ['list', listCases],
    ['patch', patchCases],
    ['replace', replaceCases],
    ['groups', groupCases],
    ['bulk', bulkCases],
    ['bulk overlap', bulkOverlapCases],
    ['http', httpCases],
    ['discovery', discoveryCases],
  ]
  for (const [part, register] of parts) suite(`${name}: ${part}`, () => register(makeProvider))
}
