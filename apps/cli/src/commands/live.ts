import type { Command } from 'commander'
import { addCommand, addNoun, parseWholeNumber } from '../command.ts'
import { requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

type Options = { readonly topics?: string; readonly connection?: string; readonly count?: number }

/** `live`: what changes in an organization while one looks. */
export function addLiveCommands(program: Command): void {
  const noun = addNoun(program, 'live', 'what changes now: runs, apps, reads, plans, holds, notices, requests')
  addCommand<Options>(noun, {
    usage: 'follow',
    summary: 'print one line of JSON for each change until it is stopped',
    examples: [
      'live follow --organization acme --topics runs,apps',
      'live follow --organization acme --topics requests --connection con_01h4zpwq00e008000000000000',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--topics <names>', 'with commas between; left out: all but requests')
        .option('--connection <id>', 'whose requests')
        .option('--count <number>', 'end after so many changes', parseWholeNumber),
    run: follow,
  })
}

async function follow(session: Session, { topics, connection, count = Infinity }: Options): Promise<void> {
  const organization = await requireOrganization(session)
  const query = { topics, connection }
  const stream = await session.client.stream('followOrganization', { params: { organization }, query })
  let told = 0
  for await (const { event, data } of readEvents(stream)) {
    if (event === 'hello') session.say('Following')
    else if (event === 'end') return session.say(`The server ended it: ${data}`)
    else {
      session.print(`${data}\n`)
      told++
    }
    if (told >= count) return
  }
}

/** Server-sent events as our server writes them: lines of `id`, `event` and `data`, then an empty one. */
async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const event = valueOf(lines, 'event')
      const data = valueOf(lines, 'data')
      if (event !== undefined && data !== undefined) yield { event, data }
    }
  }
}

function valueOf(lines: readonly string[], field: string): string | undefined {
  return lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2)
}
