/** The events of RFC 9967 §7.4, by what they are called there. */
export const scimEventUris = {
  feedAdd: 'urn:ietf:params:scim:event:feed:add',
  feedRemove: 'urn:ietf:params:scim:event:feed:remove',
  createNotice: 'urn:ietf:params:scim:event:prov:create:notice',
  createFull: 'urn:ietf:params:scim:event:prov:create:full',
  patchNotice: 'urn:ietf:params:scim:event:prov:patch:notice',
  patchFull: 'urn:ietf:params:scim:event:prov:patch:full',
  putNotice: 'urn:ietf:params:scim:event:prov:put:notice',
  putFull: 'urn:ietf:params:scim:event:prov:put:full',
  delete: 'urn:ietf:params:scim:event:prov:delete',
  activate: 'urn:ietf:params:scim:event:prov:activate',
  deactivate: 'urn:ietf:params:scim:event:prov:deactivate',
  asyncResponse: 'urn:ietf:params:scim:event:misc:asyncresp',
} as const

export type ScimEventUri = (typeof scimEventUris)[keyof typeof scimEventUris]
