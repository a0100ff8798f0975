/** Schemas of SCIM 1.1 and what they are called in 2.0. */
export const core11 = 'urn:scim:schemas:core:1.0'
export const enterprise11 = 'urn:scim:schemas:extension:enterprise:1.0'
/** Okta always sends a group's description under this name; "may be ignored" (its SCIM 1.1 reference). */
export const oktaGroup = 'urn:okta:custom:group:1.0'

export const user20 = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const group20 = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterprise20 = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const patchOp20 = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const error20 = 'urn:ietf:params:scim:api:messages:2.0:Error'
export const list20 = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
