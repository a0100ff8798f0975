import { signalsUrlOf } from '../../events/issuer.ts'

/** What receivers ask first (SSF 1.0 §7.1). */
export function toConfiguration(issuer: string): object {
  const url = signalsUrlOf(issuer)
  return {
    spec_version: '1_0',
    issuer,
    jwks_uri: `${url}/jwks.json`,
    delivery_methods_supported: [deliveryMethods.push, deliveryMethods.poll],
    configuration_endpoint: `${url}/streams`,
    status_endpoint: `${url}/status`,
    add_subject_endpoint: `${url}/subjects:add`,
    remove_subject_endpoint: `${url}/subjects:remove`,
    verification_endpoint: `${url}/verify`,
    // OAuth 2.0 client credentials, and keys as bearer tokens.
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }, { spec_urn: 'urn:ietf:rfc:6750' }],
    default_subjects: 'ALL',
  }
}

export const deliveryMethods = { push: 'urn:ietf:rfc:8935', poll: 'urn:ietf:rfc:8936' } as const

/** The address where a receiver polls its stream. */
export function pollUrlOf(issuer: string, streamId: string): string {
  return `${signalsUrlOf(issuer)}/poll/${streamId}`
}
