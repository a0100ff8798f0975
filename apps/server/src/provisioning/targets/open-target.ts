import type { TargetCredentials, TargetSettings } from '@rollcall/admin-api'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { findAppPreset } from '../presets/presets.ts'
import type { CompiledRules } from '../rules/compiled.ts'
import { rehearseWrites } from '../trace/rehearsal-transport.ts'
import { openLdapTarget } from './ldap/open-ldap-target.ts'
import { openTarget as openScimTarget } from './scim/open-target.ts'
import type { AnswerSignal } from './scim/wire.ts'
import type { Exchange, Target } from './target.ts'

/** An app as far as a target needs it, with its credentials opened. */
export type TargetApp = {
  /** The name of the preset that it was made by. */
  readonly preset?: string | null
  readonly target: TargetSettings
  /** Null: the app asks for none. */
  readonly credentials: TargetCredentials | null
}

export type TargetParts = {
  readonly outboundConnections: OutboundConnections
  readonly clock: () => Date
  /** What is written: directories are read by the names of attributes. */
  readonly rules?: Pick<CompiledRules, 'teams'> | undefined
  /** What would change something is not sent, and answered as if all went well. */
  readonly isRehearsal?: boolean
  /** Told every exchange, also those that failed. */
  readonly onExchange?: (exchange: Exchange) => void
  /** Told what every answer over HTTP says of pace. */
  readonly onAnswer?: (signal: AnswerSignal) => void
}

/** The target of an app, whatever it speaks. Nothing is sent before it is asked for something. */
export function openTarget(app: TargetApp, parts: TargetParts): Target {
  const { target, preset = null, credentials } = app
  const { outboundConnections, clock, onExchange, onAnswer, isRehearsal = false, rules } = parts
  if (target.kind === 'ldap') {
    const known = preset === null ? undefined : findAppPreset(preset)
    const profile = known?.kind === 'ldap' ? known.profile : {}
    const groupAttributes = rules?.teams?.mappings.map((mapping) => mapping.target) ?? []
    const { ldap } = outboundConnections
    return openLdapTarget({ target, credentials, profile }, { ldap, onExchange, isRehearsal, groupAttributes })
  }
  const send: OutboundConnections['send'] = (call) => outboundConnections.send(call)
  return openScimTarget(
    { preset, target, credentials },
    {
      send,
      now: () => clock().getTime(),
      ...(isRehearsal && { sendAboutAccounts: rehearseWrites(send) }),
      ...(onExchange !== undefined && { onExchange }),
      ...(onAnswer !== undefined && { onAnswer }),
    },
  )
}
