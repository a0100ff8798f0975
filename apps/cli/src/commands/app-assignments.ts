import { Option, type Command } from 'commander'
import { addCommand, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['kind', 'id', 'name', 'assignedBy', 'assignedAt']

/** So many go with one request. */
const subjectsMax = 1_000

type SubjectOptions = { readonly subject?: readonly string[]; readonly file?: string }
type AssignmentListOptions = ListOptions & { readonly kind?: 'user' | 'team'; readonly search?: string }

export function addAppAssignmentCommands(noun: Command): void {
  addCommand<AssignmentListOptions>(noun, {
    usage: 'assignments <id>',
    summary: 'list who is assigned: people, and teams with their members',
    examples: ['app assignments app_01h4zpwq00e008000000000000 --kind team'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .addOption(new Option('--kind <kind>', 'only these').choices(['user', 'team']))
          .option('--search <text>', 'part of a name or an address'),
      ),
    run: async (session, options, app) => {
      const query = { ...toPageQuery(options), kind: options.kind, search: options.search }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppAssignments', { params: { organization, app }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
  for (const [verb, route, summary, done] of [
    ['assign', 'assignToApp', 'assign people and teams', 'Assigned'],
    ['unassign', 'unassignFromApp', 'end assignments; who is assigned by a team as well stays', 'Ended assignments:'],
  ] as const)
    addCommand<SubjectOptions>(noun, {
      usage: `${verb} <id>`,
      summary,
      examples: [
        `app ${verb} app_01h4zpwq00e008000000000000 --subject team_01h4zpwq00e008000000000000`,
        `app ${verb} app_01h4zpwq00e008000000000000 --file ids.txt`,
      ],
      isInOrganization: true,
      options: (command) =>
        command
          .option('--subject <id>', 'a person or a team; repeat for more', collect)
          .option('--file <path>', 'a file with an id a line; - is standard input'),
      run: async (session, options, app) => {
        const changed = await inPieces(subjectsOf(options), async (subjects) => {
          const answer = await inOrganizationOf(session, (organization) =>
            session.client.call(route, { params: { organization, app }, body: { subjects: [...subjects] } }),
          )
          return answer.changed
        })
        printChanged(session, changed, done)
      },
    })
}

function subjectsOf({ subject = [], file }: SubjectOptions): readonly string[] {
  const lines = file === undefined ? [] : readFileOption('--file', file).split(/\r?\n/)
  const subjects = [...subject, ...lines.map((line) => line.trim()).filter((line) => line !== '')]
  if (subjects.length === 0) throw usageFailure('Name somebody: --subject usr_… or --file ids.txt')
  return subjects
}

async function inPieces(
  subjects: readonly string[],
  send: (piece: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const changed: string[] = []
  for (let start = 0; start < subjects.length; start += subjectsMax)
    changed.push(...(await send(subjects.slice(start, start + subjectsMax))))
  return changed
}

function printChanged(session: Session, changed: readonly string[], done: string): void {
  if (session.format === 'table') return session.say(`${done} ${changed.length}`)
  session.printItem({ changed }, ['changed'])
}
