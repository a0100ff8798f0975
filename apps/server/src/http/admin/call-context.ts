import type { RouteId, RouteAnswer, RouteInput } from '@rollcall/admin-api'
import type { Call } from '../../access/call.ts'
import type { Principal } from '../../access/principal.ts'
import { toCallerRights } from '../../access/rights.ts'
import type { Language } from '../../language.ts'
import type { DerivedLinks } from '../../access/derived-links.ts'
import type { Frame, LiveHub } from '../../live/hub.ts'
import type { MailLinks } from '../../mail-links.ts'
import type { Parts } from '../../parts.ts'
import type { Challenges } from '../../sign-in/challenges.ts'
import type { RequestContext } from '../request-context.ts'
import type { ScimProbe } from '../scim/probe.ts'
import type { ScimReplay } from '../scim/replay.ts'

export type AdminParts = Pick<
  Parts,
  | 'database'
  | 'clock'
  | 'encryption'
  | 'config'
  | 'draining'
  | 'lookUpTxt'
  | 'outboundConnections'
  | 'outboundFetch'
  | 'outboundSender'
  | 'outboundStreams'
  | 'outboundTcp'
  | 'publicUrl'
> & {
  readonly challenges: Challenges
  readonly invitationLinks: DerivedLinks
  readonly mailLinks: MailLinks
  readonly customerLinks: DerivedLinks
  readonly probeScim: ScimProbe
  readonly replayScim: ScimReplay
  readonly liveHub: LiveHub
}

/** What a handler knows about its request besides the checked input. */
export type CallContext = {
  readonly parts: AdminParts
  readonly principal: Principal
  readonly call: Call
  /** Of the path; every route below `/organizations/{organization}` has one. */
  readonly organization: { readonly id: string; readonly slug: string }
  /** Where the request comes from. */
  readonly clientIp: string
  /** Absolute address of Rollcall, without a slash at its end. */
  readonly baseUrl: string
  /** What If-Match asks for; undefined: any version. */
  readonly ifVersion: number | undefined
  /** What texts for people are written in. */
  readonly language: Language
  /** The body of a route that takes bytes; empty otherwise. */
  readonly bytes: Buffer
  /** The body of a route that takes bytes or lines, as it comes. */
  readonly incoming: IncomingBody
  /** The client wants to follow: an answer with `events` is sent again at every change. */
  readonly wantsEvents: boolean
  /** Where a client that was cut off wants to go on. */
  readonly lastEventId: string | undefined
  /** The cookies that came with the request, as they stand in its header. */
  readonly cookies: string
  /** Who the caller is now, for what answers long; undefined: nobody any more. */
  identifyAgain(): Promise<Principal | undefined>
}

/** A body of which the handler knows what it means. */
export type IncomingBody = { readonly mediaType: string | undefined; readonly chunks: AsyncIterable<Uint8Array> }

/** What most callers of `toCallContext` do not have. */
type Absent = Pick<CallContext, 'bytes' | 'incoming' | 'lastEventId' | 'cookies' | 'identifyAgain'>

const nothing = Buffer.alloc(0)
const noBody: IncomingBody = { mediaType: undefined, chunks: new Blob([]).stream() }

export function toCallContext(
  parts: AdminParts,
  context: RequestContext,
  known: Omit<CallContext, 'parts' | 'baseUrl' | 'clientIp' | 'call' | keyof Absent> & Partial<Absent>,
): CallContext {
  const { actor } = known.principal
  const rights = toCallerRights(known.principal)
  const call = { actor, now: parts.clock(), requestId: context.requestId, rights }
  const absent = {
    bytes: nothing,
    incoming: noBody,
    lastEventId: undefined,
    cookies: '',
    identifyAgain: async () => known.principal,
  }
  return { ...absent, ...known, parts, baseUrl: context.baseUrl, clientIp: context.clientIp, call }
}

/** What a handler answers: the body, and where the new thing lives. */
export type Outcome<Id extends RouteId> = {
  readonly body: RouteAnswer<Id>
  /** Sent as the ETag where the route has one. */
  readonly version?: number
  /** Path of what was made, below the public address. */
  readonly location?: string
  /** A `Set-Cookie` of the answer. */
  readonly cookie?: string
  /** Of an answer that is no JSON: its text, made while it is sent. */
  readonly pieces?: AsyncIterable<string>
  /** Where the client wants them: bodies one after the other, the first one included. */
  readonly events?: AsyncIterable<RouteAnswer<Id>>
  /** The same where they have names and numbers of their own. */
  readonly frames?: AsyncIterable<Frame>
}

export type Handler<Id extends RouteId> = (context: CallContext, input: RouteInput<Id>) => Promise<Outcome<Id>>

export type Handlers<Ids extends RouteId> = { readonly [Id in Ids]: Handler<Id> }
