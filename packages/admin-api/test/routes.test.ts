import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profiles, styles } from '@rollcall/scim'
import { z } from 'zod'
import { apiErrors, errorsOf, listRouteIds, profileNames, routes, styleNames, type Route } from '../src/index.ts'

const all: readonly (readonly [string, Route])[] = listRouteIds().map((id) => [id, routes[id]])

// A key of the instance, a schema and whoever acts, such as `system`, have names of other kinds.
const foreignIds = new Set(['whoami', 'getSchemas', 'registerSchema', 'listAuditEvents', 'getAuditEvent'])

test('CON-D1: every path is below /api/v1, every field camelCase, every instant RFC 3339, every id prefixed', () => {
  for (const [id, route] of all) {
    assert.match(route.path, /^\/api\/v1(?:\/[a-z-]+|\/\{[a-zA-Z]+\})+$/, id)
    for (const schema of [route.params, route.query, route.body, route.answer]) {
      if (schema === null) continue
      for (const [name, field] of listFields(z.toJSONSchema(schema, { io: 'input' }))) {
        assert.match(name, /^[a-z][a-zA-Z0-9]*$/, `${id}: ${name}`)
        if (/(?:At|^at|^since|^until)$/.test(name)) assert.ok(formats(field).includes('date-time'), `${id}: ${name}`)
        if (name === 'id')
          assert.ok(
            patterns(field).some((pattern) => /^\^(?:[a-z]{2,5}|\(\?:[a-z|]+\))_/.test(pattern)) || foreignIds.has(id),
            id,
          )
      }
    }
  }
})

test('every parameter in a path has a schema, and no schema stands for a parameter that is not there', () => {
  for (const [id, route] of all) {
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    assert.deepEqual(named, Object.keys(route.params.shape), id)
  }
})

test('every list takes limit, cursor and total and answers data, nextCursor and hasMore', () => {
  for (const [id, route] of all.filter(([name]) => name.startsWith('list') && name !== 'listErrors')) {
    for (const name of ['limit', 'cursor', 'total']) assert.ok(name in route.query.shape, `${id}: ${name}`)
    const missing = route.answer?.safeParse({}).error?.issues.map((issue) => issue.path.join('.'))
    assert.deepEqual(missing, ['data', 'nextCursor', 'hasMore'], id)
    assert.ok(errorsOf(route).includes('invalidCursor'), id)
  }
})

test('a change of a versioned thing says that it may meet another version', () => {
  for (const [id, route] of all.filter(([, entry]) => entry.hasVersion === true && /PATCH|DELETE/.test(entry.method))) {
    assert.ok(errorsOf(route).includes('versionMismatch'), id)
  }
})

test('profiles and styles are those of the protocol library', () => {
  assert.deepEqual([...profileNames].toSorted(), Object.keys(profiles).toSorted())
  assert.deepEqual([...styleNames].toSorted(), Object.keys(styles).toSorted())
})

test('the table of errors is ordered by status', () => {
  const statuses = Object.values(apiErrors).map((entry) => entry.status)
  assert.deepEqual(
    statuses,
    statuses.toSorted((a, b) => a - b),
  )
})

type JsonSchema = z.core.JSONSchema.JSONSchema

function listFields(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const nested = [...Object.values(schema.$defs ?? {}), schema]
  return nested.flatMap(listOwnFields)
}

function listOwnFields(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const own = Object.entries(schema.properties ?? {}).filter((entry): entry is [string, JsonSchema] =>
    isSchema(entry[1]),
  )
  return own.flatMap(([name, field]) => [[name, field] as const, ...listOwnFields(field)])
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object'
}

function formats(schema: JsonSchema): readonly string[] {
  const choices = (schema.anyOf ?? []).filter(isSchema).flatMap(formats)
  return schema.format === undefined ? choices : [schema.format, ...choices]
}

function patterns(schema: JsonSchema): readonly string[] {
  const choices = (schema.anyOf ?? []).filter(isSchema).flatMap(patterns)
  return schema.pattern === undefined ? choices : [schema.pattern, ...choices]
}
