import { provisioningRules, type ProvisioningRules } from '@rollcall/admin-api'
import { AccessError } from '../../access/access-error.ts'
import { awsIdentityCenter } from './aws.ts'
import { datadog } from './datadog.ts'
import { entraFlagStyle, entraStyle, generic, oktaStyle } from './generic.ts'
import { github } from './github.ts'
import { activeDirectory, openLdap } from './ldap.ts'
import type { AppPreset } from './preset.ts'
import { slack } from './slack.ts'

export const appPresets: Readonly<Record<string, AppPreset>> = {
  datadog,
  github,
  slack,
  'aws-identity-center': awsIdentityCenter,
  scim: generic,
  'okta-style': oktaStyle,
  'entra-style': entraStyle,
  'entra-flag-style': entraFlagStyle,
  openldap: openLdap,
  'active-directory': activeDirectory,
}

/** Undefined also for a name that a later version took away. */
export function findAppPreset(name: string): AppPreset | undefined {
  return Object.hasOwn(appPresets, name) ? appPresets[name] : undefined
}

/** Throws `invalidPreset`. */
export function getAppPreset(name: string): AppPreset {
  const preset = findAppPreset(name)
  if (preset !== undefined) return preset
  const message = `There is no preset "${name}"; there are ${Object.keys(appPresets).join(', ')}`
  throw new AccessError('invalidPreset', message, { field: 'preset' })
}

/** The rules of a preset, with what they leave out. */
export function presetRules(preset: AppPreset): ProvisioningRules {
  return provisioningRules.parse(preset.rules)
}
