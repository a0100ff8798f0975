import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One folder for all test files of one run, removed when the run ends in whatever way. */
export type Run = { readonly directory: string; readonly pid: number }

/** The run is the test runner's process, or this one when a file is run by itself. */
export function currentRun(): Run {
  const pid = process.env['NODE_TEST_CONTEXT'] === undefined ? process.pid : process.ppid
  const directory = join(tmpdir(), `rollcall-test-${process.getuid?.() ?? 0}-${pid}`)
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  return { directory, pid }
}

const watch = `
while kill -0 "$1" 2>/dev/null; do sleep 0.3; done
pid=$(head -n 1 "$2/postgres/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
rm -rf "$2"`

/** A small shell outlives a killed run and cleans up after it; the first file of the run starts it. */
export function watchRun(run: Run): void {
  try {
    closeSync(openSync(join(run.directory, 'watched'), 'wx'))
  } catch {
    return
  }
  const arguments_ = ['-c', watch, 'sh', String(run.pid), run.directory]
  spawn('/bin/sh', arguments_, { detached: true, stdio: 'ignore', cwd: '/' }).unref()
}
