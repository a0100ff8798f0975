import type { NameForm } from '../../db/queries/sessions.ts'
import { readMessage } from './decode.ts'
import { SamlError } from './saml-error.ts'
import { childrenOf, namespaces, type XmlElement } from './xml.ts'

/** What a verified assertion says. */
export type Assertion = {
  readonly id: string
  readonly issuer: string
  readonly nameId: string
  readonly nameForm: NameForm
  readonly sessionIndex: string | undefined
  /** SessionNotOnOrAfter: the session must not last longer. */
  readonly sessionEndsAt: Date | undefined
  /** When the identity provider would not accept it any more. */
  readonly notOnOrAfter: Date
  /** By Name, and by FriendlyName where no other has that for its Name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

/** What an assertion must say to be for us, now, and about what we asked. */
export type Expectation = {
  readonly issuer: string
  readonly audience: string
  readonly recipient: string
  /** Id of our request; undefined: nobody asked. */
  readonly inResponseTo: string | undefined
  readonly now: Date
}

/** Clocks differ by so much. */
export const clockSkewMs = 120_000
/** An assertion is for now. */
export const assertionAgeMaxMs = 5 * 60_000
const nameIdCharactersMax = 1_024
const attributesMax = 500
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/** Reads an assertion out of the very bytes whose signature was verified (saml-core-2.0-os §2; saml-profiles-2.0-os §4.1.4). */
export function readAssertion(verifiedXml: string, expected: Expectation): Assertion {
  const root = readMessage(verifiedXml)
  if (root.name !== 'Assertion' || root.namespace !== namespaces.assertion)
    throw new SamlError('assertionCount', 'What was signed is no assertion')
  const issuer = textOf(root, 'Issuer')
  if (issuer !== expected.issuer)
    throw new SamlError('issuerMismatch', `The assertion is from "${issuer ?? ''}", not from "${expected.issuer}"`)
  checkAge(root, expected.now)
  const ends = [checkConditions(root, expected), checkSubject(root, expected)]
  return {
    id: root.attributes.get('ID') ?? '',
    issuer,
    ...readSubject(root),
    ...readStatement(root, expected.now),
    notOnOrAfter: new Date(Math.min(...ends.map((end) => end.getTime()))),
    attributes: readAttributes(root),
  }
}

function checkAge(root: XmlElement, now: Date): void {
  const issued = instantOf(root, 'IssueInstant')
  if (issued === undefined) throw new SamlError('malformed', 'The assertion has no IssueInstant')
  if (issued.getTime() > now.getTime() + clockSkewMs)
    throw new SamlError(
      'notYetValid',
      `The assertion was issued at ${issued.toISOString()}; here it is ${now.toISOString()}`,
    )
  if (issued.getTime() + assertionAgeMaxMs + clockSkewMs <= now.getTime())
    throw new SamlError(
      'expired',
      `The assertion was issued at ${issued.toISOString()}; here it is ${now.toISOString()}`,
    )
}

function checkConditions(root: XmlElement, { audience, now }: Expectation): Date {
  const [conditions, ...others] = childrenOf(root, namespaces.assertion, 'Conditions')
  if (conditions === undefined || others.length > 0)
    throw new SamlError('malformed', 'The assertion must have one Conditions')
  checkTime(conditions, now)
  const restrictions = childrenOf(conditions, namespaces.assertion, 'AudienceRestriction')
  const named = restrictions.map((each) =>
    childrenOf(each, namespaces.assertion, 'Audience').map(({ text }) => text.trim()),
  )
  if (named.length === 0 || !named.every((audiences) => audiences.includes(audience)))
    throw new SamlError(
      'audienceMismatch',
      `The assertion is for "${named.flat().join('", "')}", not for "${audience}"`,
    )
  return instantOf(conditions, 'NotOnOrAfter') ?? new Date(now.getTime() + assertionAgeMaxMs)
}

/** One confirmation must hold for us; those for others say nothing about it. */
function checkSubject(root: XmlElement, expected: Expectation): Date {
  const [subject] = childrenOf(root, namespaces.assertion, 'Subject')
  const confirmations = childrenOf(subject, namespaces.assertion, 'SubjectConfirmation').filter(
    ({ attributes }) => attributes.get('Method') === bearer,
  )
  let failure = new SamlError('recipientMismatch', 'The assertion has no SubjectConfirmation of the method bearer')
  for (const confirmation of confirmations) {
    try {
      return checkConfirmation(confirmation, expected)
    } catch (error) {
      if (!(error instanceof SamlError)) throw error
      failure = error
    }
  }
  throw failure
}

function checkConfirmation(confirmation: XmlElement, expected: Expectation): Date {
  const { recipient, inResponseTo, now } = expected
  const [data] = childrenOf(confirmation, namespaces.assertion, 'SubjectConfirmationData')
  const named = data?.attributes.get('Recipient')
  if (data === undefined || named !== recipient)
    throw new SamlError('recipientMismatch', `The assertion is for "${named ?? ''}", not for "${recipient}"`)
  const end = instantOf(data, 'NotOnOrAfter')
  if (end === undefined) throw new SamlError('malformed', 'SubjectConfirmationData has no NotOnOrAfter')
  checkTime(data, now)
  if (data.attributes.get('InResponseTo') !== inResponseTo)
    throw new SamlError('unknownRequest', 'The assertion answers another request than the response does')
  return end
}

function checkTime(element: XmlElement, now: Date): void {
  const [from, to] = [instantOf(element, 'NotBefore'), instantOf(element, 'NotOnOrAfter')]
  if (from !== undefined && now.getTime() + clockSkewMs < from.getTime())
    throw new SamlError('notYetValid', `It is valid from ${from.toISOString()}; here it is ${now.toISOString()}`)
  if (to !== undefined && now.getTime() - clockSkewMs >= to.getTime())
    throw new SamlError('expired', `It was valid until ${to.toISOString()}; here it is ${now.toISOString()}`)
}

function readSubject(root: XmlElement): Pick<Assertion, 'nameId' | 'nameForm'> {
  const subjects = childrenOf(root, namespaces.assertion, 'Subject')
  const [nameId, ...others] = subjects.flatMap((subject) => childrenOf(subject, namespaces.assertion, 'NameID'))
  const text = nameId?.text.trim() ?? ''
  if (nameId === undefined || others.length > 0 || subjects.length > 1 || nameId.children.length > 0 || text === '')
    throw new SamlError('noSubject', 'The assertion must have one NameID with text')
  if (text.length > nameIdCharactersMax) throw new SamlError('noSubject', 'The NameID is too long')
  const nameForm = {
    format: nameId.attributes.get('Format'),
    nameQualifier: nameId.attributes.get('NameQualifier'),
    spNameQualifier: nameId.attributes.get('SPNameQualifier'),
  }
  if (Object.values(nameForm).some((value) => (value?.length ?? 0) > nameIdCharactersMax))
    throw new SamlError('noSubject', 'An attribute of the NameID is too long')
  return { nameId: text, nameForm }
}

function readStatement(root: XmlElement, now: Date): Pick<Assertion, 'sessionIndex' | 'sessionEndsAt'> {
  const [statement] = childrenOf(root, namespaces.assertion, 'AuthnStatement')
  if (statement === undefined) throw new SamlError('malformed', 'The assertion has no AuthnStatement: nobody signed in')
  const sessionEndsAt = instantOf(statement, 'SessionNotOnOrAfter')
  if (sessionEndsAt !== undefined && sessionEndsAt.getTime() <= now.getTime())
    throw new SamlError('expired', `SessionNotOnOrAfter was ${sessionEndsAt.toISOString()}`)
  return { sessionIndex: statement.attributes.get('SessionIndex'), sessionEndsAt }
}

function readAttributes(root: XmlElement): ReadonlyMap<string, readonly string[]> {
  const elements = childrenOf(root, namespaces.assertion, 'AttributeStatement')
    .flatMap((statement) => childrenOf(statement, namespaces.assertion, 'Attribute'))
    .slice(0, attributesMax)
  const found = new Map<string, readonly string[]>()
  const add = (name: string | undefined, element: XmlElement): void => {
    const values = childrenOf(element, namespaces.assertion, 'AttributeValue')
    const texts = values.filter(({ children }) => children.length === 0).map(({ text }) => text.trim())
    if (name !== undefined && name !== '')
      found.set(name, [...(found.get(name) ?? []), ...texts.filter((text) => text !== '')])
  }
  for (const element of elements) add(element.attributes.get('Name'), element)
  const names = new Set(found.keys())
  for (const element of elements) {
    const friendly = element.attributes.get('FriendlyName')
    if (friendly !== undefined && !names.has(friendly)) add(friendly, element)
  }
  return found
}

function textOf(parent: XmlElement, name: string): string | undefined {
  const [first, ...others] = childrenOf(parent, namespaces.assertion, name)
  return others.length > 0 ? undefined : first?.text.trim()
}

function instantOf(element: XmlElement, name: string): Date | undefined {
  const text = element.attributes.get(name)
  if (text === undefined) return undefined
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new SamlError('malformed', `${name} is no time`)
  return date
}
