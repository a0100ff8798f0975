import type { ScimTargetSettings, TargetCredentials, TargetSettings } from '@rollcall/admin-api'
import { type Client, createClient } from '@rollcall/scim/client'
import type { OutboundCall, OutboundReply } from '../../../outbound-connections.ts'
import { findAppPreset } from '../../presets/presets.ts'
import type { Exchange, Target } from '../target.ts'
import { createAuthorizer } from '../../../outbound-authorizer.ts'
import { completeProfile, type TargetProfile } from './profile.ts'
import { createScimTarget } from './scim-target.ts'
import { type AnswerSignal, createWire } from './wire.ts'

/** An app as far as a target needs it, with its credentials opened. */
export type TargetApp = {
  /** The name of the preset that it was made by. */
  readonly preset?: string | null
  readonly target: TargetSettings
  /** Null: the app asks for none. */
  readonly credentials: TargetCredentials | null
}

export type TargetParts = {
  /** Our connections, or a server in the place of the network. */
  readonly send: (call: OutboundCall) => Promise<OutboundReply>
  /** What is about accounts, where it goes another way than the request for a token. */
  readonly sendAboutAccounts?: (call: OutboundCall) => Promise<OutboundReply>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told every exchange, also those that failed. */
  readonly onExchange?: (exchange: Exchange) => void
  /** Told what every answer says of pace: status and headers. */
  readonly onAnswer?: (signal: AnswerSignal) => void
}

/** The target of an app that speaks SCIM. Nothing is sent before it is asked for something; it holds no connection of its own. */
export function openTarget(app: TargetApp, parts: TargetParts): Target {
  const profile = profileOf(app)
  return createScimTarget(openClient(app, profile, parts), { profile })
}

/** What was set by hand wins over what a qualification found, that over the preset, and the preset over the RFC. */
export function profileOf({ preset, target: settings }: Pick<TargetApp, 'preset' | 'target'>): TargetProfile {
  const target = requireScim(settings)
  const known = typeof preset === 'string' ? findAppPreset(preset) : undefined
  return completeProfile(known?.kind === 'scim' ? known.profile : {}, target.found ?? {}, target.profile)
}

export function requireScim(target: TargetSettings): ScimTargetSettings {
  if (target.kind === 'scim') return target
  throw new Error(`The app speaks ${target.kind}`)
}

/** Retries are the engine's: it decides what is done again, and when. */
function openClient(app: TargetApp, profile: TargetProfile, parts: TargetParts): Client {
  const { baseUrl, ca } = app.target
  const authorizer = createAuthorizer(app.credentials, { send: parts.send, ca, now: parts.now })
  return createClient({
    baseUrl,
    exchange: createWire({ ...parts, send: parts.sendAboutAccounts ?? parts.send, ca, baseUrl, authorizer }),
    timeoutMs: profile.requestTimeoutMs,
    contentType: profile.contentType,
    retries: 0,
    now: parts.now,
  })
}
