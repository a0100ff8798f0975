// Read by the command line before it knows what it is asked for: nothing here loads Zod.

/** What a connection accepts beyond the letter of the RFC: names of profiles in @rollcall/scim. */
export const profileNames = ['default', 'strict', 'entra', 'okta'] as const

/** What a connection demands and how its accounts behave: names of styles in @rollcall/scim. */
export const styleNames = ['rollcall', 'datadog', 'github', 'github-org'] as const

/** What a key may be given. `scim:enterprise` is another name of `scim`; `admin:enterprise` includes all the others. */
export const scopeNames = [
  'scim',
  'scim:enterprise',
  'organization:read',
  'organization:admin',
  'admin:enterprise',
] as const
