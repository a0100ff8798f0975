import { createRouter } from '@tanstack/react-router'
import { basePath } from '../api/place.ts'
import { appPlanRoute } from '../app-plans/routes.ts'
import { appRulesRoute } from '../app-rules/routes.ts'
import { connectionRoute, connectionsRoute } from '../connections/routes.ts'
import { meRoute } from '../me/routes.ts'
import { overviewRoute } from '../overview/routes.ts'
import { provisioningRoutes } from '../apps/provisioning-routes.ts'
import { serviceAccountRoute, serviceAccountsRoute } from '../access/routes.ts'
import { auditRoute } from '../audit/routes.ts'
import { holdRoute, holdsRoute } from '../holds/routes.ts'
import { requestRoute, requestsRoute } from '../requests/routes.ts'
import { roleRoute, rolesRoute } from '../roles/routes.ts'
import { healthRoute, instanceOrganizationsRoute, jobsRoute, operatorsRoute } from '../instance/routes.ts'
import { importRoute } from '../import/routes.ts'
import { sessionsRoute } from '../sessions/routes.ts'
import { logStreamRoute, logStreamsRoute } from '../log-streams/routes.ts'
import { mailsRoute } from '../mails/routes.ts'
import {
  dangerRoute,
  domainsRoute,
  notificationSettingsRoute,
  planSettingsRoute,
  privacySettingsRoute,
  settingsRoute,
} from '../settings/routes.ts'
import { eventStreamRoute, eventStreamsRoute, transmitterRoute, transmittersRoute } from '../security-events/routes.ts'
import { setUpRoute } from '../set-up/routes.ts'
import { attributesRoute } from '../attributes/routes.ts'
import { upcomingRoute } from '../upcoming/routes.ts'
import { newSourceRoute } from '../source-setup/routes.ts'
import { sourceReadRoute, sourceRoute, sourcesRoute } from '../sources/routes.ts'
import { setupLinksRoute } from '../setup-links/routes.ts'
import {
  identityProviderRoute,
  identityProvidersRoute,
  newIdentityProviderRoute,
  signInMethodsRoute,
} from '../single-sign-on/routes.ts'
import { teamRoute, teamsRoute } from '../teams/routes.ts'
import { webhookRoute, webhooksRoute } from '../webhooks/routes.ts'
import { userRoute, usersRoute } from '../users/routes.ts'
import { organizationIndexRoute, organizationRoute } from './organization-route.tsx'
import { confirmedRoute, indexRoute, rootRoute } from './root-route.tsx'

// One line a noun: its routes stand in its own folder.
const screens = organizationRoute.addChildren([
  ...provisioningRoutes,
  organizationIndexRoute,
  overviewRoute,
  meRoute,
  usersRoute,
  userRoute,
  connectionsRoute,
  connectionRoute,
  holdsRoute,
  holdRoute,
  requestsRoute,
  requestRoute,
  auditRoute,
  serviceAccountsRoute,
  serviceAccountRoute,
  setupLinksRoute,
  rolesRoute,
  roleRoute,
  identityProvidersRoute,
  newIdentityProviderRoute,
  signInMethodsRoute,
  identityProviderRoute,
  sessionsRoute,
  teamsRoute,
  teamRoute,
  sourcesRoute,
  newSourceRoute,
  attributesRoute,
  upcomingRoute,
  sourceRoute,
  sourceReadRoute,
  appRulesRoute,
  appPlanRoute,
  webhooksRoute,
  webhookRoute,
  logStreamsRoute,
  logStreamRoute,
  eventStreamsRoute,
  eventStreamRoute,
  transmittersRoute,
  transmitterRoute,
  settingsRoute,
  notificationSettingsRoute,
  privacySettingsRoute,
  domainsRoute,
  planSettingsRoute,
  dangerRoute,
  mailsRoute,
  importRoute,
  instanceOrganizationsRoute,
  operatorsRoute,
  jobsRoute,
  healthRoute,
])

export const router = createRouter({
  routeTree: rootRoute.addChildren([indexRoute, confirmedRoute, setUpRoute, screens]),
  basepath: basePath,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  // The router's own way to be told of the routes.
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface Register {
    router: typeof router
  }
}
