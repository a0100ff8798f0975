import type { GuideArrival, ScimGuide } from './guide.ts'

const parts: readonly (readonly [written: string, pattern: string])[] = [
  ['<random GUID>', '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}'],
  ['…', '[^&]*'],
  ['{id}', '[^/?]+'],
]

/**
 * Which of a guide's arrivals a request is; undefined: none of them. The target is the path below the base address with its query.
 *
 * @example
 * ```ts
 * import { findArrival, getScimGuide } from '@rollcall/admin-api/provider-guides'
 *
 * const request = { method: 'GET', target: '/Users?filter=userName+eq+%22jane%40example.com%22&startIndex=1&count=100' }
 * console.log(findArrival(getScimGuide('okta'), request)?.means.en) // somebody was assigned: does the account exist?
 * ```
 */
export function findArrival(
  guide: ScimGuide,
  { method, target }: { readonly method: string; readonly target: string },
): GuideArrival | undefined {
  const asked = decode(target)
  return guide.arrivals.find((arrival) => arrival.method === method && toPattern(arrival.path).test(asked))
}

/** Entra has a parameter without a value in its address, before or behind the others: `aadOptscim062020`. */
const bareParameters = /(?<=[?&])\w+(?:&|$)/g

/** Broken percent-encoding is no request of any guide. */
function decode(target: string): string {
  try {
    return decodeURIComponent(target.replaceAll(bareParameters, '').replaceAll('+', ' '))
  } catch {
    return ''
  }
}

/** Further parameters may follow; a question mark without any is what some clients add. */
function toPattern(path: string): RegExp {
  let source = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
  for (const [written, pattern] of parts) source = source.replaceAll(written, pattern)
  return new RegExp(path.includes('?') ? `^${source}(?:&.*)?$` : String.raw`^${source}\??$`)
}
