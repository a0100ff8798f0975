import { apiError } from '@rollcall/admin-api'
import type { Permission } from '../../access/scopes.ts'
import { requireFeature } from '../../access/plans.ts'
import { refuseTeamBeyond } from '../../access/team-roles.ts'
import {
  getExternalGroup,
  linkTeam,
  listExternalGroups,
  listGroupMembers,
  unlinkTeam,
  type GroupMember,
} from '../../directory/team-links.ts'
import { findTeam, getTeam, type TeamDetails } from '../../directory/teams.ts'
import { formatTypeId } from '../../type-id.ts'
import type { AdminApi } from '../admin/answer.ts'
import { findPlace, identify, requireScope } from '../admin/authorize.ts'
import { toCallContext, type CallContext } from '../admin/call-context.ts'
import { toDirectoryContext } from '../admin/directory-context.ts'
import { parseBody, readText } from '../admin/read-body.ts'
import { decodeSegment } from '../mount.ts'
import type { RequestContext } from '../request-context.ts'
import { toGroup, toListedGroup } from './shapes.ts'

type Answer = { readonly status: 200 | 204; readonly body?: object; readonly link?: string | undefined }

type Asked = { readonly context: CallContext; readonly request: Request; readonly parameter: string }

type Call = {
  readonly method: 'GET' | 'PATCH' | 'DELETE'
  readonly path: RegExp
  readonly permission: Permission
  answer(asked: Asked): Promise<Answer>
}

const teamPath = /^\/teams\/([^/]+)\/external-groups$/

const calls: readonly Call[] = [
  { method: 'GET', path: /^\/external-groups()$/, permission: 'teams:read', answer: listGroups },
  { method: 'GET', path: /^\/external-group\/([^/]+)$/, permission: 'teams:read', answer: showGroup },
  { method: 'GET', path: teamPath, permission: 'teams:read', answer: showGroupsOfTeam },
  { method: 'PATCH', path: teamPath, permission: 'teams:map', answer: link },
  { method: 'DELETE', path: teamPath, permission: 'teams:map', answer: unlink },
]

/** Answers below `/api/v3/orgs/{org}`; throws what the admin API would. */
export async function answerExternalGroups(api: AdminApi, request: Request, context: RequestContext): Promise<Answer> {
  const path = context.path.replace(/\/$/, '')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const known = calls.filter((each) => each.path.test(path))
  const call = known.find((each) => each.method === method)
  if (known.length === 0) throw apiError('notFound', 'Not Found')
  if (call === undefined) {
    const allow = known.map((each) => each.method).join(', ')
    throw apiError('methodNotAllowed', `This path takes ${allow}`, { headers: { allow } })
  }
  context.route = '/api/v3/orgs'
  // GitHub's clients say `token` where others say `Bearer`.
  const authorization = request.headers.get('authorization')?.replace(/^token\s+/i, 'Bearer ') ?? null
  const principal = await identify(api, authorization, context)
  const organization = await findPlace(api.parts.database, principal, context.parameters.get('slug') ?? '')
  context.organization = organization.slug
  context.organizationId = organization.id
  const parameter = decodeSegment(call.path.exec(path)?.[1] ?? '')
  const wishes = { ifVersion: undefined, language: 'en', wantsEvents: false } as const
  const asked = {
    context: toCallContext(api.parts, context, { principal, organization, ...wishes }),
    request,
    parameter,
  }
  if (call.path !== teamPath) requireScope(principal, call.permission)
  else await requireForTeam(asked, call.permission)
  return call.answer(asked)
}

/** Whoever maintains single teams may do it for those; to all others there is no difference between one and none. */
async function requireForTeam({ context, parameter }: Asked, permission: Permission): Promise<void> {
  const { principal, organization } = context
  const team = await findTeam(context.parts.database, organization.id, parameter.toLowerCase())
  requireScope(principal, permission, team === undefined ? undefined : formatTypeId('team', team.id))
}

const pageSizeDefault = 30
const pageSizeMax = 100

