import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { mailStates, type MailState } from './states.ts'

/** `open`: the mail that is read beside the list. */
export type MailsSearch = { readonly state?: MailState | undefined; readonly open?: string | undefined }

export const mailsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/mails',
  staticData: { needs: 'mail:read' },
  validateSearch: ({ state, open }: Record<string, unknown>): MailsSearch => ({
    state: mailStates.find((each) => each === state),
    open: typeof open === 'string' ? open : undefined,
  }),
  component: lazyRouteComponent(() => import('./mails-page.tsx'), 'MailsPage'),
})
