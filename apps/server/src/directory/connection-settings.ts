import { styles, type Style } from '@rollcall/scim'
import { z } from 'zod'

/** When a connection cuts off more people than this, a person must approve it (DESIGN §5, 9). */
export type GuardSettings = {
  readonly enabled: boolean
  /** In an organization with fewer active people nothing is held. */
  readonly peopleMin: number
  /** So many people may be cut off within the window in any case. */
  readonly countMin: number
  /** And so many of the active people, in percent. */
  readonly percent: number
  readonly windowMinutes: number
}

/** What a connection's settings tell the directory; other keys in them belong to others. */
export type ConnectionSettings = {
  /** Passwords that arrive are stored, hashed; otherwise they are discarded. */
  readonly passwordSync: boolean
  readonly guard: GuardSettings
  /** POST with the externalId of a deprovisioned account: take that account back, or make a new one. */
  readonly onRecreate: 'relink' | 'new'
  /** Whether people whom the connection creates are invited and pending until they accept; both must want it, see below. */
  readonly invitations: 'send' | 'none'
  /** POST with a userName that is, normalised, the one of a local account: take that account over, or refuse with 409. */
  readonly adopt: 'userName' | 'none'
}

/** What decides besides the connection's own settings. */
export type SettingsPlace = {
  /** Its defaults count where the connection says nothing. */
  readonly style: Style
  /** The organization's setting `invitations.enabled`; false overrules every connection. */
  readonly invitationsEnabled: boolean
}

const guardSchema = z.object({
  enabled: z.boolean().default(true),
  peopleMin: z.int().min(0).default(200),
  countMin: z.int().min(0).default(50),
  percent: z.number().min(0).max(100).default(10),
  windowMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60),
})

const schema = z.object({
  passwordSync: z.boolean().default(false),
  guard: guardSchema.default(guardSchema.parse({})),
  onRecreate: z.enum(['relink', 'new']).default('relink'),
  invitations: z.enum(['send', 'none']).optional(),
  adopt: z.enum(['userName', 'none']).optional(),
})

/** Of a directory that no connection stands behind; it invites nobody by itself. */
export const defaultConnectionSettings: ConnectionSettings = parseConnectionSettings(
  {},
  { style: styles.rollcall, invitationsEnabled: false },
)

/** Fills in the defaults. Throws ZodError, whose issues name the members that are wrong. */
export function parseConnectionSettings(input: unknown, place: SettingsPlace): ConnectionSettings {
  const { invitations, adopt, ...settings } = schema.parse(input ?? {})
  const { style, invitationsEnabled } = place
  return {
    ...settings,
    invitations: invitationsEnabled ? (invitations ?? (style.invitesPeople ? 'send' : 'none')) : 'none',
    adopt: adopt ?? (style.adoptsByUserName ? 'userName' : 'none'),
  }
}
