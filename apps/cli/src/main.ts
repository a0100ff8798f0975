import { CommanderError } from 'commander'
import { exitCodes, Failure } from './failure.ts'
import { createProgram } from './program.ts'
import { printable } from './text.ts'

process.once('SIGINT', () => process.exit(exitCodes.interrupted))
// A reader such as head that has enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const argv = process.argv.slice(2)
const wantsJson = argv.includes('--json') || argv.includes('--output=json')

try {
  await createProgram({ isSilent: wantsJson }).parseAsync(argv, { from: 'user' })
} catch (error) {
  process.exitCode = report(error)
}

/** Errors go to stderr: a line for people, the problem itself for programs. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return reportUsage(error)
  const failure =
    error instanceof Failure
      ? error
      : new Failure(error instanceof Error ? error.message : String(error), { code: 'internal', cause: error })
  process.stderr.write(wantsJson ? `${JSON.stringify(failure.problem)}\n` : `${printable(failure.message)}\n`)
  return failure.exitCode
}

/** Commander has written its own line already, unless nothing but JSON may be written. */
function reportUsage(error: CommanderError): number {
  if (error.exitCode === 0) return exitCodes.ok
  if (wantsJson) {
    const isVerbMissing = error.code === 'commander.help'
    const detail = isVerbMissing ? 'A verb is missing; --help lists them' : error.message.replace(/^error: /, '')
    process.stderr.write(`${JSON.stringify({ type: 'about:blank', title: 'Wrong usage', code: 'usage', detail })}\n`)
  }
  return exitCodes.usage
}
