import type { z } from 'zod'
import { adoptionRoutes } from './adoption.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { appAssignmentRoutes } from './app-assignments.ts'
import { appPresetRoutes } from './app-presets.ts'
import { appRuleReviewRoutes } from './app-rules-review.ts'
import { appRuleSampleRoutes } from './app-rules-samples.ts'
import { appLinkRoutes } from './app-links.ts'
import { appPlanRoutes } from './app-plans.ts'
import { appPreviewRoutes } from './app-preview.ts'
import { appAccountRoutes } from './app-accounts.ts'
import { appProvisionRoutes } from './app-provision.ts'
import { appProgressRoutes } from './app-progress.ts'
import { appRuleRoutes } from './app-rules.ts'
import { appEscrowRoutes } from './app-escrow.ts'
import { appHealthRoutes } from './app-health.ts'
import { appHoldRoutes } from './app-holds.ts'
import { appRoutes } from './apps.ts'
import { appTeamRoutes } from './app-teams.ts'
import { attributeRoutes } from './attributes.ts'
import { auditRoutes } from './audit.ts'
import { auditStreamRoutes } from './audit-streams.ts'
import { connectionCareRoutes } from './connection-care.ts'
import { connectionRunRoutes } from './connection-runs.ts'
import { connectionRoutes } from './connections.ts'
import { domainRoutes } from './domains.ts'
import { eventStreamRoutes } from './event-streams.ts'
import { eventRoutes } from './events.ts'
import { externalGroupRoutes } from './external-groups.ts'
import { factorRoutes } from './factors.ts'
import { holdRoutes } from './holds.ts'
import { identityProviderAddressRoutes } from './identity-provider-addresses.ts'
import { identityProviderRoutes } from './identity-providers.ts'
import { instanceRoutes } from './instance.ts'
import { invitationRoutes } from './invitations.ts'
import { keyRoutes } from './keys.ts'
import { leavingRoutes } from './leaving.ts'
import { liveRoutes } from './live.ts'
import { mailRoutes } from './mails.ts'
import { leakedKeyRoutes } from './leaked-keys.ts'
import { noticeRoutes } from './notices.ts'
import { savedViewRoutes } from './saved-views.ts'
import { organizationRoutes } from './organizations.ts'
import { ownAccountRoutes } from './own-account.ts'
import { ownFactorRoutes } from './own-factors.ts'
import { ownKeyRoutes } from './own-keys.ts'
import { overviewRoutes } from './overview.ts'
import { peopleActRoutes } from './people-acts.ts'
import { peopleRoutes } from './people.ts'
import { personPageRoutes } from './person-page.ts'
import { planRoutes } from './plans.ts'
import { provisioningLogRoutes } from './provisioning-log.ts'
import { requestRoutes } from './requests.ts'
import { roleMappingRoutes } from './role-mappings.ts'
import { roleRoutes } from './roles.ts'
import { runRoutes } from './runs.ts'
import { schemaRoutes } from './schemas.ts'
import { serviceAccountRoutes } from './service-accounts.ts'
import { organizationMemberRoutes, teamMemberRoutes } from './team-members.ts'
import { setupLinkRoutes } from './setup-links.ts'
import { setupVisitRoutes } from './setup-visits.ts'
import { signInMappingRoutes } from './sign-in-mappings.ts'
import { signInTestRoutes } from './sign-in-tests.ts'
import { signInEnforcementRoutes } from './sign-in-enforcement.ts'
import { signInFailureRoutes } from './sign-in-failures.ts'
import { sessionRoutes } from './sessions.ts'
import { sourceBatchRoutes } from './source-batches.ts'
import { sourceFileRoutes } from './source-files.ts'
import { teamRuleRoutes } from './team-rules.ts'
import { sourceDecisionRoutes } from './source-decisions.ts'
import { sourceUpcomingRoutes } from './source-upcoming.ts'
import { sourceWriteBackRoutes } from './source-write-backs.ts'
import { sourceGroupRoutes } from './source-groups.ts'
import { sourcePlanRoutes } from './source-plans.ts'
import { sourceReadRoutes } from './source-reads.ts'
import { sourceRecordRoutes } from './source-records.ts'
import { sourceRuleRoutes } from './source-rule-revisions.ts'
import { sourceRoutes } from './sources.ts'
import { sourceScheduleRoutes } from './source-schedules.ts'
import { statisticsRoutes } from './statistics.ts'
import { teamRoutes } from './teams.ts'
import { transmitterRoutes } from './transmitters.ts'
import { webhookRoutes } from './webhooks.ts'
import { whoamiRoutes } from './whoami.ts'
import type { Route } from './route.ts'

