/** `meta` of a stored resource (RFC 7643 §3.1). */
export type Meta = {
  readonly resourceType?: string
  readonly created?: string
  readonly lastModified?: string
  readonly location?: string
  /** The ETag, with its quotes: what `ifMatch` and `ifNoneMatch` take. */
  readonly version?: string
}

/** What a server adds to a resource. */
export type Stored<Resource> = Resource & {
  readonly id: string
  readonly schemas?: readonly string[]
  readonly meta?: Meta
}

/** An element of a multi-valued attribute (RFC 7643 §2.4). */
export type MultiValue = {
  readonly value?: string
  readonly display?: string
  readonly type?: string
  readonly primary?: boolean
}

/** A person, as sent and as received (RFC 7643 §4.1 and §4.3). */
export type User = {
  readonly schemas?: readonly string[]
  readonly externalId?: string
  readonly userName: string
  readonly name?: {
    readonly formatted?: string
    readonly familyName?: string
    readonly givenName?: string
    readonly middleName?: string
    readonly honorificPrefix?: string
    readonly honorificSuffix?: string
  }
  readonly displayName?: string
  readonly nickName?: string
  readonly profileUrl?: string
  readonly title?: string
  readonly userType?: string
  readonly preferredLanguage?: string
  readonly locale?: string
  readonly timezone?: string
  readonly active?: boolean
  /** Sent, never received. */
  readonly password?: string
  readonly emails?: readonly MultiValue[]
  readonly phoneNumbers?: readonly MultiValue[]
  readonly ims?: readonly MultiValue[]
  readonly photos?: readonly MultiValue[]
  readonly addresses?: readonly {
    readonly formatted?: string
    readonly streetAddress?: string
    readonly locality?: string
    readonly region?: string
    readonly postalCode?: string
    readonly country?: string
    readonly type?: string
    readonly primary?: boolean
  }[]
  /** Received, never sent. */
  readonly groups?: readonly (MultiValue & { readonly $ref?: string })[]
  readonly entitlements?: readonly MultiValue[]
  readonly roles?: readonly MultiValue[]
  readonly x509Certificates?: readonly MultiValue[]
  readonly 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'?: EnterpriseUser
}

/** The enterprise extension of a person (RFC 7643 §4.3). */
export type EnterpriseUser = {
  readonly employeeNumber?: string
  readonly costCenter?: string
  readonly organization?: string
  readonly division?: string
  readonly department?: string
  readonly manager?: { readonly value?: string; readonly $ref?: string; readonly displayName?: string }
}

/** A team, as sent and as received (RFC 7643 §4.2). */
export type Group = {
  readonly schemas?: readonly string[]
  readonly externalId?: string
  readonly displayName: string
  readonly members?: readonly {
    readonly value: string
    readonly $ref?: string
    readonly type?: string
    readonly display?: string
  }[]
}
