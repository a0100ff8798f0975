import type { JsonObject } from '@rollcall/scim'
import type { KeyOwner } from './rights.ts'

/** The connection that a key speaks for, as it stood when the key was last looked up. */
export type PrincipalConnection = {
  readonly id: string
  readonly name: string
  readonly state: 'active' | 'paused' | 'disabled'
  readonly version: number
  readonly profile: string
  readonly style: string
  readonly settings: JsonObject
}

/** Somebody who showed a live key of an organization, or is signed in to it. */
export type OrganizationPrincipal = {
  readonly kind: 'organization'
  readonly organizationId: string
  readonly organizationSlug: string
  /** Changes with every setting of the organization, so that settings may be cached under it. */
  readonly organizationVersion: number
  /** Of the key, or of the session. */
  readonly keyId: string
  readonly keyName: string
  /** The client that bought the access token; undefined: it is a key of its own. */
  readonly parentKeyId?: string | undefined
  readonly scopes: readonly string[]
  /** `key_…`, or `usr_…` of whoever is signed in: what stands in the changes. */
  readonly actor: string
  /** Account id of the owner. */
  readonly userId: string | undefined
  /** The owner's SCIM id: what stands behind /Me. */
  readonly userScimId: string | undefined
  readonly serviceAccountId: string | undefined
  /** What the roles of the owner allow; undefined: the key belongs to nobody, and its scopes alone count. */
  readonly owner: KeyOwner | undefined
  /** Whether groups of the organization give roles. */
  readonly hasRoleMappings: boolean
  readonly connection: PrincipalConnection | undefined
  /** Somebody who is signed in, and shows a cookie instead of a key. */
  readonly session?: PrincipalSession
}

export type PrincipalSession = {
  readonly id: string
  readonly method: 'password' | 'passkey' | 'saml' | 'oidc' | 'recoveryCode' | 'invitation'
  readonly factors: readonly string[]
  readonly startedAt: Date
  readonly provedAt: Date
  readonly idleAt: Date
  readonly expiresAt: Date
  readonly organizationName: string
  /** Runs the server: may do what keys of the instance may. */
  readonly isOperator: boolean
}

/** Somebody who showed a key of the instance: it may do everything in every organization, but does not speak SCIM. */
export type InstancePrincipal = { readonly kind: 'instance'; readonly keyId: string; readonly actor: string }

export type Principal = OrganizationPrincipal | InstancePrincipal

/** Why the door stayed shut. Everything but `missing` and `malformed` carries the organization when it is known. */
export type RefusalReason =
  | 'missing'
  | 'malformed'
  | 'unknown'
  | 'expired'
  | 'revoked'
  | 'ownerInactive'
  | 'addressNotAllowed'
  | 'clientSecret'
  | 'issuerUnavailable'
  | 'throttled'

export type Refusal = {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  /** What the client may read; tells about a key only when the key is genuine. */
  readonly detail: string
  readonly organizationId: string | undefined
  readonly keyId: string | undefined
  readonly retryAfterSeconds?: number
}

export type Authentication = { readonly kind: 'granted'; readonly principal: Principal } | Refusal
