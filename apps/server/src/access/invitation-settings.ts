import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { languages, type Language } from '../language.ts'

/** The organization's setting `invitations`. */
export type InvitationSettings = {
  /** False: nobody is invited; links that are out say that they are switched off. */
  readonly enabled: boolean
  /** How long a link works. */
  readonly validHours: number
}

/** For how many hours a link may work: two days like Datadog's unless the organization says otherwise, 30 days at most. */
export const invitationHours = { min: 1, max: 720, default: 48 } as const

/** Fills in the defaults. Stored settings were checked when they came in. */
export function toInvitationSettings(stored: JsonObject): InvitationSettings {
  const { enabled, validHours } = isJsonObject(stored['invitations']) ? stored['invitations'] : {}
  return {
    enabled: enabled !== false,
    validHours: typeof validHours === 'number' ? validHours : invitationHours.default,
  }
}

/** The language for people who have said nothing about theirs. */
export function toOrganizationLanguage(stored: JsonObject): Language {
  return languages.find((language) => language === stored['locale']) ?? 'en'
}
