/** How Datadog's audit trail sorts events; OCSF goes by the same. */
export type Category = {
  /** `evt.name`. */
  readonly event: 'Access Management' | 'Authentication' | 'Request'
  /** `@action`. */
  readonly verb: 'created' | 'modified' | 'deleted' | 'login' | 'accessed'
}

const authentication = /^(?:session|passkey|sign_in)\.|^user\.(?:signed_|sign_in|password|factor|mfa|totp|recovery)/
const created =
  /(?:\.|_)(?:created?|provision|granted|add_\w+|added|link|linked|claimed|issued|queued|restored?|unsuspend)$/
const deleted = /(?:\.|_)(?:deleted?|deprovision|revoked|remove_\w+|removed|unlink|unlinked|purged|ended|suspend)$/

export function categoryOf(action: string): Category {
  if (/\.scim_api_\w+$|^api\./.test(action)) return { event: 'Request', verb: 'accessed' }
  if (authentication.test(action)) return { event: 'Authentication', verb: 'login' }
  const verb = deleted.test(action) ? 'deleted' : created.test(action) ? 'created' : 'modified'
  return { event: 'Access Management', verb }
}
