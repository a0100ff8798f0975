import type { RequestLogLine } from '../audit/list-requests.ts'
import type { CustomerLink } from './customer-links.ts'

type ProviderName = CustomerLink['provider']

/** What a request of an identity provider was for. */
export type DetectedAct =
  | 'test'
  | 'discovery'
  | 'lookUpUser'
  | 'listUsers'
  | 'createUser'
  | 'updateUser'
  | 'deleteUser'
  | 'lookUpGroup'
  | 'listGroups'
  | 'createGroup'
  | 'updateGroup'
  | 'deleteGroup'
  | 'other'

/** Why it failed, as far as its answer tells. */
export type DetectedCause =
  | 'wrongToken'
  | 'notAllowed'
  | 'wrongAddress'
  | 'alreadyThere'
  | 'invalidRequest'
  | 'tooManyRequests'
  | 'ourSide'
  | 'refused'

export type Detection = {
  readonly line: RequestLogLine
  readonly act: DetectedAct
  readonly cause: DetectedCause | undefined
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

type Asked = { readonly method: string; readonly endpoint: string; readonly query: URLSearchParams }

/** How the test buttons of providers are known; of others the first request of whatever kind counts. */
const tests: Partial<Record<ProviderName, (asked: Asked) => boolean>> = {
  // "Test API Credentials": a page of one or two, without a filter.
  okta: ({ method, endpoint, query }) =>
    method === 'GET' &&
    endpoint === 'Users' &&
    !query.has('filter') &&
    Number(query.get('count')) <= 2 &&
    query.has('count'),
  // "Test Connection": a random person and a random group that nobody can be, by GUID.
  entra: ({ method, query }) => method === 'GET' && guid.test(valueOf(query.get('filter')) ?? ''),
}

/** Says of each request what it was for and whether it worked; `lines` come with the newest first, and so does the answer. */
export function detect(provider: ProviderName, lines: readonly RequestLogLine[]): readonly Detection[] {
  const isTest = tests[provider]
  let hasBegun = false
  return lines
    .toReversed()
    .map((line) => {
      const asked = parse(line)
      const act = (isTest === undefined ? !hasBegun : isTest(asked)) ? 'test' : toAct(asked)
      hasBegun ||= line.status < 400
      return { line, act, cause: toCause(line.status) } satisfies Detection
    })
    .toReversed()
}

function parse({ method, path }: RequestLogLine): Asked {
  const [before = '', query = ''] = path.split('?')
  const parts = before.split('/').filter((part) => part !== '')
  const place = parts.findIndex((part) => part === 'v2' || part === 'v1')
  return { method, endpoint: parts[place + 1] ?? '', query: new URLSearchParams(query) }
}

/** The quoted value of a filter with one comparison. */
function valueOf(filter: string | null): string | undefined {
  return filter === null ? undefined : /^\s*\w+\s+eq\s+"([^"]*)"\s*$/i.exec(filter)?.[1]
}

const acts: Readonly<Record<string, Readonly<Record<string, DetectedAct>>>> = {
  Users: { POST: 'createUser', PUT: 'updateUser', PATCH: 'updateUser', DELETE: 'deleteUser' },
  Groups: { POST: 'createGroup', PUT: 'updateGroup', PATCH: 'updateGroup', DELETE: 'deleteGroup' },
}
const discovery: ReadonlySet<string> = new Set(['ServiceProviderConfig', 'Schemas', 'ResourceTypes'])

function toAct({ method, endpoint, query }: Asked): DetectedAct {
  if (discovery.has(endpoint)) return 'discovery'
  if (method !== 'GET') return acts[endpoint]?.[method] ?? 'other'
  const isLookUp = query.has('filter')
  if (endpoint === 'Users') return isLookUp ? 'lookUpUser' : 'listUsers'
  if (endpoint === 'Groups') return isLookUp ? 'lookUpGroup' : 'listGroups'
  return 'other'
}

const causes: ReadonlyMap<number, DetectedCause> = new Map([
  [400, 'invalidRequest'],
  [401, 'wrongToken'],
  [403, 'notAllowed'],
  [404, 'wrongAddress'],
  [409, 'alreadyThere'],
  [429, 'tooManyRequests'],
])

function toCause(status: number): DetectedCause | undefined {
  if (status < 400) return undefined
  return causes.get(status) ?? (status >= 500 ? 'ourSide' : 'refused')
}
