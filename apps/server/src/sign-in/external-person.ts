import type { Assertion } from './saml/read-assertion.ts'
import type { AttributeNames } from './saml/settings.ts'

/** A value, and what the identity provider called it: pages and the tracer name both. */
export type NamedValue = { readonly attribute: string; readonly value: string }

/** Somebody as an identity provider describes him. */
export type ExternalPerson = {
  /** NameID or sub. */
  readonly subject: string
  readonly subjectFormat: string | undefined
  /** The subject never passes on to somebody else, so whoever was linked by it once is meant (OpenID Connect's sub). */
  readonly isSubjectStable: boolean
  readonly externalId: NamedValue | undefined
  readonly userName: NamedValue
  readonly givenName: string | undefined
  readonly familyName: string | undefined
  readonly displayName: string | undefined
  readonly email: string | undefined
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Names of what gave each part, for whoever tries a sign-in. */
  readonly origins: Origins
}

/** What gave a part of a profile: the name of an attribute or claim. */
export type Origins = { readonly [part in keyof AttributeNames]?: string | undefined }

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

/** The names that identity providers use when nobody has told them others; the first that is there counts. */
const usualNames = {
  userName: ['urn:oid:1.3.6.1.4.1.5923.1.1.1.6', 'eduPersonPrincipalName'],
  externalId: ['http://schemas.microsoft.com/identity/claims/objectidentifier'],
  givenName: ['urn:oid:2.5.4.42', 'givenName', `${claims}/givenname`, 'firstName'],
  familyName: ['urn:oid:2.5.4.4', 'sn', `${claims}/surname`, 'lastName'],
  displayName: [
    'urn:oid:2.16.840.1.113730.3.1.241',
    'displayName',
    'http://schemas.microsoft.com/identity/claims/displayname',
  ],
  email: ['urn:oid:0.9.2342.19200300.100.1.3', 'mail', `${claims}/emailaddress`, 'email'],
} as const satisfies { readonly [name in keyof AttributeNames]: readonly string[] }

const mailAddress = /^[^\s@<>]+@[^\s@<>]+$/

/** What a verified assertion says about a person (AC-D30, CON-G4). */
export function fromAssertion(assertion: Assertion, names: AttributeNames): ExternalPerson {
  const { nameId, nameForm, attributes } = assertion
  const nameIdFormat = nameForm.format
  const find = (what: keyof typeof usualNames): NamedValue | undefined => {
    const chosen = names[what]
    for (const attribute of chosen === undefined ? usualNames[what] : [chosen]) {
      const value = attributes.get(attribute)?.[0]
      if (value !== undefined) return { attribute, value }
    }
    return undefined
  }
  // NameID is the login with most identity providers; where it is an address it is the mail too.
  const isAddress = nameIdFormat?.endsWith(':emailAddress') === true && mailAddress.test(nameId)
  const email = find('email')?.value ?? (isAddress ? nameId : undefined)
  const userName = find('userName') ?? { attribute: 'NameID', value: nameId }
  return {
    subject: nameId,
    subjectFormat: nameIdFormat,
    isSubjectStable: false,
    externalId: find('externalId'),
    userName,
    givenName: find('givenName')?.value,
    familyName: find('familyName')?.value,
    displayName: find('displayName')?.value,
    email: email !== undefined && mailAddress.test(email) ? email : undefined,
    attributes,
    origins: {
      userName: userName.attribute,
      externalId: find('externalId')?.attribute,
      givenName: find('givenName')?.attribute,
      familyName: find('familyName')?.attribute,
      displayName: find('displayName')?.attribute,
      email: find('email')?.attribute ?? (isAddress ? 'NameID' : undefined),
    },
  }
}
