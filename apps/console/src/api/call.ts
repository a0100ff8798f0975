import type { CallInput, Problem, RouteAnswer, RouteId } from '@rollcall/admin-api'
import { routeTable } from 'virtual:routes'
import { currentLanguage } from '../i18n/language.ts'
import { goToSignIn, serverUrl } from './place.ts'
import { ConnectionError, ProblemError } from './problem.ts'
import { askToConfirm } from './step-up.ts'

type Sent = {
  readonly params?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly idempotencyKey?: string
  readonly ifMatch?: string
}

export type CallOptions = {
  readonly signal?: AbortSignal
  /** Whoever is not signed in need not be: he is told, and not led away. */
  readonly isPublic?: boolean
}

/**
 * Calls a route of the admin API as whoever is signed in with this browser.
 * Whoever is not is led to sign in; a dangerous act asks him to confirm that it is him, and goes on.
 *
 * @throws ProblemError when the server refuses, ConnectionError when it cannot be reached
 */
export async function call<Id extends RouteId>(
  id: Id,
  input: CallInput<Id>,
  { signal, isPublic = false }: CallOptions = {},
): Promise<RouteAnswer<Id>> {
  const response = await send(id, input, signal)
  const answer = await readAnswer(response)
  if (!(answer instanceof ProblemError)) return answer as RouteAnswer<Id> // both ends come from one route table
  const { code, confirmUrl } = answer.problem
  if (code === 'unauthenticated' && !isPublic) {
    goToSignIn()
    return new Promise(() => undefined)
  }
  if (code !== 'stepUpRequired' || confirmUrl === undefined || !(await askToConfirm(confirmUrl))) throw answer
  const second = await readAnswer(await send(id, input, signal))
  if (second instanceof ProblemError) throw second
  return second as RouteAnswer<Id> // the same
}

/** The absolute address of a call, as other programs would ask for it. */
export function toUrl(id: RouteId, { params = {}, query = {} }: Pick<Sent, 'params' | 'query'>): string {
  const values = new Map(Object.entries(params))
  const path = routeTable[id][1].replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name) ?? '')),
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return serverUrl + path + (search.size === 0 ? '' : `?${search.toString()}`)
}

async function send(id: RouteId, input: Sent, signal: AbortSignal | undefined): Promise<Response> {
  const [method] = routeTable[id]
  const headers = new Headers({ accept: 'application/json', 'accept-language': currentLanguage() })
  if (input.ifMatch !== undefined) headers.set('if-match', input.ifMatch)
  if (input.idempotencyKey !== undefined) headers.set('idempotency-key', input.idempotencyKey)
  const body = input.bytes ?? (input.body === undefined ? undefined : JSON.stringify(input.body))
  if (body !== undefined)
    headers.set('content-type', input.bytes === undefined ? 'application/json' : 'application/octet-stream')
  try {
    return await fetch(toUrl(id, input), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ConnectionError(undefined, error)
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await response.text()
  if (response.ok && text === '') return undefined
  const value = parseJson(text)
  if (isProblem(value) && !response.ok) return new ProblemError(value)
  if (response.ok && value !== undefined) return value
  throw new ConnectionError(response.status)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value && 'detail' in value
}
