import { z } from 'zod'
import { apiErrors, type ApiErrorCode } from './errors.ts'
import { problem, problemMediaType } from './problem.ts'
import { errorsOf, type Route } from './route.ts'
import { listRouteIds, routes, type RouteId } from './routes.ts'
import { limits } from './values.ts'

type Json = { [name: string]: unknown }

/**
 * The OpenAPI 3.1 description of the admin API, made from the route table.
 *
 * @param options - `serverUrl`: where the API is served; `version`: that of Rollcall
 * @example
 * ```ts
 * import { createOpenApi } from '@rollcall/admin-api'
 *
 * console.log(createOpenApi({ serverUrl: 'https://id.example', version: '0.1.0' })['openapi']) // 3.1.1
 * ```
 */
export function createOpenApi(options: { readonly serverUrl: string; readonly version: string }): Json {
  const components = new Map<string, unknown>()
  const paths = new Map<string, Json>()
  for (const id of listRouteIds()) {
    const route: Route = routes[id]
    const item = paths.get(route.path) ?? {}
    paths.set(route.path, { ...item, [route.method.toLowerCase()]: toOperation(id, route, components) })
  }
  toSchema(problem, 'output', components)
  return {
    openapi: '3.1.1',
    info: {
      title: 'Rollcall admin API',
      version: options.version,
      summary: 'Organizations, connections, keys, request log and holds',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.serverUrl }],
    security: [{ key: [] }],
    tags: [...new Set(listRouteIds().map((id) => routes[id].tag))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key such as `rc_adm_…`' } },
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function toOperation(id: RouteId, route: Route, components: Map<string, unknown>): Json {
  return {
    operationId: id,
    tags: [route.tag],
    summary: route.summary,
    description: describeScope(route),
    ...((route.scope === 'none' || route.scope === 'setupLink') && { security: [] }),
    parameters: [
      ...toParameters(route.params, 'path', components),
      ...toParameters(route.query, 'query', components),
      ...toHeaderParameters(route),
    ],
    ...(route.body !== null && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: toSchema(route.body, 'input', components) } },
      },
    }),
    ...toOtherBody(route, components),
    responses: { [route.status]: toAnswer(route, components), ...toErrorAnswers(route) },
  }
}

function toOtherBody({ takesBytes, takesLines }: Route, components: Map<string, unknown>): Json {
  if (takesLines !== undefined) {
    const schema = toSchema(takesLines, 'input', components)
    const lines = { schema: { type: 'string' } }
    return {
      requestBody: { required: true, content: { 'application/json': { schema }, 'application/x-ndjson': lines } },
    }
  }
  if (takesBytes === undefined) return {}
  const content =
    takesBytes === true
      ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
      : { [takesBytes]: { schema: { type: 'object' } } }
  return { requestBody: { required: true, content } }
}

function describeScope(route: Route): string {
  switch (route.scope) {
    case 'none':
      return 'Needs no key.'
    case 'setupLink':
      return 'Needs no key, but the cookie of a set-up link, or the link itself.'
    case 'any':
      return 'Needs any valid key.'
    case 'instance':
      return route.orSignedIn === undefined
        ? 'Needs a key of the whole instance, or an operator who is signed in.'
        : `Needs a key of the whole instance, an operator who is signed in, or somebody signed in with \`${route.orSignedIn}\`.`
    default:
      return `Needs the scope \`${route.scope}\`.`
  }
}

function toParameters(schema: z.ZodObject, place: 'path' | 'query', components: Map<string, unknown>): readonly Json[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    // The shape of a ZodObject is typed loosely; every entry is a schema.
    const { description, ...rest } = toSchema(field as z.ZodType, 'input', components)
    return {
      name,
      in: place,
      required: place === 'path',
      ...(description !== undefined && { description }),
      schema: rest,
    }
  })
}

function toHeaderParameters(route: Route): readonly Json[] {
  const idempotency = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: `The same key and body within ${limits.idempotencyHours} hours get the first answer again`,
    schema: { type: 'string', maxLength: limits.idempotencyKeyCharactersMax },
  }
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` of the version that is to be changed',
    schema: { type: 'string' },
  }
  const takesVersion = route.hasVersion === true && (route.method === 'PATCH' || route.method === 'DELETE')
  return [...(route.method === 'POST' ? [idempotency] : []), ...(takesVersion ? [ifMatch] : [])]
}

function toAnswer(route: Route, components: Map<string, unknown>): Json {
  if (route.answer === null) return { description: 'Done' }
  const etag = { ETag: { description: 'The version, quoted', schema: { type: 'string' } } }
  const location = { Location: { description: 'Where its progress can be read', schema: { type: 'string' } } }
  const schema = toSchema(route.answer, 'output', components)
  return {
    description: answerNames[route.status],
    ...(route.hasVersion === true && { headers: etag }),
    ...(route.status === 202 && { headers: location }),
    content: {
      [route.mediaType ?? 'application/json']: { schema },
      ...(route.hasEvents === true && { 'text/event-stream': { schema: { type: 'string' } } }),
    },
  }
}

const answerNames: { readonly [status in Route['status']]: string } = {
  200: 'Done',
  201: 'Made',
  202: 'Begun',
  204: 'Done',
}

/** Errors of one status share an answer: its description lists the codes. */
function toErrorAnswers(route: Route): Json {
  const byStatus = new Map<number, ApiErrorCode[]>()
  for (const code of errorsOf(route)) {
    const { status } = apiErrors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.map((code) => `\`${code}\`: ${apiErrors[code].title}.`).join(' '), content },
    ]),
  )
}

/** A schema with an id becomes a component and is named; the others stand where they are used. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Map<string, unknown>): Json {
  const {
    $schema: _,
    $defs,
    ...own
  } = z.toJSONSchema(schema, {
    io,
    override: ({ zodSchema, jsonSchema }) => {
      // Answers may gain fields: a client that refuses unknown ones would break with every release.
      if (io === 'output' && zodSchema._zod.def.type === 'object') delete jsonSchema.additionalProperties
      // The format says it; the expression is a screen long.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern
    },
  })
  for (const [name, definition] of Object.entries($defs ?? {})) components.set(name, rewriteReferences(definition))
  const { id, ...rest } = rewriteReferences(own)
  if (typeof id !== 'string') return { ...rest }
  components.set(id, rest)
  return { $ref: `#/components/schemas/${id}` }
}

function rewriteReferences(schema: unknown): Json {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')
  // Parsed from what was an object a line above.
  return JSON.parse(text) as Json
}
