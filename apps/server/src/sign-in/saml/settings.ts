import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { JustInTime } from '../just-in-time.ts'
import type { SamlDescription } from './metadata-reader.ts'
import { parseMetadataSigners, type MetadataSigner } from './metadata-signers.ts'

export type NameIdFormat = 'persistent' | 'emailAddress' | 'unspecified'

/** What an attribute of ours is called in assertions, where somebody says so. */
export type AttributeNames = {
  readonly userName?: string | undefined
  readonly externalId?: string | undefined
  readonly givenName?: string | undefined
  readonly familyName?: string | undefined
  readonly displayName?: string | undefined
  readonly email?: string | undefined
}

/** What administrators chose for a SAML identity provider. */
export type SamlSettings = {
  readonly metadataUrl: string | null
  /** None: metadata is taken as it comes. */
  readonly metadataSigners: readonly MetadataSigner[]
  readonly idpInitiated: boolean
  readonly wantResponseSigned: boolean
  readonly nameIdFormat: NameIdFormat
  readonly forceAuthentication: boolean
  /** Our own metadata carries a signature. */
  readonly signMetadata: boolean
  readonly attributes: AttributeNames
  readonly justInTime: JustInTime
}

/** The same as somebody sends it: what is left out stays. */
export type SamlChoices = {
  readonly metadataUrl?: string | undefined
  /** Certificates in PEM or SHA-256 fingerprints. */
  readonly metadataSigners?: readonly string[] | undefined
  readonly idpInitiated?: boolean | undefined
  readonly wantResponseSigned?: boolean | undefined
  readonly nameIdFormat?: NameIdFormat | undefined
  readonly forceAuthentication?: boolean | undefined
  readonly signMetadata?: boolean | undefined
  readonly attributes?: AttributeNames | undefined
  readonly justInTime?: { readonly enabled: boolean; readonly role?: string | undefined } | undefined
}

const defaults: SamlSettings = {
  metadataUrl: null,
  metadataSigners: [],
  idpInitiated: false,
  wantResponseSigned: false,
  nameIdFormat: 'persistent',
  forceAuthentication: false,
  signMetadata: false,
  attributes: {},
  justInTime: { enabled: false, role: null },
}

/** What stands in the column `settings` of type `saml`. */
export function toSamlSettings(stored: JsonObject): SamlSettings {
  // They were checked by the schema of the admin API when they came in.
  return { ...defaults, ...(stored as Partial<SamlSettings>) }
}

/** What stands in the column `description` of type `saml`. */
export function toSamlDescription(stored: JsonObject): SamlDescription {
  // It was made by the reader of metadata.
  return stored as unknown as SamlDescription
}

/** Throws `invalidMetadata` of signers that cannot be read. */
export function applyChoices(before: SamlSettings, choices: SamlChoices): SamlSettings {
  const { justInTime, metadataSigners, ...rest } = choices
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...before,
    ...named,
    ...(metadataSigners !== undefined && { metadataSigners: parseMetadataSigners(metadataSigners) }),
    ...(justInTime !== undefined && { justInTime: { enabled: justInTime.enabled, role: justInTime.role ?? null } }),
  }
}

export function toStored(value: SamlSettings | SamlDescription): JsonObject {
  const stored: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(stored) ? stored : {}
}
