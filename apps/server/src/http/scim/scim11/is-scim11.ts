import type { RequestContext } from '../../request-context.ts'

/** Whether a request came by an address of SCIM 1.1. */
export function isScim11({ prefix }: Pick<RequestContext, 'prefix'>): boolean {
  return prefix.endsWith('/scim/v1')
}
