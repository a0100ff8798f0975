import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router'
import { serverUrl } from '../api/place.ts'
import { tellConfirmed } from '../api/step-up.ts'
import { NotFoundPage } from '../shell/lost-pages.tsx'

export const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

/** Nobody's place: the server knows where whoever is signed in belongs. */
export const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    location.replace(`${serverUrl}/`)
    return new Promise<never>(() => undefined)
  },
})

/** Where the window comes back to in which somebody has confirmed that it is him; it closes itself. */
export const confirmedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirmed',
  beforeLoad: () => {
    tellConfirmed()
    close()
  },
})
