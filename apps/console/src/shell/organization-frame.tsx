import { Outlet, useMatches } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useLiveStream } from '../api/live.ts'
import { SessionContext, type Permission } from '../api/session.ts'
import { Skeletons } from '../ui/skeletons.tsx'
import { ForbiddenPage, MemberPage } from './lost-pages.tsx'
import { useFrameSession } from './use-frame-session.ts'
import { Shell } from './shell.tsx'

declare module '@tanstack/react-router' {
  // What a route may say about itself.
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface StaticDataRouteOption {
    /** Whoever lacks it gets the page that says so, and who can help. */
    readonly needs?: Permission
    /** One's own: whoever has no right at all sees it too. */
    readonly isOwn?: true
  }
}

/** Rail and bar around every page of an organization. */
export function OrganizationFrame() {
  const session = useFrameSession()
  useLiveStream()
  const lack = useMatches({ select: (matches) => matches.map(({ staticData }) => staticData.needs) }).find(
    (needs) => needs !== undefined && !session.permissions.has(needs),
  )
  const isOwn = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.isOwn === true) })
  return (
    <SessionContext value={session}>
      <Shell>
        <Suspense fallback={<Skeletons />}>
          {session.permissions.size === 0 && !isOwn ? (
            <MemberPage />
          ) : lack === undefined ? (
            <Outlet />
          ) : (
            <ForbiddenPage lack={lack} />
          )}
        </Suspense>
      </Shell>
    </SessionContext>
  )
}
