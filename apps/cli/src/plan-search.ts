import type { RouteAnswer } from '@rollcall/admin-api'

type Search = RouteAnswer<'getAppPlan'>['search']

/** How a plan finds out who has an account already, in a line: `7300 of 10000 accounts read, 0 known, 5000 to look for`. */
export function describeSearch(search: Search): string {
  if (search === null) return 'nobody to look for'
  const { accountsRead, accountsTotal, searched, unsearched, detail } = search
  const read = accountsTotal === null ? `${accountsRead}` : `${accountsRead} of ${accountsTotal}`
  const parts = [
    ...(accountsRead > 0 ? [`${read} accounts read`] : []),
    `${searched} known`,
    ...(unsearched > 0 ? [`${unsearched} to look for`] : []),
  ]
  return detail === null ? parts.join(', ') : `${parts.join(', ')} (${detail})`
}
