declare module 'virtual:routes' {
  import type { RouteId } from '@rollcall/admin-api'

  export const routeTable: { readonly [id in RouteId]: readonly [method: string, path: string, scope: string] }
}
