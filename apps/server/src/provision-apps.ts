import { hostname } from 'node:os'
import type { Parts } from './parts.ts'
import { createEngine, type Engine } from './provisioning/engine.ts'
import type { RulesCache } from './provisioning/find-rules.ts'
import { observeEngine } from './provisioning/observe-engine.ts'
import { openTarget } from './provisioning/targets/open-target.ts'
import { createId } from './type-id.ts'

/** The engine of this process, over our own connections to the outside. */
export function createProcessEngine(parts: Parts, rules: RulesCache): Engine {
  const { database, clock, encryption, logger, metrics, outboundConnections } = parts
  return createEngine({
    database,
    clock,
    encryption,
    rules,
    observer: observeEngine(metrics.registry),
    owner: `${hostname()} ${process.pid} ${createId()}`,
    openTarget: (app, onAnswer, compiled) => openTarget(app, { outboundConnections, clock, onAnswer, rules: compiled }),
    onFault: (error, { appId, objectId }) => {
      logger.warn({ err: error, app: appId, object: objectId }, 'provisioning met an error of its own')
    },
  })
}
