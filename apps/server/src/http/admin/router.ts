import { listRouteIds, routes, type Route, type RouteId } from '@rollcall/admin-api'
import { decodeSegment } from '../mount.ts'

export type Match =
  | { readonly kind: 'route'; readonly id: RouteId; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'otherMethod'; readonly allow: readonly string[] }
  | { readonly kind: 'none' }

type Entry = {
  readonly id: RouteId
  readonly route: Route
  readonly pattern: RegExp
  readonly names: readonly string[]
}

const entries: readonly Entry[] = listRouteIds().map((id) => {
  const route: Route = routes[id]
  const names = Object.keys(route.params.shape)
  return { id, route, names, pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}/?$`) }
})

/** Finds the route of the table; HEAD is answered as GET (RFC 9110 §9.3.2). */
export function matchRoute(method: string, path: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = entries.flatMap((entry) => {
    const values = entry.pattern.exec(path)
    return values === null ? [] : [{ entry, values }]
  })
  const match = found.find(({ entry }) => entry.route.method === wanted)
  if (match === undefined) {
    const methods = found.flatMap(({ entry }) =>
      entry.route.method === 'GET' ? ['GET', 'HEAD'] : [entry.route.method],
    )
    return methods.length === 0 ? { kind: 'none' } : { kind: 'otherMethod', allow: methods.toSorted() }
  }
  const { entry, values } = match
  const params = Object.fromEntries(entry.names.map((name, index) => [name, decodeSegment(values[index + 1] ?? '')]))
  return { kind: 'route', id: entry.id, params }
}
