export { type BulkOperationInput, type BulkOptions, type BulkResult } from './bulk.ts'
export {
  type RequestOutcome,
  ScimClientError,
  type ScimClientErrorFields,
  type ScimClientErrorKind,
} from './client-error.ts'
export { type Client, type ClientOptions, createClient } from './client.ts'
export type { Exchange, PlainAnswer, PlainRequest } from './exchange.ts'
export type { ServiceProviderConfig } from './discovery.ts'
export {
  type FilterExpression,
  type FilterLiteral,
  and,
  co,
  element,
  eq,
  ew,
  ge,
  gt,
  le,
  lt,
  ne,
  not,
  or,
  pr,
  sw,
} from './filter-expression.ts'
export type { ListPage } from './list-page.ts'
export type { ListQuery } from './lister.ts'
export type { ListPlace, ListStretch, PagePosition } from './paging.ts'
export { type PatchOperationInput, add, addMembers, remove, removeMembers, replace } from './patch-operation.ts'
export type { CallOptions, ChangeOptions, ProjectionOptions, ResourceClient } from './resource-client.ts'
export type { Group, Meta, ResourceInput, Stored, User } from './resources.ts'
export { parseRetryAfter } from './retry-delay.ts'
