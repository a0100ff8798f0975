import type { RouteAnswer } from '@rollcall/admin-api'
import type { Detection } from '../../../onboarding/detections.ts'
import type { LinkState } from '../../../onboarding/customer-links.ts'
import type { Visit } from '../../../onboarding/visit.ts'
import { toServiceProviderUrls } from '../../../sign-in/saml/service-provider.ts'
import { toSamlDescription, toSamlSettings } from '../../../sign-in/saml/settings.ts'
import { formatTypeId } from '../../../type-id.ts'
import { scimUrl } from '../views.ts'

type View = RouteAnswer<'getSetupVisit'>

export function viewVisit(
  visit: Visit,
  { baseUrl, state }: { readonly baseUrl: string; readonly state: LinkState },
): View {
  const { link, organization, steps } = visit
  return {
    organization: { name: organization.name },
    purpose: link.purpose,
    provider: link.provider,
    // Written by createLink only, which takes no other.
    language: link.locale as View['language'],
    state,
    expiresAt: link.expiresAt.toISOString(),
    step: link.step,
    steps: steps.map(({ id, protocol, by, isDone }) => ({ step: `${protocol}/${id}`, by, done: isDone })),
    values: { ...scimValues(visit, baseUrl), ...samlValues(visit, baseUrl) },
    scim: link.connectionId === null ? null : viewScim(visit),
    saml: link.identityProviderId === null ? null : viewSaml(visit),
  }
}

function scimValues({ link, organization }: Visit, baseUrl: string): View['values'] {
  return link.connectionId === null ? {} : { scimUrl: scimUrl(baseUrl, organization.slug) }
}

function samlValues({ link, identityProvider }: Visit, baseUrl: string): View['values'] {
  const { organizationId, identityProviderId: id } = link
  if (id === null) return {}
  const urls = toServiceProviderUrls(baseUrl, { organizationId, id })
  return {
    entityId: urls.entityId,
    acsUrl: urls.assertionConsumerServiceUrl,
    singleLogoutUrl: urls.singleLogoutUrl,
    signInUrl: urls.signInUrl,
    ...(identityProvider !== undefined && { metadataUrl: urls.entityId }),
  }
}

function viewScim({ key, detections }: Visit): NonNullable<View['scim']> {
  const token =
    key === undefined || key.revokedAt !== null
      ? null
      : { hint: key.hint, createdAt: key.createdAt.toISOString(), lastUsedAt: key.lastUsedAt?.toISOString() ?? null }
  return { token, detections: detections.map(viewDetection) }
}

function viewDetection({ line, act, cause }: Detection): NonNullable<View['scim']>['detections'][number] {
  return {
    id: formatTypeId('req', line.id),
    at: line.at.toISOString(),
    method: line.method,
    path: line.path,
    status: line.status,
    durationMs: line.durationUs / 1_000,
    act,
    passed: cause === undefined,
    cause: cause ?? null,
    detail: line.detail,
  }
}

function viewSaml({ identityProvider, lastTest }: Visit): NonNullable<View['saml']> {
  return {
    identityProvider: identityProvider === undefined ? null : viewProvider(identityProvider),
    lastTest:
      lastTest === undefined
        ? null
        : {
            at: lastTest.at.toISOString(),
            passed: lastTest.failure === undefined,
            code: lastTest.failure?.code ?? null,
            detail: lastTest.failure?.detail ?? null,
          },
  }
}

function viewProvider({ description, settings }: NonNullable<Visit['identityProvider']>) {
  const { entityId, singleSignOnUrl, certificates } = toSamlDescription(description)
  return {
    entityId,
    singleSignOnUrl,
    certificates: certificates.map(({ fingerprint, notAfter }) => ({ fingerprint, expiresAt: notAfter })),
    metadataUrl: toSamlSettings(settings).metadataUrl,
  }
}
