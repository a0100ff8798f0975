export { type Answer, toErrorAnswer, toErrorResponse, toResponse } from './answer.ts'
export type { Body } from './body-stream.ts'
export type { DeferredRequest, Deferral } from './async-request.ts'
export { type Completion, type Outcome, listCompletions } from './completion.ts'
export type { Action, IncomingRequest, Subject } from './call.ts'
export type { Exchange } from './exchange.ts'
export { type MemoryStorageOptions, createMemoryStorage } from './memory-storage.ts'
export {
  type ServeOptions,
  type ServiceProvider,
  type ServiceProviderOptions,
  createServiceProvider,
} from './service-provider.ts'
export { type Limits, type ServiceSettings, defaultLimits } from './settings.ts'
export type {
  Fields,
  GroupReference,
  ListPage,
  ListQuery,
  MemberReference,
  PageRequest,
  RemoveOutcome,
  ResourceRecord,
  ResourceUpdate,
  Storage,
  UpdateOutcome,
} from './storage.ts'
