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
  /** A hold that nobody decides expires after so many days: nothing is changed. */
  readonly holdDays: number
  /** An approved one can be undone for so many days. */
  readonly undoDays: number
}

/** What a connection's settings tell the directory; other keys in them belong to others. */
export type ConnectionSettings = {
  /** Passwords that arrive are stored, hashed; otherwise they are discarded. */
  readonly passwordSync: boolean
  readonly guard: GuardSettings
  /** POST with the externalId of a deprovisioned account: take that account back, or make a new one; undefined: as its style does. */
  readonly onRecreate?: 'relink' | 'new' | undefined
  /** A group whose name gives the handle of a team that nobody manages takes it over; style `datadog` does so always. */
  readonly adoptTeamsByHandle: boolean
  /** Whether people whom the connection brings are invited by mail; undefined: as its style does. */
  readonly invitations?: 'send' | 'none' | undefined
  /**
   * POST with a userName that is, normalised, the one of a local account: take that account over, or refuse with 409;
   * undefined: as its style does.
   */
  readonly adopt?: 'userName' | 'none' | undefined
  /** Under styles with GitHub's logins: a short code that ends every login, behind an underscore. */
  readonly loginSuffix?: string | undefined
  readonly roles: {
    /** Given to people whose attribute `roles` names none that is known: id or name; undefined: none. */
    readonly default?: string | undefined
    /** What becomes of roles that nobody knows: written down, passed over, or refused; undefined: as its style does. */
    readonly unknown?: 'record' | 'ignore' | 'refuse' | undefined
  }
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
  holdDays: z.int().min(1).max(365).default(14),
  undoDays: z.int().min(0).max(365).default(30),
})

const schema = z.object({
  passwordSync: z.boolean().default(false),
  guard: guardSchema.default(guardSchema.parse({})),
  onRecreate: z.enum(['relink', 'new']).optional(),
  adoptTeamsByHandle: z.boolean().default(false),
  invitations: z.enum(['send', 'none']).optional(),
  adopt: z.enum(['userName', 'none']).optional(),
  loginSuffix: z
    .string()
    .regex(/^[a-z0-9]{3,8}$/i)
    .optional(),
  roles: z
    .object({ default: z.string().min(1).optional(), unknown: z.enum(['record', 'ignore', 'refuse']).optional() })
    .default({}),
})

export const defaultConnectionSettings: ConnectionSettings = schema.parse({})

/** Fills in the defaults. Throws ZodError, whose issues name the members that are wrong. */
export function parseConnectionSettings(input: unknown): ConnectionSettings {
  return schema.parse(input ?? {})
}
