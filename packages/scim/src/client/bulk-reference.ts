import type { BulkOperationInput } from './bulk.ts'

const reference = /^bulkId:(.+)$/

/** The bulkIds that an operation refers to: in its path, in `value` and `$ref` of its data, in the paths of a PATCH (RFC 7644 §3.7.2). */
export function listBulkReferences(operation: BulkOperationInput): readonly string[] {
  const found = new Set<string>()
  mapReferences(operation, (bulkId) => {
    found.add(bulkId)
    return undefined
  })
  return [...found]
}

/** Writes the ids that are known by now in the place of their bulkIds. */
export function resolveBulkReferences(
  operation: BulkOperationInput,
  ids: ReadonlyMap<string, string>,
): BulkOperationInput {
  return ids.size === 0 ? operation : mapReferences(operation, (bulkId) => ids.get(bulkId))
}

type Resolve = (bulkId: string) => string | undefined

function mapReferences(operation: BulkOperationInput, resolve: Resolve): BulkOperationInput {
  const path = operation.path
    .split('/')
    .map((segment) => replaceWhole(segment, resolve, encodeURIComponent))
    .join('/')
  if (!('data' in operation)) return { ...operation, path }
  return { ...operation, path, data: mapValue(operation.data, undefined, resolve) }
}

/** Only `value`, `$ref` and the `path` of a PATCH hold references: elsewhere "bulkId:x" is somebody's text. */
function mapValue(value: unknown, key: string | undefined, resolve: Resolve): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mapValue(item, key, resolve))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapValue(item, name, resolve)]))
  if (typeof value !== 'string') return value
  if (key === 'value') return replaceWhole(value, resolve, String)
  if (key === '$ref')
    return value
      .split('/')
      .map((segment) => replaceWhole(segment, resolve, encodeURIComponent))
      .join('/')
  if (key === 'path')
    return value.replace(/"bulkId:([^"\\]+)"/g, (text, bulkId: string) => {
      const id = resolve(bulkId)
      return id === undefined ? text : JSON.stringify(id)
    })
  return value
}

function replaceWhole(text: string, resolve: Resolve, write: (id: string) => string): string {
  const bulkId = reference.exec(text)?.[1]
  const id = bulkId === undefined ? undefined : resolve(bulkId)
  return id === undefined ? text : write(id)
}
