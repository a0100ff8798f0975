export { type Json, type JsonObject, isJsonArray, isJsonObject } from './json.ts'
export { ScimError, type ScimErrorCode, type ScimErrorOptions, scimError, scimErrors } from './errors.ts'
export { compareText, foldCase, foldDateTime } from './fold.ts'
export type { Attribute, AttributeInput, AttributeType, Mutability, Returned, Uniqueness } from './schema/attribute.ts'
export { commonAttributes } from './schema/common.ts'
export { enterpriseUserSchema } from './schema/enterprise-user.ts'
export { groupSchema } from './schema/group.ts'
export type { AttributeRef, ResourceType, ResourceTypeExtension, ResourceTypeInput } from './schema/resource-type.ts'
export {
  type Registry,
  type RegistryInput,
  coreDefinitions,
  createRegistry,
  findAttribute,
  findResourceType,
  findSubAttribute,
} from './schema/registry.ts'
export {
  type AuthenticationScheme,
  type PaginationFeatures,
  type SecurityEventFeatures,
  type ServiceProviderFeatures,
  toResourceTypeDocument,
  toSchemaDocument,
  toServiceProviderConfig,
} from './schema/discovery.ts'
export { extendRegistry, type RegistryExtension } from './schema/extend-registry.ts'
export type { ResourceOf } from './schema/resource-of.ts'
export { type Schema, type SchemaInput, defineSchema } from './schema/schema.ts'
export { userSchema } from './schema/user.ts'
export type {
  AttributePath,
  BoundElementFilter,
  BoundFilter,
  CompareOperator,
  Filter,
  FilterValue,
} from './filter/ast.ts'
export { bindElementFilter, bindFilter, type BindFilterOptions } from './filter/bind-filter.ts'
export { compareBySort, toSortKey } from './filter/compare-by-sort.ts'
export { foldResource } from './filter/fold-resource.ts'
export { foldValue } from './filter/fold-value.ts'
export { type FilterLimits, filterLimits } from './filter/limits.ts'
export { matchElement, matchFilter } from './filter/match-filter.ts'
export { parseFilter, type ParseFilterOptions } from './filter/parse-filter.ts'
export { printFilter } from './filter/print-filter.ts'
export { bindPath } from './path/bind-path.ts'
export { parseAttributePath, parsePath } from './path/parse-path.ts'
export { printPath } from './path/print-path.ts'
export { findWholeExtension, resolveAttribute } from './path/resolve-attribute.ts'
export type { BoundPatchPath, PatchPath } from './path/path.ts'
export { applyPatch, type PatchOptions, type PatchResult } from './patch/apply-patch.ts'
export { parsePatch, type PatchOperation } from './patch/parse-patch.ts'
export { type Leniency, type Profile, type Tolerance, leniencies } from './profile/leniencies.ts'
export { findProfile, profiles } from './profile/profiles.ts'
export type { Style } from './profile/style.ts'
export { findStyle, styles } from './profile/styles.ts'
export { createTolerance, type RecordingTolerance, strictTolerance } from './profile/tolerance.ts'
export type { AttributeChange, MemberInput, MemberStep, ResourceDraft } from './resource/draft.ts'
export { diffResources } from './resource/diff-resources.ts'
export { isUnassigned } from './resource/is-unassigned.ts'
export { normaliseResource, type NormaliseOptions } from './resource/normalise-resource.ts'
export { projectResource } from './resource/project-resource.ts'
export { parseProjection, type Projection, type Selection, wantsAttribute } from './resource/projection.ts'
export { type EntityTagCondition, matchesEntityTag, parseEntityTags, toEntityTag } from './message/entity-tag.ts'
export { type ErrorMessage, toErrorMessage } from './message/error-message.ts'
export { scimMediaType } from './message/media-type.ts'
export { parseJsonObject } from './message/parse-json.ts'
export { type Preferences, parsePrefer } from './message/prefer.ts'
export { type ScimEventUri, scimEventUris } from './event/event-uris.ts'
export { messageUrns } from './message/urns.ts'
export {
  type BulkMethod,
  type BulkOperation,
  type BulkRequest,
  type RefusedOperation,
  isRefused,
  parseBulk,
} from './bulk/parse-bulk.ts'
export { type BulkPlan, type BulkStep, type PlannedOperation, planBulk } from './bulk/plan-bulk.ts'
export { type ReferenceResolver, resolveReferences } from './bulk/references.ts'
