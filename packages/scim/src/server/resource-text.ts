import { isJsonArray, type Json, type JsonObject } from '../json.ts'
import { toEntityTag } from '../message/entity-tag.ts'
import { type Projection, wantsAttribute } from '../resource/projection.ts'
import { projectResource } from '../resource/project-resource.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findResourceType } from '../schema/registry.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { hasGroups, isGroupType, parseDocument } from './call.ts'
import type { ServiceSettings } from './settings.ts'
import type { Fields, GroupReference, MemberReference, ResourceRecord } from './storage.ts'

/** How resources of one type are shown in one answer. */
export type View = {
  readonly settings: ServiceSettings
  readonly type: ResourceType
  /** Undefined: what a resource shows by default. */
  readonly projection: Projection | undefined
}

/** The permanent URL of a resource: `meta.location`. */
export function toLocation(settings: ServiceSettings, type: ResourceType, id: string): string {
  return `${settings.baseUrl}${type.endpoint}/${isPlain(id) ? id : encodeURIComponent(id)}`
}

function isPlain(id: string): boolean {
  return /^[A-Za-z0-9._~-]*$/.test(id)
}

/** What a store must read for a view besides the document. */
export function fieldsOf(view: View): Fields {
  const { type, projection } = view
  if (projection === undefined) return { groups: hasGroups(type), members: isGroupType(type) }
  return {
    groups: hasGroups(type) && wantsAttribute(projection, type, 'groups'),
    members: isGroupType(type) && wantsAttribute(projection, type, 'members'),
  }
}

/**
 * A resource as text but for its members, and the chunks of its members as texts.
 * Without members `text` is the whole object; with them its closing brace is missing.
 */
export type ResourceText = {
  readonly text: string
  readonly members: AsyncGenerator<string> | undefined
}

/** Writes a record as JSON; without a projection the stored text is passed on and never parsed. */
export function toResourceText(record: ResourceRecord, view: View): ResourceText {
  const text = view.projection === undefined && isPassedOn(view.type) ? splice(record, view) : project(record, view)
  if (record.members === undefined) return { text, members: undefined }
  return { text: text.slice(0, -1), members: memberTexts(record.members, view) }
}

function splice(record: ResourceRecord, view: View): string {
  const { document, groups } = record
  const attributes =
    document.length > 2 ? `${document.slice(document.indexOf('{') + 1, document.lastIndexOf('}'))},` : ''
  const groupsText =
    groups === undefined || groups.length === 0
      ? ''
      : `"groups":${JSON.stringify(groups.map((group) => toGroup(group, view.settings)))},`
  return `{"id":${JSON.stringify(record.id)},${attributes}${groupsText}"meta":${metaText(record, view)}}`
}

function metaText(record: ResourceRecord, { settings, type }: View): string {
  // Dates and versions are the store's own and need no escaping; the location is percent-encoded.
  return `{"resourceType":${JSON.stringify(type.name)},"created":"${record.created}","lastModified":"${record.lastModified}","location":${JSON.stringify(toLocation(settings, type, record.id))},"version":"W/\\"${record.version}\\""}`
}

function project(record: ResourceRecord, view: View): string {
  const { settings, type } = view
  const resource: JsonObject = {
    id: record.id,
    ...parseDocument(record.document),
    ...(record.groups === undefined || record.groups.length === 0
      ? {}
      : { groups: record.groups.map((group) => toGroup(group, settings)) }),
    meta: {
      resourceType: type.name,
      created: record.created,
      lastModified: record.lastModified,
      location: toLocation(settings, type, record.id),
      version: toEntityTag(record.version),
    },
  }
  return JSON.stringify(projectResource(resource, type, view.projection ?? defaultProjection))
}

// A projection that names nothing shows what is returned by default.
const defaultProjection: Projection = { kind: 'default' }

function toGroup(group: GroupReference, settings: ServiceSettings): JsonObject {
  return {
    value: group.value,
    $ref: referenceTo(settings, 'Group', group.value),
    ...(group.display === undefined ? {} : { display: group.display }),
    type: group.type,
  }
}

function toMember(member: MemberReference, settings: ServiceSettings): JsonObject {
  return {
    value: member.value,
    $ref: referenceTo(settings, member.type, member.value),
    type: member.type,
    ...(member.display === undefined ? {} : { display: member.display }),
  }
}

function referenceTo(settings: ServiceSettings, typeName: string, id: string): string {
  const type = findResourceType(settings.registry, typeName)
  return type === undefined ? `${settings.baseUrl}/${typeName}s/${id}` : toLocation(settings, type, id)
}

/** The rest of a group behind its other attributes: `,"members":[…]}`, or only the brace when there is none. */
async function* memberTexts(chunks: NonNullable<ResourceRecord['members']>, view: View): AsyncGenerator<string> {
  let isFirst = true
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    const members = projectMembers(chunk, view)
    if (members.length === 0) continue
    yield `${isFirst ? ',"members":[' : ','}${members.map((member) => JSON.stringify(member)).join(',')}`
    isFirst = false
  }
  yield isFirst ? '}' : ']}'
}

function projectMembers(chunk: readonly MemberReference[], view: View): readonly Json[] {
  const members = chunk.map((member) => toMember(member, view.settings))
  if (view.projection === undefined) return members
  const projected = projectResource({ members }, view.type, view.projection)['members']
  return isJsonArray(projected) ? projected : []
}

const passedOn = new WeakMap<ResourceType, boolean>()

/** True when a stored document holds nothing that an answer must leave out by default (RFC 7643 §7 "returned"). */
function isPassedOn(type: ResourceType): boolean {
  const known = passedOn.get(type)
  if (known !== undefined) return known
  const owners = [type, ...type.extensions.values()]
  const isShown = owners.every((owner) => [...owner.attributes.values()].every(isReturned))
  passedOn.set(type, isShown)
  return isShown
}

function isReturned(attribute: Attribute): boolean {
  // writeOnly values are never part of a stored document.
  if (attribute.mutability === 'writeOnly') return true
  if (attribute.returned === 'never' || attribute.returned === 'request') return false
  return attribute.subAttributes.every(isReturned)
}
