import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import { listOf } from './list-of.ts'
import { core11, enterprise11, enterprise20, error20, group20, list20, user20 } from './urns.ts'

/** An answer of SCIM 2.0 as 1.1 knows it. */
export function toAnswer11(body: JsonObject, status: number): JsonObject {
  const schemas = body['schemas']
  if (hasSchema(schemas, error20)) return toErrors11(body, status)
  if (hasSchema(schemas, list20)) return toList11(body)
  return toResource11(body)
}

/** SCIM 1.1 §3.9: a list of errors; the code is a number, as Okta's reference shows it. */
export function toErrors11({ detail }: JsonObject, status: number): JsonObject {
  return { Errors: [{ description: typeof detail === 'string' ? detail : 'The request failed', code: status }] }
}

function toList11({ totalResults, itemsPerPage, startIndex, Resources }: JsonObject): JsonObject {
  const resources = listOf(Resources) ?? []
  return {
    schemas: [core11],
    totalResults: totalResults ?? resources.length,
    itemsPerPage: itemsPerPage ?? resources.length,
    startIndex: startIndex ?? 1,
    Resources: resources.map((resource) => (isJsonObject(resource) ? toResource11(resource) : resource)),
  }
}

function toResource11(resource: JsonObject): JsonObject {
  const entries = Object.entries(resource).map(([name, value]): [string, Json | undefined] => {
    if (name === 'schemas') return [name, toSchemas11(value)]
    if (name === enterprise20) return [enterprise11, toEnterprise11(value)]
    if (name === 'meta' && isJsonObject(value)) {
      // 1.1 has no resourceType.
      const { resourceType: _, ...meta } = value
      return [name, meta]
    }
    return [name, value]
  })
  return Object.fromEntries(entries)
}

function toSchemas11(value: Json | undefined): Json | undefined {
  return listOf(value)?.map((name) =>
    name === user20 || name === group20 ? core11 : name === enterprise20 ? enterprise11 : name,
  )
}

function toEnterprise11(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['manager'])) return value
  const { value: managerId, $ref: _, ...rest } = value['manager']
  return { ...value, manager: managerId === undefined ? rest : { ...rest, managerId } }
}

function hasSchema(schemas: Json | undefined, name: string): boolean {
  return listOf(schemas)?.includes(name) === true
}

/** GET /ServiceProviderConfigs (SCIM 1.1 §4): what this adapter passes on. */
export function toConfigs11(config: JsonObject): JsonObject {
  const { documentationUri, filter, changePassword, sort, etag, authenticationSchemes } = config
  return {
    schemas: [core11],
    ...(documentationUri === undefined ? {} : { documentationUrl: documentationUri }),
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    ...Object.fromEntries(
      Object.entries({ filter, changePassword, sort, etag, authenticationSchemes }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
    xmlDataFormat: { supported: false },
  }
}
