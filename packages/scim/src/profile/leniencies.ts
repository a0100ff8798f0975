/**
 * What a profile may accept beyond the letter of the RFCs, each with the client that needs it.
 * A name here is API: it stands in request logs and in connection settings.
 */
export const leniencies = {
  operationCase: 'PATCH op in any case: "Add", "REPLACE" (Entra ID)',
  booleanText: '"True" and "False" as text where the schema has a boolean (Entra ID)',
  replaceCreatesElement: 'replace with a value filter that matches nothing creates the element (Entra ID)',
  dottedKeys: '"name.givenName" as a key of a path-less PATCH value (Entra ID, Okta)',
  urnKeys: '"urn:…:User:department" as a key of a PATCH value or resource (Entra ID)',
  removeWithValue: 'remove with a value removes only the listed values (Entra ID, JumpCloud)',
  referenceShapes: 'a complex reference such as manager given as bare text or a one-element array (Entra ID)',
  shortExtensionPath: 'an extension attribute named without its URN: path "manager" (Entra ID)',
  singleForMultiple: 'one value where the schema has a list (OneLogin)',
  listForSingle: 'a one-element list where the schema has one value (Entra ID)',
  wrappedValue:
    'a simple value inside an object: displayName [{"$ref":null,"value":"Babs"}], active {"active":false} (Entra ID before aadOptscim062020)',
  bareMultiValue: 'a bare text as an element of a complex list: members ["id"] (Entra ID validator, JumpCloud)',
  jsonText: 'an element given as JSON text: roles ["{\\"value\\":…}"] (Entra ID)',
  emptyText: '"" unassigns an attribute, and an element of a list in which nothing else is left (Okta, Entra ID)',
  unknownSchema: 'unknown or misspelt URNs in "schemas" are ignored (Entra ID)',
  misspeltSchema:
    'an extension whose URN lacks its last colon: "enterprise:2.0User" (Entra ID); "messages:2.0:User" for the schema of a resource (printed in RFC 7644 §3.7.3)',
  missingSchemas: 'a PATCH, search or bulk body without "schemas"',
  unknownAttributes: 'attributes that the schema does not have are ignored in POST and PUT bodies (Entra ID, Okta)',
  unknownPatchKeys: 'unknown keys in a path-less PATCH value are ignored',
  readOnlyValues: 'readOnly attributes in a PATCH value are ignored when harmless: id, meta, groups (Okta, authentik)',
  emptyOperations: 'a PATCH without operations changes nothing (Microsoft validator)',
  multiplePrimary: 'of several primary values the first is kept',
  unlistedExtension: 'an extension object whose URN is not listed in "schemas"',
  singleQuotes: 'single-quoted text in filters and paths (GitHub documentation)',
  missingSpace: 'no space between operator and quoted text: members[value eq"2819c223"] (printed in RFC 7644 §3.5.2.2)',
  unquotedText: 'unquoted text in filters (Microsoft Postman collection)',
  valuePathSubAttribute: 'emails[type eq "work"].value eq "x" as a filter (Entra ID)',
  lexicalNumbers: 'numbers as text where the schema has a number',
} as const satisfies Record<string, string>

/** The name of one leniency. */
export type Leniency = keyof typeof leniencies

/** A named set of leniencies, plus the choices the RFC leaves open. */
export type Profile = {
  readonly name: string
  readonly description: string
  readonly rules: ReadonlySet<Leniency>
  /** RFC 7644 §3.5.2.3 keeps unmentioned sub-attributes on replace; draft-zollner-scim-interop-profile drops them. */
  readonly replaceComplex: 'merge' | 'replace'
}

/**
 * Asked where the letter of the RFC is left: true when the profile accepts it.
 * Every granted question is recorded, so that the request log can say which rule fired.
 */
export type Tolerance = {
  allows(rule: Leniency, at?: string): boolean
  readonly replaceComplex: 'merge' | 'replace'
}
