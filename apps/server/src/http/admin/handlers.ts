import type { RouteId } from '@rollcall/admin-api'
import type { CallContext, Handlers, Outcome } from './call-context.ts'
import { adoptionHandlers } from './handlers/adoption.ts'
import { appAssignmentHandlers } from './handlers/app-assignments.ts'
import { appPresetHandlers } from './handlers/app-presets.ts'
import { appRuleReviewHandlers } from './handlers/app-rules-review.ts'
import { appRuleSampleHandlers } from './handlers/app-rules-samples.ts'
import { appLinkHandlers } from './handlers/app-links.ts'
import { appPlanHandlers } from './handlers/app-plans.ts'
import { appPreviewHandlers } from './handlers/app-preview.ts'
import { appAccountHandlers } from './handlers/app-accounts.ts'
import { appProvisionHandlers } from './handlers/app-provision.ts'
import { appProgressHandlers } from './handlers/app-progress.ts'
import { appRuleHandlers } from './handlers/app-rules.ts'
import { appEscrowHandlers } from './handlers/app-escrow.ts'
import { appHealthHandlers } from './handlers/app-health.ts'
import { appHoldHandlers } from './handlers/app-holds.ts'
import { appHandlers } from './handlers/apps.ts'
import { appTeamHandlers } from './handlers/app-teams.ts'
import { apiKeyHandlers } from './handlers/api-keys.ts'
import { auditHandlers } from './handlers/audit.ts'
import { auditStreamHandlers } from './handlers/audit-streams.ts'
import { connectionCareHandlers } from './handlers/connection-care.ts'
import { connectionRunHandlers } from './handlers/connection-runs.ts'
import { connectionHandlers } from './handlers/connections.ts'
import { domainHandlers } from './handlers/domains.ts'
import { transmitterHandlers } from './handlers/transmitters.ts'
import { eventStreamHandlers } from './handlers/event-streams.ts'
import { eventHandlers } from './handlers/events.ts'
import { externalGroupHandlers } from './handlers/external-groups.ts'
import { factorHandlers } from './handlers/factors.ts'
import { identityProviderHandlers } from './handlers/identity-providers.ts'
import { holdHandlers } from './handlers/holds.ts'
import { instanceHandlers } from './handlers/instance.ts'
import { invitationHandlers } from './handlers/invitations.ts'
import { keyHandlers } from './handlers/keys.ts'
import { leavingHandlers } from './handlers/leaving.ts'
import { liveHandlers } from './handlers/live.ts'
import { mailHandlers } from './handlers/mails.ts'
import { leakedKeyHandlers } from './handlers/leaked-keys.ts'
import { noticeHandlers } from './handlers/notices.ts'
import { savedViewHandlers } from './handlers/saved-views.ts'
import { organizationHandlers } from './handlers/organizations.ts'
import { ownAccountHandlers } from './handlers/own-account.ts'
import { ownFactorHandlers } from './handlers/own-factors.ts'
import { ownKeyHandlers } from './handlers/own-keys.ts'
import { overviewHandlers } from './handlers/overview.ts'
import { peopleActHandlers } from './handlers/people-acts.ts'
import { peopleListHandlers } from './handlers/people-list.ts'
import { peopleHandlers } from './handlers/people.ts'
import { personRecordHandlers } from './handlers/person-records.ts'
import { personPageHandlers } from './handlers/person-page.ts'
import { planHandlers } from './handlers/plans.ts'
import { provisioningLogHandlers } from './handlers/provisioning-log.ts'
import { requestHandlers } from './handlers/requests.ts'
import { roleMappingHandlers } from './handlers/role-mappings.ts'
import { roleHandlers } from './handlers/roles.ts'
import { runHandlers } from './handlers/runs.ts'
import { attributeHandlers } from './handlers/attributes.ts'
import { schemaHandlers } from './handlers/schemas.ts'
import { serviceAccountHandlers } from './handlers/service-accounts.ts'
import { sourceBatchHandlers } from './handlers/source-batches.ts'
import { sourceDecisionHandlers } from './handlers/source-decisions.ts'
import { sourceUpcomingHandlers } from './handlers/source-upcoming.ts'
import { sourceWriteBackHandlers } from './handlers/source-write-backs.ts'
import { sourcePlanHandlers } from './handlers/source-plans.ts'
import { sourceFileHandlers } from './handlers/source-files.ts'
import { sourceReadHandlers } from './handlers/source-reads.ts'
import { sourceGroupHandlers } from './handlers/source-groups.ts'
import { sourceRecordHandlers } from './handlers/source-records.ts'
import { sourceRuleHandlers } from './handlers/source-rules.ts'
import { sourceHandlers } from './handlers/sources.ts'
import { teamMemberHandlers } from './handlers/team-members.ts'
import { setupLinkHandlers } from './handlers/setup-links.ts'
import { setupVisitHandlers } from './handlers/setup-visits.ts'
import { signInMappingHandlers } from './handlers/sign-in-mappings.ts'
import { signInEnforcementHandlers } from './handlers/sign-in-enforcement.ts'
import { signInTestHandlers } from './handlers/sign-in-tests.ts'
import { signInFailureHandlers } from './handlers/sign-in-failures.ts'
import { sessionHandlers } from './handlers/sessions.ts'
import { teamRuleHandlers } from './handlers/team-rules.ts'
import { statisticsHandlers } from './handlers/statistics.ts'
import { teamHandlers } from './handlers/teams.ts'
import { webhookHandlers } from './handlers/webhooks.ts'
import { whoamiHandlers } from './handlers/whoami.ts'

