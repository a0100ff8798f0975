import { foldCase } from '@rollcall/scim'
import type { ExternalPerson, NamedValue } from '../external-person.ts'
import { toStorable } from '../../storable-text.ts'
import { OidcError } from './oidc-error.ts'
import type { ClaimNames } from './settings.ts'

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** OpenID Connect Core §5.1, where nobody says otherwise. */
const usualClaims = {
  userName: 'email',
  givenName: 'given_name',
  familyName: 'family_name',
  displayName: 'name',
  email: 'email',
} as const satisfies ClaimNames

/** Of the token and not of the person. */
const protocolClaims = new Set(
  'iss aud exp iat nbf jti nonce azp at_hash c_hash s_hash auth_time acr amr sid session_state rh uti ver aio typ'.split(
    ' ',
  ),
)
const depthMax = 3

const mailAddress = /^[^\s@<>]+@[^\s@<>]+$/

export type ClaimedPerson = {
  readonly person: ExternalPerson
  /** False: the user name is an address that the identity provider has not verified, so it says nothing about who it is. */
  readonly isUserNameProof: boolean
}

export function toClaimNames(chosen: ClaimNames): ClaimNames & { readonly userName: string } {
  const named: ClaimNames = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined))
  return { ...usualClaims, ...named, userName: named.userName ?? usualClaims.userName }
}

/** What verified claims say about a person. Throws `noUserName`. */
export function fromClaims(claims: Claims, chosen: ClaimNames): ClaimedPerson {
  const names = toClaimNames(chosen)
  const attributes = flatten(claims)
  const find = (name: string | undefined): NamedValue | undefined => {
    const value = name === undefined ? undefined : attributes.get(name)?.[0]
    return name === undefined || value === undefined ? undefined : { attribute: name, value }
  }
  const userName = find(names.userName)
  if (userName === undefined)
    throw new OidcError(
      'noUserName',
      `The identity provider sent no claim "${names.userName}", which is the user name: does a scope give it?`,
    )
  const email = find(names.email)?.value
  const isDenied = isFalse(claims['email_verified'])
  const isProof = (named: NamedValue): boolean =>
    isTrue(claims['email_verified']) || !isAddressOf(named, { email, isDenied })
  const externalId = find(names.externalId)
  return {
    person: {
      subject: toStorable(claims.sub),
      subjectFormat: undefined,
      isSubjectStable: true,
      externalId: externalId !== undefined && isProof(externalId) ? externalId : undefined,
      userName,
      givenName: find(names.givenName)?.value,
      familyName: find(names.familyName)?.value,
      displayName: find(names.displayName)?.value,
      // Who says himself that it is unproven does not overwrite a proven one.
      email: email !== undefined && mailAddress.test(email) && !isDenied ? email : undefined,
      attributes,
      origins: {
        userName: userName.attribute,
        externalId: externalId?.attribute,
        givenName: find(names.givenName)?.attribute,
        familyName: find(names.familyName)?.attribute,
        displayName: find(names.displayName)?.attribute,
        email: find(names.email)?.attribute,
      },
    },
    isUserNameProof: isProof(userName),
  }
}

/** Whether a user name is the very address that would have to be verified. */
function isAddressOf(
  { attribute, value }: NamedValue,
  { email, isDenied }: { readonly email: string | undefined; readonly isDenied: boolean },
): boolean {
  if (attribute === 'email') return true
  return isDenied && email !== undefined && foldCase(email) === foldCase(value)
}

// Some send texts.
function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

function isFalse(value: unknown): boolean {
  return value === false || value === 'false'
}

/** Claims as attributes with values; what is inside of an object is called by its path, such as `realm_access.roles`. */
function flatten(claims: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>()
  const walk = (value: unknown, path: string, depth: number): void => {
    const values = (Array.isArray(value) ? value : [value]).flatMap(toText)
    if (values.length > 0) attributes.set(path, values)
    else if (depth < depthMax && typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [name, inner] of Object.entries(value)) walk(inner, `${path}.${name}`, depth + 1)
  }
  for (const [name, value] of Object.entries(claims)) if (!protocolClaims.has(name)) walk(value, name, 1)
  return new Map([...attributes].map(([path, values]) => [toStorable(path), values.map(toStorable)]))
}

function toText(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
}
