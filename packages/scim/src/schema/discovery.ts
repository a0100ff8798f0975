import type { JsonObject } from '../json.ts'
import type { Attribute } from './attribute.ts'
import type { ResourceType } from './resource-type.ts'
import type { Schema } from './schema.ts'

/** One way to authenticate (RFC 7643 §5). */
export type AuthenticationScheme = {
  readonly type: 'oauth' | 'oauth2' | 'oauthbearertoken' | 'httpbasic' | 'httpdigest'
  readonly name: string
  readonly description: string
  readonly specUri?: string
  readonly documentationUri?: string
  readonly primary?: boolean
}

/** What a service provider can do; it says so at /ServiceProviderConfig. Undefined: not supported. */
export type ServiceProviderFeatures = {
  /** Absolute, without a slash at the end. */
  readonly baseUrl: string
  readonly documentationUri: string | undefined
  readonly patch: boolean
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSizeBytes: number } | undefined
  readonly filter: { readonly maxResults: number } | undefined
  readonly changePassword: boolean
  readonly sort: boolean
  readonly etag: boolean
  readonly pagination: PaginationFeatures | undefined
  readonly authenticationSchemes: readonly AuthenticationScheme[]
  readonly securityEvents?: SecurityEventFeatures | undefined
}

/** What is told as events, and which requests may be answered by one (RFC 9967 §4). */
export type SecurityEventFeatures = {
  /** `request`: when the client asks for it; `long`: when the server finds it better. */
  readonly asyncRequest: 'none' | 'long' | 'request'
  readonly eventUris: readonly string[]
}

/** How lists are cut (RFC 9865 §4). */
export type PaginationFeatures = {
  readonly cursor: boolean
  readonly index: boolean
  readonly defaultPaginationMethod: 'cursor' | 'index'
  readonly defaultPageSize: number
  readonly maxPageSize: number
  /** Undefined: a cursor does not expire. */
  readonly cursorTimeoutSeconds: number | undefined
}

const urnPrefix = 'urn:ietf:params:scim:schemas:core:2.0'

/**
 * The document at /ServiceProviderConfig (RFC 7643 §5, with `pagination` of RFC 9865 §4 and `securityEvents` of RFC 9967 §4). It says what the input says.
 *
 * @example
 * ```ts
 * import { toServiceProviderConfig } from '@rollcall/scim'
 *
 * const config = toServiceProviderConfig({
 *   baseUrl: 'https://example.com/scim/v2',
 *   documentationUri: undefined,
 *   patch: true,
 *   bulk: undefined,
 *   filter: { maxResults: 200 },
 *   changePassword: false,
 *   sort: true,
 *   etag: true,
 *   pagination: undefined,
 *   authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer token', description: 'RFC 6750' }],
 * })
 * console.log(JSON.stringify(config.bulk)) // {"supported":false,"maxOperations":0,"maxPayloadSize":0}
 * ```
 */
export function toServiceProviderConfig(features: ServiceProviderFeatures): JsonObject {
  const { bulk, filter, pagination } = features
  return {
    schemas: [`${urnPrefix}:ServiceProviderConfig`],
    ...(features.documentationUri === undefined ? {} : { documentationUri: features.documentationUri }),
    patch: { supported: features.patch },
    bulk: {
      supported: bulk !== undefined,
      maxOperations: bulk?.maxOperations ?? 0,
      maxPayloadSize: bulk?.maxPayloadSizeBytes ?? 0,
    },
    filter: { supported: filter !== undefined, maxResults: filter?.maxResults ?? 0 },
    changePassword: { supported: features.changePassword },
    sort: { supported: features.sort },
    etag: { supported: features.etag },
    ...(pagination === undefined ? {} : { pagination: toPagination(pagination) }),
    ...(features.securityEvents === undefined ? {} : { securityEvents: { ...features.securityEvents } }),
    authenticationSchemes: features.authenticationSchemes.map((scheme) => ({ ...scheme })),
    meta: { resourceType: 'ServiceProviderConfig', location: `${features.baseUrl}/ServiceProviderConfig` },
  }
}

function toPagination({ cursorTimeoutSeconds, ...pagination }: PaginationFeatures): JsonObject {
  return cursorTimeoutSeconds === undefined ? pagination : { ...pagination, cursorTimeout: cursorTimeoutSeconds }
}

/**
 * The document of one resource type at /ResourceTypes (RFC 7643 §6).
 *
 * @example
 * ```ts
 * import { createRegistry, toResourceTypeDocument } from '@rollcall/scim'
 *
 * const types = createRegistry().resourceTypes.map((type) => toResourceTypeDocument(type, 'https://example.com/scim/v2'))
 * console.log(types.map((type) => type.endpoint).join(' ')) // /Users /Groups
 * ```
 */
export function toResourceTypeDocument(type: ResourceType, baseUrl: string): JsonObject {
  const extensions = [...type.extensions.values()].map(({ schema, required }) => ({ schema: schema.id, required }))
  return {
    schemas: [`${urnPrefix}:ResourceType`],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    ...(extensions.length === 0 ? {} : { schemaExtensions: extensions }),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${encodeURIComponent(type.name)}` },
  }
}

/**
 * The document of one schema at /Schemas (RFC 7643 §7): every characteristic of every attribute, no nulls.
 *
 * @example
 * ```ts
 * import { enterpriseUserSchema, toSchemaDocument } from '@rollcall/scim'
 *
 * const document = toSchemaDocument(enterpriseUserSchema, 'https://example.com/scim/v2')
 * console.log(document.id) // urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
 * ```
 */
export function toSchemaDocument(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [`${urnPrefix}:Schema`],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(toAttributeDocument),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  }
}

function toAttributeDocument(attribute: Attribute): JsonObject {
  const { type, canonicalValues, referenceTypes, subAttributes } = attribute
  const isText = type === 'string' || type === 'reference' || type === 'binary'
  return {
    name: attribute.name,
    type,
    ...(type === 'complex' ? { subAttributes: subAttributes.map(toAttributeDocument) } : {}),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues.length === 0 ? {} : { canonicalValues }),
    // Only text has a case.
    ...(isText ? { caseExact: attribute.caseExact } : {}),
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(type === 'reference' ? { referenceTypes } : {}),
  }
}
