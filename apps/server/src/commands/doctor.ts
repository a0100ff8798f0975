import { systemClock } from '../clock.ts'
import type { LoadedConfig } from '../config.ts'
import { checkDataFolder, checkTls } from '../instance/check-machine.ts'
import { checkMailServer } from '../instance/check-mail.ts'
import type { Finding } from '../instance/finding.ts'
import { silentLogger, type Logger } from '../telemetry/logger.ts'
import { print } from './console-output.ts'
import { openAndCheck } from './doctor-database.ts'

/** `rollcall doctor [--json]`: looks at everything that usually goes wrong; exit 1 when something failed. */
export async function runDoctor(
  { config, resolved, arguments: parsed }: LoadedConfig,
  logger: Logger,
): Promise<number> {
  const findings = [
    configurationFinding(resolved.warnings),
    ...checkDataFolder(config),
    ...checkTls(config, systemClock()),
    await checkMailServer(config),
    // What PostgreSQL does meanwhile is not the answer to the question.
    ...(await openAndCheck(config, logger.isLevelEnabled('debug') ? logger : silentLogger, systemClock)),
  ]
  const isHealthy = findings.every(({ status }) => status !== 'failed')
  print(parsed.switches.has('json') ? JSON.stringify({ healthy: isHealthy, checks: findings }) : format(findings))
  return isHealthy ? 0 : 1
}

function configurationFinding(warnings: readonly string[]): Finding {
  const about = { check: 'configuration', name: 'configuration', facts: { warnings: warnings.length } } as const
  return warnings.length === 0
    ? { ...about, status: 'ok', detail: 'every setting is valid' }
    : { ...about, status: 'warning', detail: warnings.join('; ') }
}

function format(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  return findings.map(({ name, status, detail }) => `${status.padEnd(7)}  ${name.padEnd(width)}  ${detail}`).join('\n')
}
