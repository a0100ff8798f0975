import type { LoadedConfig } from '../config.ts'
import { formatReport, reportSettings, settingsJsonSchema } from '../config/report.ts'
import { OperatorError } from '../operator-error.ts'
import { print } from './console-output.ts'

/** `rollcall config print [--json]` and `rollcall config schema`. */
export function runConfig({ resolved, arguments: parsed }: LoadedConfig): void {
  const verb = parsed.words[1]
  if (verb === 'schema') return print(JSON.stringify(settingsJsonSchema(), undefined, 2))
  if (verb !== 'print') throw new OperatorError('Usage: rollcall config print [--json] | schema', { exitCode: 2 })
  const report = reportSettings(resolved)
  print(parsed.switches.has('json') ? JSON.stringify({ data: report }) : formatReport(report))
}
