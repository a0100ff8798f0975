import type { Exchange as Wire } from '@rollcall/scim/client'
import { type Json, type JsonObject, isJsonObject } from '@rollcall/scim'
import type { HeaderReader } from '../../../outbound-answer.ts'
import type { OutboundCall, OutboundReply } from '../../../outbound-connections.ts'
import type { Exchange } from '../target.ts'
import type { Authorizer } from '../../../outbound-authorizer.ts'

/** What an answer tells of the pace that the app bears. */
export type AnswerSignal = {
  /** Null: there was none. */
  readonly status: number | null
  readonly headers: HeaderReader | undefined
  readonly durationMs: number
}

export type WireOptions = {
  readonly baseUrl: string
  readonly ca: string | undefined
  readonly send: (call: OutboundCall) => Promise<OutboundReply>
  readonly authorizer: Authorizer
  readonly onExchange?: (exchange: Exchange) => void
  readonly onAnswer?: (signal: AnswerSignal) => void
}

/** Attributes whose values are shown to nobody. */
const secretNames = /^(?:password|currentPassword|secret|token|privateKey)$/i

const secretCharactersMin = 6

/** The network as the client knows it; what passes is told to those who watch. */
export function createWire(options: WireOptions): Wire {
  const root = new URL(options.baseUrl)
  const rootPath = root.pathname.replace(/\/+$/, '')
  const { authorizer, ca, onAnswer, onExchange } = options
  const send: Wire['send'] = async ({ method, url, headers, body, signal }) => {
    const startedMs = performance.now()
    const tell = (reply: OutboundReply | undefined): void => {
      const durationMs = Math.round(performance.now() - startedMs)
      onAnswer?.({ status: reply?.status ?? null, headers: reply?.headers, durationMs })
      onExchange?.(toExchange({ method, path: toPath(url, rootPath), body }, reply, durationMs))
    }
    try {
      const { status, headers: told, text } = await options.send({ method, url, headers, body, ca, signal })
      const reply = { status, headers: told, text: withoutSecrets(text, authorizer.secrets()) }
      if (status === 401) authorizer.forget()
      tell(reply)
      return reply
    } catch (error) {
      tell(undefined)
      throw error
    }
  }
  return { authorize: (request) => authorizer.authorize(request), send }
}

/** Some servers repeat the token that they refuse. Shorter ones could be any word. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= secretCharactersMin && text.includes(secret))
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
}

/** Below the base URL, decoded so that people can read filters. */
function toPath(url: string, rootPath: string): string {
  const { pathname, search } = new URL(url)
  const text = `${pathname.slice(rootPath.length)}${search}`
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function toExchange(
  request: { readonly method: string; readonly path: string; readonly body: string | undefined },
  reply: OutboundReply | undefined,
  durationMs: number,
): Exchange {
  const { method, path, body } = request
  const parsed: unknown = body === undefined ? undefined : JSON.parse(body)
  return {
    method,
    path,
    requestBody: isJsonObject(parsed) ? maskObject(parsed) : undefined,
    status: reply?.status ?? null,
    responseBody: reply === undefined ? undefined : maskText(reply.text),
    durationMs,
  }
}

function maskObject(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, secretNames.test(name) ? '***' : maskJson(item)]),
  )
}

function maskJson(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => maskOperation(item))
  return isJsonObject(value) ? maskObject(value) : value
}

/** An operation of PATCH names the attribute in its path. */
function maskOperation(item: Json): Json {
  if (!isJsonObject(item)) return item
  const { path } = item
  const isSecret = typeof path === 'string' && secretNames.test(path)
  return isSecret ? { ...item, value: '***' } : maskObject(item)
}

/** Answers should hold no secrets; those that do are masked as text, since they need not be JSON. */
function maskText(text: string): string {
  return text.replace(/"(password|currentPassword|secret|token|privateKey)"\s*:\s*"(?:[^"\\]|\\.)*"/gi, '"$1":"***"')
}