/** The whole admin API. */
export const routes = {
  ...whoamiRoutes,
  ...organizationRoutes,
  ...connectionRoutes,
  ...connectionCareRoutes,
  ...adoptionRoutes,
  ...peopleRoutes,
  ...peopleActRoutes,
  ...factorRoutes,
  ...leavingRoutes,
  ...domainRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...eventStreamRoutes,
  ...transmitterRoutes,
  ...connectionRunRoutes,
  ...keyRoutes,
  ...apiKeyRoutes,
  ...noticeRoutes,
  ...savedViewRoutes,
  ...leakedKeyRoutes,
  ...serviceAccountRoutes,
  ...planRoutes,
  ...requestRoutes,
  ...auditRoutes,
  ...auditStreamRoutes,
  ...holdRoutes,
  ...schemaRoutes,
  ...attributeRoutes,
  ...sessionRoutes,
  ...ownAccountRoutes,
  ...ownFactorRoutes,
  ...ownKeyRoutes,
  ...teamRoutes,
  ...teamRuleRoutes,
  ...teamMemberRoutes,
  ...organizationMemberRoutes,
  ...externalGroupRoutes,
  ...roleRoutes,
  ...roleMappingRoutes,
  ...invitationRoutes,
  ...mailRoutes,
  ...liveRoutes,
  ...overviewRoutes,
  ...personPageRoutes,
  ...setupLinkRoutes,
  ...setupVisitRoutes,
  ...statisticsRoutes,
  ...runRoutes,
  ...instanceRoutes,
  ...identityProviderRoutes,
  ...signInFailureRoutes,
  ...identityProviderAddressRoutes,
  ...signInTestRoutes,
  ...signInEnforcementRoutes,
  ...signInMappingRoutes,
  ...appRoutes,
  ...appPresetRoutes,
  ...appHealthRoutes,
  ...appHoldRoutes,
  ...appEscrowRoutes,
  ...appPlanRoutes,
  ...appPreviewRoutes,
  ...appProvisionRoutes,
  ...appAccountRoutes,
  ...appRuleRoutes,
  ...appRuleReviewRoutes,
  ...appRuleSampleRoutes,
  ...appAssignmentRoutes,
  ...appProgressRoutes,
  ...appTeamRoutes,
  ...appLinkRoutes,
  ...provisioningLogRoutes,
  ...sourceRoutes,
  ...sourceScheduleRoutes,
  ...sourceRuleRoutes,
  ...sourceFileRoutes,
  ...sourceBatchRoutes,
  ...sourceReadRoutes,
  ...sourceGroupRoutes,
  ...sourceRecordRoutes,
  ...sourcePlanRoutes,
  ...sourceDecisionRoutes,
  ...sourceUpcomingRoutes,
  ...sourceWriteBackRoutes,
} as const satisfies Record<string, Route>

export type Routes = typeof routes

/** The name of a route: the `operationId` in OpenAPI. */
export type RouteId = keyof Routes

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

/** What a handler of the route receives, checked. */
export type RouteInput<Id extends RouteId> = {
  readonly params: z.output<Routes[Id]['params']>
  readonly query: z.output<Routes[Id]['query']>
  readonly body: Parsed<Routes[Id]['body']>
}

/** The body of the answer; undefined with 204. */
export type RouteAnswer<Id extends RouteId> = Parsed<Routes[Id]['answer']>

/** What a client sends as the body. */
export type RouteBody<Id extends RouteId> = Sent<Routes[Id]['body']>

/**
 * All names, in the order of the table.
 *
 * @example
 * ```ts
 * import { listRouteIds } from '@rollcall/admin-api'
 *
 * console.log(listRouteIds().includes('createOrganization')) // true
 * ```
 */
export function listRouteIds(): readonly RouteId[] {
  // Object.keys forgets the key type; the table above is the only source.
  return Object.keys(routes) as RouteId[]
}
