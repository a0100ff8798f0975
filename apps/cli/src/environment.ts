import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** What the command line takes from its surroundings; this is its only reader of `process.env`. */
export type Environment = {
  readonly url: string | undefined
  readonly key: string | undefined
  readonly keyFile: string | undefined
  readonly organization: string | undefined
  readonly dataDir: string
  readonly profileFile: string
  /** Questions may be asked: people sit at both ends. */
  readonly isInteractive: boolean
  readonly hasColor: boolean
}

export function readEnvironment(): Environment {
  const { env, stdin, stdout, stderr } = process
  const configHome = env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  return {
    url: env['ROLLCALL_URL'] || undefined,
    key: env['ROLLCALL_KEY'] || undefined,
    keyFile: env['ROLLCALL_KEY_FILE'] || undefined,
    organization: env['ROLLCALL_ORGANIZATION'] || undefined,
    dataDir: resolve(env['ROLLCALL_DATA_DIR'] || 'data'),
    profileFile: env['ROLLCALL_PROFILE_FILE'] || join(configHome, 'rollcall', 'profile.json'),
    isInteractive: stdin.isTTY && stderr.isTTY && !env['CI'],
    // https://no-color.org: any value but the empty one turns colour off.
    hasColor: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  }
}
