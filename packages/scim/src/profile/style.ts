/**
 * What a service provider demands and how its accounts behave, in the manner of the systems that Rollcall replaces.
 * Data, not code: the handler and the directory read these fields.
 */
export type Style = {
  readonly name: string
  readonly description: string
  /** Page size when the client names none. */
  readonly pageSizeDefault: number
  readonly pageSizeMax: number
  /** Requests without a User-Agent are refused (GitHub). */
  readonly userAgentRequired: boolean
  /** Attributes that a created or replaced user or group must carry besides what the schema requires. */
  readonly requiredAttributes: { readonly User: readonly string[]; readonly Group: readonly string[] }
  /** externalId is unique per connection; a second one is 409. */
  readonly externalIdUnique: boolean
  /** displayName of groups is unique per connection without regard to case; a second one is 409. */
  readonly groupNameUnique: boolean
  /** What a pushed group is: a team that the connection manages, or a group that teams may follow (GitHub). */
  readonly groupsAre: 'teams' | 'externalGroups'
  /** A group whose name gives the handle of a team that nobody manages takes that team over (Datadog). */
  readonly adoptsTeams: boolean
  /** Groups are refused whose name no team may have, or whose handle another team has (Datadog). */
  readonly strictTeamNames: boolean
  /** DELETE of a group leaves its team behind, empty and managed by nobody (Datadog). */
  readonly keepsTeams: boolean
  /** Suspended people are left out of a group's members (GitHub); their membership stays. */
  readonly hidesSuspendedMembers: boolean
  /** `active: false` takes the person out: the resource ends, and a GET of it is 404 (GitHub's organization SCIM). */
  readonly suspensionRemoves: boolean
  /** A created user whose normalised userName is that of a local account takes that account over (GitHub). */
  readonly adoptsByUserName: boolean
  /** People have a login that is made from their userName by GitHub's rules; what makes none is refused. */
  readonly githubLogins: boolean
  /** What is deleted is never taken back by the source: its externalId makes a new account, and keys end (GitHub). */
  readonly deletionIsFinal: boolean
  /** Filters are one `attribute eq value` (GitHub); others are refused. */
  readonly singleFilterOnly: boolean
  /** Lists whose elements must be objects, whatever the profile accepts (Datadog: `roles`). */
  readonly objectLists: readonly string[]
  /** PATCH of a user answers 200 with the user; of a group 204. */
  readonly patchUserAnswers: 200 | 204
  readonly patchGroupAnswers: 200 | 204
}
