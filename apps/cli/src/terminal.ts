import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Asks on stderr, so that stdout stays data. */
export async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  return readLine(process.stderr)
}

/** The same without an echo, for secrets. */
export async function askSecret(question: string): Promise<string> {
  process.stderr.write(question)
  const line = await readLine(new Writable({ write: (_chunk, _encoding, done) => done() }))
  process.stderr.write('\n')
  return line
}

export async function confirm(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await ask(`${question} [y/N] `)).trim())
}

/** All of stdin, for `rollcall login < file`. */
export async function readStdin(): Promise<string> {
  return text(process.stdin)
}

function readLine(output: Writable): Promise<string> {
  const reader = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY })
  return new Promise((resolve) => {
    reader.once('line', (line) => {
      reader.close()
      resolve(line)
    })
    reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    reader.once('close', () => resolve(''))
  })
}
