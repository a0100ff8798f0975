import { entraSaml, entraScim } from './entra.ts'
import { genericSaml, genericScim } from './generic.ts'
import { googleSaml, googleScim } from './google.ts'
import type { GuideProvider, ProviderGuide, SamlGuide, ScimGuide } from './guide.ts'
import { jumpcloudSaml, jumpcloudScim } from './jumpcloud.ts'
import { oktaSaml, oktaScim } from './okta.ts'
import { oneloginSaml, oneloginScim } from './onelogin.ts'
import { pingSaml, pingScim } from './ping.ts'

export { findArrival } from './find-arrival.ts'
export { guideLanguages, guideProviders, guideValues, parseGuideText } from './guide.ts'
export type {
  GuideArrival,
  GuideClaim,
  GuideEffect,
  GuideField,
  GuideLanguage,
  GuidePiece,
  GuideProtocol,
  GuideProvider,
  GuideReturn,
  GuideStep,
  GuideValue,
  GuideWords,
  ProviderGuide,
  SamlGuide,
  ScimGuide,
} from './guide.ts'

const guides: Readonly<Record<GuideProvider, { readonly scim: ScimGuide; readonly saml: SamlGuide }>> = {
  okta: { scim: oktaScim, saml: oktaSaml },
  entra: { scim: entraScim, saml: entraSaml },
  onelogin: { scim: oneloginScim, saml: oneloginSaml },
  jumpcloud: { scim: jumpcloudScim, saml: jumpcloudSaml },
  google: { scim: googleScim, saml: googleSaml },
  ping: { scim: pingScim, saml: pingSaml },
  generic: { scim: genericScim, saml: genericSaml },
}

/**
 * The guide of a provider for people and groups over SCIM.
 *
 * @example
 * ```ts
 * import { getScimGuide } from '@rollcall/admin-api/provider-guides'
 *
 * console.log(getScimGuide('entra').steps.find(({ id }) => id === 'connect')?.path.join(' → ')) // Provisioning → New configuration
 * ```
 */
export function getScimGuide(provider: GuideProvider): ScimGuide {
  return guides[provider].scim
}

/**
 * The guide of a provider for signing in over SAML.
 *
 * @example
 * ```ts
 * import { getSamlGuide } from '@rollcall/admin-api/provider-guides'
 *
 * console.log(getSamlGuide('google').preset) // google
 * ```
 */
export function getSamlGuide(provider: GuideProvider): SamlGuide {
  return guides[provider].saml
}

/**
 * All guides, those of a provider one after the other.
 *
 * @example
 * ```ts
 * import { listGuides } from '@rollcall/admin-api/provider-guides'
 *
 * console.log(listGuides().length) // 14
 * ```
 */
export function listGuides(): readonly ProviderGuide[] {
  return Object.values(guides).flatMap(({ scim, saml }) => [scim, saml])
}
