/** What is provisioned: people, and teams as groups. */
export type ObjectKind = 'user' | 'team'

/** Which object of the directory, by our id (never the id over SCIM). */
export type ObjectRef = { readonly kind: ObjectKind; readonly id: string }
