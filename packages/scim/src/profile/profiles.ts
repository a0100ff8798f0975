import { type Leniency, type Profile, leniencies } from './leniencies.ts'

/** No leniency at all: the letter of RFC 7643 and RFC 7644. */
const strict: Profile = {
  name: 'strict',
  description: 'The letter of RFC 7643 and RFC 7644; for conformance tests and for clients under your own control',
  rules: new Set(),
  replaceComplex: 'merge',
}

/** What Microsoft Entra ID and its validator send (use-scim-to-provision-users-and-groups and the compatibility page). */
const entraRules: readonly Leniency[] = [
  // "Add", "Replace", "Remove" without the flag aadOptscim062020.
  'operationCase',
  // `"active":"False"`, `roles[primary eq "True"]`.
  'booleanText',
  // Replace on `emails[type eq "work"].value` of a user without a work address.
  'replaceCreatesElement',
  // One path-less operation with `name.givenName` and `urn:…:User:department` as keys (with the flag).
  'dottedKeys',
  'urnKeys',
  // Remove `members` with the list of those to remove (without the flag).
  'removeWithValue',
  // Manager as bare text, as `[{"value":…}]`, and under the short path `manager`.
  'referenceShapes',
  'shortExtensionPath',
  // A bare text as value of `add members`, and one-element lists for single values (Postman collection).
  'singleForMultiple',
  'listForSingle',
  'bareMultiValue',
  // Every simple value as `[{"$ref":null,"value":…}]`, as older jobs still send it.
  'wrappedValue',
  // PATCH of roles without the flag: every role as JSON text with keys of its own (`id`, `displayName`).
  'jsonText',
  'unknownAttributes',
  'unknownPatchKeys',
  // Clearing the manager and other values.
  'emptyText',
  // The legacy ADSCIM URN of groups, and the URN without its last colon.
  'unknownSchema',
  'misspeltSchema',
  'unlistedExtension',
  // The validator sends a PATCH without operations, and an "id" beside them.
  'emptyOperations',
  'readOnlyValues',
  // Two values marked primary come from two mappings of one list.
  'multiplePrimary',
  // The Postman collection's filters, and the reference check on emails.
  'unquotedText',
  'valuePathSubAttribute',
  // Numbers of a custom extension are flowed as text unless the mapping says otherwise.
  'lexicalNumbers',
]

/** What Okta sends (its SCIM 2.0 reference, guides and published suites). */
const oktaRules: readonly Leniency[] = [
  // Some integrations of the catalogue send "Replace".
  'operationCase',
  // Custom attributes of type boolean are typed by the administrator and may arrive as text.
  'booleanText',
  // `emails[type eq "work"].value` of a user that another client created without one.
  'replaceCreatesElement',
  // Profile attributes of an extension by their full name, and `name.givenName`, as keys of a path-less value.
  'dottedKeys',
  'urnKeys',
  // Okta names what to remove by filter, but `remove` with a list must never empty a group.
  'removeWithValue',
  // External names such as `manager` are typed by the administrator.
  'shortExtensionPath',
  'referenceShapes',
  'singleForMultiple',
  'listForSingle',
  'bareMultiValue',
  // OIN test C9337: pushing empty values must not raise errors.
  'emptyText',
  // PUT sends back what GET answered plus attributes of its own, whatever `schemas` says.
  'unknownAttributes',
  'unknownPatchKeys',
  'unknownSchema',
  'unlistedExtension',
  // A group's rename carries its `id` in the value.
  'readOnlyValues',
  'multiplePrimary',
  'lexicalNumbers',
]

const entra: Profile = {
  name: 'entra',
  description: 'What Microsoft Entra ID sends, with and without aadOptscim062020',
  rules: new Set(entraRules),
  replaceComplex: 'merge',
}

const okta: Profile = {
  name: 'okta',
  description: 'What Okta sends, from integrations of its catalogue and from custom ones',
  rules: new Set(oktaRules),
  replaceComplex: 'merge',
}

const lenient: Profile = {
  name: 'default',
  description: 'Every shape that a known client sends, so that one connection setting fits all',
  // A leniency is only ever an answer to a request that would fail, so knowing them all does no harm to strict clients.
  rules: new Set(Object.keys(leniencies).filter(isLeniency)),
  replaceComplex: 'merge',
}

/**
 * The profiles that a connection may choose: what it accepts beyond the letter of the RFCs.
 *
 * @example
 * ```ts
 * import { profiles } from '@rollcall/scim'
 *
 * console.log(profiles.strict.rules.size, profiles.entra.rules.has('booleanText')) // 0 true
 * ```
 */
export const profiles: {
  readonly default: Profile
  readonly strict: Profile
  readonly entra: Profile
  readonly okta: Profile
} = {
  default: lenient,
  strict,
  entra,
  okta,
}

/**
 * The profile of that name; undefined when there is none.
 *
 * @example
 * ```ts
 * import { findProfile } from '@rollcall/scim'
 *
 * console.log(findProfile('entra')?.name, findProfile('toString')) // entra undefined
 * ```
 */
export function findProfile(name: string): Profile | undefined {
  return Object.values(profiles).find((profile) => profile.name === name)
}

function isLeniency(name: string): name is Leniency {
  return Object.hasOwn(leniencies, name)
}
