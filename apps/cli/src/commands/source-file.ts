import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { limits, type RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import { drawBar } from '../progress-bar.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'name', 'bytes', 'sha256', 'uploadedBy', 'uploadedAt']

export function addSourceFileCommands(noun: Command): void {
  addCommand<{ readonly file: string; readonly name?: string }>(noun, {
    usage: 'upload <source>',
    summary: 'upload a file, in parts; read it with source read start',
    examples: ['source upload src_01h4zpwq00e008000000000000 --file people.csv'],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <path>', 'the file, such as CSV or JSON Lines')
        .option('--name <name>', 'what it is called there; else its own name'),
    run: async (session, { file, name = basename(file) }, source) =>
      session.printItem(await upload(session, { source, path: file, name }), columns),
  })
  addCommand<ListOptions>(noun, {
    usage: 'files <source>',
    summary: 'list files that were uploaded, newest first',
    examples: ['source files src_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options, source) => {
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listSourceFiles', { params: { organization, source }, query: toPageQuery(options) }),
      )
      session.printList(toListing(page), columns)
    },
  })
}

function upload(
  session: Session,
  { source, path, name }: { readonly source: string; readonly path: string; readonly name: string },
): Promise<RouteAnswer<'completeSourceFile'>> {
  const total = sizeOf(path)
  return inOrganizationOf(session, async (organization) => {
    const { id } = await session.client.call('beginSourceFile', { params: { organization, source }, body: { name } })
    const params = { organization, sourceFile: id }
    const hash = createHash('sha256')
    let fromByte = 0
    for await (const chunk of createReadStream(path, { highWaterMark: limits.partBytesMax })) {
      const bytes = Uint8Array.from(chunk as Buffer) // Without an encoding a stream of a file gives buffers.
      hash.update(bytes)
      await session.client.call('addSourceFilePart', { params, query: { fromByte }, bytes })
      fromByte += bytes.byteLength
      if (total > limits.partBytesMax) session.say(drawBar(fromByte, total))
    }
    const body = { bytes: fromByte, sha256: hash.digest('hex') }
    return session.client.call('completeSourceFile', { params, body })
  })
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch (cause) {
    throw usageFailure(`--file: ${cause instanceof Error ? cause.message : 'cannot be read'}`)
  }
}