async function listGroups({ context, request }: Asked): Promise<Answer> {
  const url = new URL(request.url)
  const limit = Math.min(toNumber(url, 'per_page', pageSizeDefault), pageSizeMax)
  const number = toNumber(url, 'page', 1)
  const text = url.searchParams.get('display_name') ?? undefined
  const page = { text: text === '' ? undefined : text, offset: (number - 1) * limit, limit: limit + 1 }
  const rows = await listExternalGroups(context.parts.database, context.organization.id, page)
  return {
    status: 200,
    body: { groups: rows.slice(0, limit).map(toListedGroup) },
    link: rows.length > limit ? toNextLink(context, url, number + 1) : undefined,
  }
}

const pageNumberMax = 1_000_000

function toNumber(url: URL, name: string, fallback: number): number {
  const text = url.searchParams.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= pageNumberMax) return value
  const detail = `${name} must be a whole number from 1 to ${pageNumberMax}`
  throw apiError('invalidRequest', detail, {
    errors: [{ in: 'query', pointer: `/${name}`, code: 'notAllowed', detail }],
  })
}

function toNextLink(context: CallContext, url: URL, page: number): string {
  const query = new URLSearchParams(url.searchParams)
  query.set('page', String(page))
  return `<${context.baseUrl}/api/v3/orgs/${context.organization.slug}/external-groups?${query.toString()}>; rel="next"`
}

async function showGroup({ context, parameter }: Asked): Promise<Answer> {
  if (!/^\d{1,15}$/.test(parameter)) throw apiError('notFound', 'Not Found')
  return { status: 200, body: await readGroup(context, Number(parameter)) }
}

async function readGroup(context: CallContext, number: number): Promise<object> {
  const { database } = context.parts
  const group = await getExternalGroup(database, context.organization.id, { number })
  return toGroup(group, await readMembers(context, group.id))
}

const membersPerRead = 2_000

async function readMembers(context: CallContext, groupId: string): Promise<readonly GroupMember[]> {
  const members: GroupMember[] = []
  for (;;) {
    const page = { groupId, after: members.at(-1)?.userId, limit: membersPerRead }
    const rows = await listGroupMembers(context.parts.database, context.organization.id, page)
    members.push(...rows)
    if (rows.length < membersPerRead) return members
  }
}

function readTeam({ context, parameter }: Asked): Promise<TeamDetails> {
  return getTeam(context.parts.database, context.organization.id, { handle: parameter.toLowerCase() })
}

async function showGroupsOfTeam(asked: Asked): Promise<Answer> {
  const { context } = asked
  const { groupId } = await readTeam(asked)
  if (groupId === null) return { status: 200, body: { groups: [] } }
  const group = await getExternalGroup(context.parts.database, context.organization.id, { id: groupId })
  return { status: 200, body: { groups: [toListedGroup(group)] } }
}

async function link(asked: Asked): Promise<Answer> {
  const { context, request } = asked
  const { database } = context.parts
  // GitHub reads JSON whatever the media type, and its own examples send none.
  const number = parseGroupId(parseBody(await readText(request), null))
  await requireFeature(database, context.organization.id, 'groupMapping')
  const team = await readTeam(asked)
  const { id: groupId } = await getExternalGroup(database, context.organization.id, { number })
  const target = { teamId: team.id, groupId }
  await refuseTeamBeyond(database, context.call, { organizationId: context.organization.id, id: team.id })
  await linkTeam(database, await toDirectoryContext(context, null), target)
  return { status: 200, body: await readGroup(context, number) }
}

function parseGroupId(body: unknown): number {
  const value = typeof body === 'object' && body !== null && 'group_id' in body ? body.group_id : undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  const detail = 'group_id must be the integer that names a group'
  throw apiError('invalidRequest', detail, {
    errors: [{ in: 'body', pointer: '/group_id', code: 'required', detail }],
  })
}

async function unlink(asked: Asked): Promise<Answer> {
  const { context } = asked
  const team = await readTeam(asked)
  if (team.groupId !== null) await unlinkTeam(context.parts.database, await toDirectoryContext(context, null), team.id)
  return { status: 204 }
}