const handlers: Handlers<RouteId> = {
  ...whoamiHandlers,
  ...organizationHandlers,
  ...connectionHandlers,
  ...connectionCareHandlers,
  ...adoptionHandlers,
  ...peopleHandlers,
  ...peopleActHandlers,
  ...peopleListHandlers,
  ...personRecordHandlers,
  ...factorHandlers,
  ...leavingHandlers,
  ...domainHandlers,
  ...eventHandlers,
  ...webhookHandlers,
  ...eventStreamHandlers,
  ...transmitterHandlers,
  ...connectionRunHandlers,
  ...keyHandlers,
  ...apiKeyHandlers,
  ...noticeHandlers,
  ...savedViewHandlers,
  ...leakedKeyHandlers,
  ...serviceAccountHandlers,
  ...planHandlers,
  ...requestHandlers,
  ...auditHandlers,
  ...auditStreamHandlers,
  ...holdHandlers,
  ...schemaHandlers,
  ...attributeHandlers,
  ...sessionHandlers,
  ...ownAccountHandlers,
  ...ownFactorHandlers,
  ...ownKeyHandlers,
  ...teamHandlers,
  ...teamRuleHandlers,
  ...teamMemberHandlers,
  ...externalGroupHandlers,
  ...roleHandlers,
  ...roleMappingHandlers,
  ...invitationHandlers,
  ...mailHandlers,
  ...liveHandlers,
  ...overviewHandlers,
  ...personPageHandlers,
  ...setupLinkHandlers,
  ...setupVisitHandlers,
  ...statisticsHandlers,
  ...runHandlers,
  ...instanceHandlers,
  ...identityProviderHandlers,
  ...signInFailureHandlers,
  ...signInTestHandlers,
  ...signInEnforcementHandlers,
  ...signInMappingHandlers,
  ...appHandlers,
  ...appPresetHandlers,
  ...appHealthHandlers,
  ...appHoldHandlers,
  ...appEscrowHandlers,
  ...appPlanHandlers,
  ...appPreviewHandlers,
  ...appProvisionHandlers,
  ...appAccountHandlers,
  ...appRuleHandlers,
  ...appRuleReviewHandlers,
  ...appRuleSampleHandlers,
  ...appAssignmentHandlers,
  ...appProgressHandlers,
  ...appTeamHandlers,
  ...appLinkHandlers,
  ...provisioningLogHandlers,
  ...sourceHandlers,
  ...sourceRuleHandlers,
  ...sourceFileHandlers,
  ...sourceBatchHandlers,
  ...sourceReadHandlers,
  ...sourceGroupHandlers,
  ...sourceRecordHandlers,
  ...sourcePlanHandlers,
  ...sourceDecisionHandlers,
  ...sourceUpcomingHandlers,
  ...sourceWriteBackHandlers,
}

type AnyHandler = (
  context: CallContext,
  input: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
) => Promise<Outcome<RouteId>>

/** The handler of a route; its input was parsed by the schemas of that same route. */
export function findHandler(id: RouteId): AnyHandler {
  // TypeScript cannot tie the one id to both the handler and its input; the route table does.
  return handlers[id] as AnyHandler
}
