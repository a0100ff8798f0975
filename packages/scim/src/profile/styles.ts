import type { Style } from './style.ts'

const rollcall: Style = {
  name: 'rollcall',
  description: 'The standard: what RFC 7643 requires and no more',
  pageSizeDefault: 100,
  pageSizeMax: 1000,
  userAgentRequired: false,
  requiredAttributes: { User: [], Group: [] },
  // RFC 7643 §3.1 makes externalId the client's own affair.
  externalIdUnique: false,
  // Not in RFC 7643 §4.2, but Entra ID and Okta find their groups by displayName and fail on two hits.
  groupNameUnique: true,
  groupsAre: 'teams',
  adoptsTeams: false,
  strictTeamNames: false,
  keepsTeams: false,
  hidesSuspendedMembers: false,
  suspensionRemoves: false,
  // RFC 7644 §3.3: a POST whose unique value is taken is 409.
  adoptsByUserName: false,
  githubLogins: false,
  deletionIsFinal: false,
  singleFilterOnly: false,
  objectLists: [],
  patchUserAnswers: 200,
  // Entra ID demands 204: a group's members would be read and sent for nothing.
  patchGroupAnswers: 204,
}

const datadog: Style = {
  ...rollcall,
  name: 'datadog',
  description: 'In the manner of Datadog: groups are managed teams, a change is answered with the resource',
  adoptsTeams: true,
  strictTeamNames: true,
  keepsTeams: true,
  patchGroupAnswers: 200,
  objectLists: ['roles'],
}

const github: Style = {
  ...rollcall,
  name: 'github',
  description: 'In the manner of GitHub Enterprise: User-Agent and full resources demanded, suspended members hidden',
  pageSizeDefault: 30,
  pageSizeMax: 100,
  userAgentRequired: true,
  requiredAttributes: {
    User: ['externalId', 'active', 'userName', 'displayName', 'emails'],
    Group: ['externalId', 'displayName'],
  },
  externalIdUnique: true,
  groupsAre: 'externalGroups',
  hidesSuspendedMembers: true,
  adoptsByUserName: true,
  githubLogins: true,
  deletionIsFinal: true,
}

const githubOrg: Style = {
  ...github,
  name: 'github-org',
  description: 'In the manner of a GitHub organization outside Enterprise Managed Users: people are invited by e-mail',
  requiredAttributes: { User: ['userName', 'name', 'emails'], Group: ['displayName'] },
  externalIdUnique: false,
  hidesSuspendedMembers: false,
  suspensionRemoves: true,
}

/**
 * The styles that an organization may choose: what its endpoint demands and how its accounts behave.
 *
 * @example
 * ```ts
 * import { styles } from '@rollcall/scim'
 *
 * console.log(styles.github.pageSizeDefault, styles.rollcall.userAgentRequired) // 30 false
 * ```
 */
export const styles: {
  readonly rollcall: Style
  readonly datadog: Style
  readonly github: Style
  readonly 'github-org': Style
} = { rollcall, datadog, github, 'github-org': githubOrg }

/**
 * The style of that name; undefined when there is none.
 *
 * @example
 * ```ts
 * import { findStyle } from '@rollcall/scim'
 *
 * console.log(findStyle('github-org')?.pageSizeDefault, findStyle('constructor')) // 30 undefined
 * ```
 */
export function findStyle(name: string): Style | undefined {
  return Object.values(styles).find((style) => style.name === name)
}
