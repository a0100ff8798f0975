import { runBackup, runRestore } from './commands/backup.ts'
import { runConfig } from './commands/config.ts'
import { print, printError, tolerateClosedOutput } from './commands/console-output.ts'
import { demoFlags, runDemo } from './commands/demo.ts'
import { runDoctor } from './commands/doctor.ts'
import { helpText } from './commands/help.ts'
import { runKeys } from './commands/keys.ts'
import { runMigrate } from './commands/migrate.ts'
import { runRoles, type Role } from './commands/serve.ts'
import { loadConfig, type LoadedConfig } from './config.ts'
import { OperatorError } from './operator-error.ts'
import { readBuild } from './telemetry/build.ts'
import { createLogger, type Logger } from './telemetry/logger.ts'

const switchNames = ['help', 'version', 'json', 'generate', 'verify', 'force']

/** The composition root: one program, its roles by sub-command, `serve` and `work` together without one. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--version')) return say(readBuild().version)
  if (argv.includes('--help') || argv[0] === 'help') return say(helpText)
  const loaded = loadConfig(argv, switchNames, argv[0] === 'demo' ? demoFlags : [])
  const logger = toLogger(loaded)
  // Also for rejections that nobody waits for: the line is redacted like any other, the process ends.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'An error that nobody expected')
    process.exit(1)
  })
  for (const warning of loaded.resolved.warnings) logger.warn(warning)
  return run(loaded, logger)
}

async function run(loaded: LoadedConfig, logger: Logger): Promise<number> {
  const verb = loaded.arguments.words[0]
  switch (verb) {
    case undefined:
      await runRoles(loaded, new Set<Role>(['serve', 'work']), logger)
      return 0
    case 'serve':
    case 'work':
      await runRoles(loaded, new Set<Role>([verb]), logger)
      return 0
    case 'migrate':
      await runMigrate(loaded.config, logger)
      return 0
    case 'doctor':
      return runDoctor(loaded, logger)
    case 'config':
      runConfig(loaded)
      return 0
    case 'backup':
      await runBackup(loaded, logger)
      return 0
    case 'restore':
      await runRestore(loaded, logger)
      return 0
    case 'demo':
      await runDemo(loaded, logger)
      return 0
    case 'keys':
      await runKeys(loaded, logger)
      return 0
    default:
      throw new OperatorError(`"${verb}" is no role of the server.\n\n${helpText}`, { exitCode: 2 })
  }
}

function say(text: string): number {
  print(text)
  return 0
}

/** Servers log to standard output; a command's own answer stands there, so it logs to standard error. */
function toLogger({ config, arguments: parsed }: LoadedConfig): Logger {
  const verb = parsed.words[0]
  const isServer = verb === undefined || verb === 'serve' || verb === 'work'
  const stream = isServer ? process.stdout : process.stderr
  return createLogger({
    level: config.logLevel,
    isPretty: stream.isTTY && config.nodeEnv !== 'production',
    isColored: config.noColor === undefined,
    write: (line) => void stream.write(line),
  })
}

tolerateClosedOutput()
try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  printError(
    error instanceof OperatorError
      ? `rollcall: ${error.message}`
      : String(error instanceof Error ? error.stack : error),
  )
  process.exit(error instanceof OperatorError ? error.exitCode : 1)
}
