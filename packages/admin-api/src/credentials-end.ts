import { instant } from './values.ts'

export const expiresAt = instant
  .optional()
  .describe(
    'When they end: administrators are told 30 days, 7 days and a day before. Left out: what a bearer token that is a JWT says of itself, else never',
  )
