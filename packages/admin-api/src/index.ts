export { formatTypeId, idPrefixes, parseTypeId } from './ids.ts'
export type { IdPrefix } from './ids.ts'
export { apiError, apiErrors, ApiError, findErrorCode, listErrorCodes } from './errors.ts'
export type { ApiErrorCode, ApiErrorOptions, Confirmation, FieldError } from './errors.ts'
export { errorLanguages, errorText } from './error-texts.ts'
export type { ErrorLanguage, ErrorText } from './error-texts.ts'
export { problemMediaType, toProblem } from './problem.ts'
export type { Problem } from './problem.ts'
export { liveTopics } from './live.ts'
export type { LiveTopic } from './live.ts'
export { limits } from './values.ts'
export { profileNames, scopeNames, signalUris, styleNames } from './names.ts'
export type { RouteScope } from './scopes.ts'
export { errorsOf } from './route.ts'
export type { FeatureName, Route } from './route.ts'
export {
  findEventShape,
  findEventVersion,
  findSubjectPrefix,
  listEventTypes,
  matchesEventFilter,
  toEventJsonSchema,
  toEventType,
  toRecordedAction,
} from './event-catalog.ts'
export type { EventType } from './event-catalog.ts'
export { auditStreamSettings } from './audit-streams.ts'
export { listRouteIds, routes } from './routes.ts'
export type { RouteAnswer, RouteBody, RouteId, RouteInput, Routes } from './routes.ts'
export { toFieldErrors } from './issues.ts'
export { createOpenApi } from './openapi.ts'
export { ConnectionError, createAdminClient, ProblemError } from './client.ts'
export type { AdminClient, AdminClientOptions, CallInput } from './client.ts'
export {
  type ProvisioningRules,
  provisioningRules,
  type RuleChange,
  type RuleFinding,
  type RulesFormat,
  ruleFinding,
} from './provisioning-rules.ts'
export { type TeamRule, teamRule } from './team-rules.ts'
export { appSettings, type AppSettings } from './app-settings.ts'
export type { LdapProfileInput, LdapTargetSettings } from './ldap-targets.ts'
export { sourceCredentials, type SourceCredentials, sourcePlace, type SourcePlace } from './source-places.ts'
export { sourceRecordsBody } from './source-batches.ts'
export type { ScimPlace } from './source-scim.ts'
export { sourceRules, type SourceRules } from './source-rules.ts'
export {
  type SourceGuards,
  type SourceSchedule,
  sourceSettings,
  type SourceSettings,
  type SourceWriteBackSettings,
} from './source-settings.ts'
export {
  type ScimTargetSettings,
  targetCredentials,
  type TargetCredentials,
  targetProfile,
  type TargetProfileInput,
  targetSettings,
  type TargetSettings,
} from './provisioning-targets.ts'
export { csvFormat, httpPull, sqlPull } from './source-formats.ts'
export type { CsvFormat, HttpPull, SqlPull } from './source-formats.ts'
export { ldapPull, type LdapPull } from './source-directories.ts'
