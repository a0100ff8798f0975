import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { Failure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import { addListCommand } from '../list-command.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import { printRun, waitForRun, withRunOptions, type RunOptions } from '../runs.ts'
import type { Session } from '../session.ts'
import { addAppAccountCommands } from './app-accounts.ts'
import { addAppAssignmentCommands } from './app-assignments.ts'
import { addAppLinkCommands } from './app-links.ts'
import { addAppCareCommands } from './app-care.ts'
import { addAppLogCommands } from './app-log.ts'
import { addAppProgressCommands } from './app-progress.ts'
import { addAppPresetCommands } from './app-presets.ts'
import { addAppPlanCommands } from './app-plan.ts'
import { addAppPreviewCommand } from './app-preview.ts'
import { addAppProvisionCommands } from './app-provision.ts'
import { addAppRulesCommands } from './app-rules.ts'
import { addAppTeamCommands } from './app-teams.ts'
import { credentialsOf, type TargetOptions, targetOf, toTarget, withTargetOptions } from './app-target.ts'

const appColumns = ['id', 'name', 'state', 'liveRevision', 'draftRevision', 'pausedReason', 'pausedUntil', 'version']

type App = RouteAnswer<'getApp'>

type CreateOptions = TargetOptions & {
  readonly name: string
  readonly url: string
  readonly preset?: string
  readonly rulesFile?: string
}
type UpdateOptions = TargetOptions &
  VersionOptions & { readonly name?: string; readonly credentials?: boolean; readonly keepLinks?: true }

export function addAppCommands(program: Command): void {
  const noun = addNoun(program, 'app', 'what people and teams are provisioned into')
  addListCommand(noun, {
    summary: 'list apps',
    example: 'app list --organization acme',
    columns: appColumns,
    read: (session, organization, query) => session.client.call('listApps', { params: { organization }, query }),
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one app, without its credentials',
    examples: ['app show app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, id) => session.printItem(await readApp(session, id), appColumns),
  })
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'make an app; nothing is sent before rules are published',
    examples: [
      'app create --organization acme --name Datadog --preset datadog --url https://api.datadoghq.eu/api/v2/scim --token-file token.txt',
      'app create --organization acme --name Wiki --url https://wiki.example/scim/v2 --credentials-file oauth.json --rules-file rules.json',
      'app create --organization acme --name AD --preset active-directory --url ldaps://dc.acme.com --base-dn dc=acme,dc=com --users-dn ou=People,dc=acme,dc=com --bind-dn rollcall@acme.com --password-file password.txt',
    ],
    isInOrganization: true,
    options: (command) =>
      withTargetOptions(
        command
          .requiredOption('--name <name>', 'its name')
          .requiredOption('--url <url>', 'base URL of its SCIM endpoint, or ldaps://host of a directory')
          .option('--preset <name>', 'says how it is spoken to, and gives rules to begin with; see app presets')
          .option('--rules-file <path>', 'rules in JSON, saved as the first draft'),
      ),
    run: create,
  })
  addCommand<UpdateOptions>(noun, {
    usage: 'update <id>',
    summary: 'change name, target, credentials or settings',
    examples: [
      'app update app_01h4zpwq00e008000000000000 --token-file new.txt --credentials-expire 365d',
      `app update app_01h4zpwq00e008000000000000 --settings '{"numbers":"entra-parity"}'`,
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        withTargetOptions(
          command
            .option('--name <name>', 'its name')
            .option('--url <url>', 'its address; another server wants the credentials anew')
            .option('--keep-links', 'the same server answers at the new address: its accounts have the same ids')
            .option('--no-credentials', 'ask it without any'),
        ),
      ),
    run: update,
  })
  addStateCommands(noun)
  addTestCommand(noun)
  addQualifyCommand(noun)
  addDeleteCommand(noun)
  addCommandsOfParts(noun)
}

function addCommandsOfParts(noun: Command): void {
  addAppProgressCommands(noun)
  addAppPresetCommands(noun)
  addAppRulesCommands(noun)
  addAppPlanCommands(noun)
  addAppPreviewCommand(noun)
  addAppProvisionCommands(noun)
  addAppTeamCommands(noun)
  addAppAccountCommands(noun)
  addAppCareCommands(noun)
  addAppAssignmentCommands(noun)
  addAppLinkCommands(noun)
  addAppLogCommands(noun)
}

function addStateCommands(noun: Command): void {
  addCommand<{ readonly reason?: string; readonly until?: string }>(noun, {
    usage: 'pause <id>',
    summary: 'send nothing until it is resumed, or until a time; nothing is lost',
    examples: ['app pause app_01h4zpwq00e008000000000000 --reason "Maintenance" --until 2026-12-01T12:00:00Z'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--reason <text>', 'why, for those who wonder')
        .option('--until <time>', 'RFC 3339; then it goes on by itself, at most 30 days ahead'),
    run: async (session, { reason, until }, app) =>
      printApp(
        session,
        await inOrganizationOf(session, (organization) =>
          session.client.call('pauseApp', { params: { organization, app }, body: { reason, until } }),
        ),
      ),
  })
  for (const [verb, route, summary] of [
    ['resume', 'resumeApp', 'go on where it was paused or stopped'],
    ['restart', 'restartApp', 'evaluate everybody anew and send all of it again; links stay'],
    ['stop', 'stopApp', 'let the running cycle end and begin none after it'],
  ] as const)
    addCommand(noun, {
      usage: `${verb} <id>`,
      summary,
      examples: [`app ${verb} app_01h4zpwq00e008000000000000`],
      isInOrganization: true,
      run: async (session, _options, app) =>
        printApp(
          session,
          await inOrganizationOf(session, (organization) =>
            session.client.call(route, { params: { organization, app } }),
          ),
        ),
    })
}

function addTestCommand(noun: Command): void {
  addCommand(noun, {
    usage: 'test <id>',
    summary: 'ask the app for something cheap that proves address and credentials',
    examples: ['app test app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, app) => {
      const test = await inOrganizationOf(session, (organization) =>
        session.client.call('testApp', { params: { organization, app } }),
      )
      const { isWorking, reason, detail, httpStatus, explanation } = test
      const shown = { isWorking, reason, detail, httpStatus, remedy: explanation?.remedy ?? null }
      session.printItem(session.format === 'table' ? shown : test, ['isWorking', 'reason', 'detail'])
      if (!isWorking)
        throw new Failure(explanation?.meaning ?? 'The app does not work', { code: reason ?? 'notWorking' })
    },
  })
}

function addQualifyCommand(noun: Command): void {
  addCommand<RunOptions & { readonly domain?: string; readonly keep?: boolean }>(noun, {
    usage: 'qualify <id>',
    summary: 'find out what the app does in its own way, on accounts that are made there and deleted again',
    examples: ['app qualify app_01h4zpwq00e008000000000000 --domain acme.com --keep --wait'],
    isInOrganization: true,
    options: (command) =>
      withRunOptions(
        command
          .option('--domain <domain>', 'of their mail addresses, where the app takes only domains that it knows')
          .option('--keep', 'let the app be spoken to as was found; what was set by hand wins'),
      ),
    run: async (session, { domain, keep, ...options }, app) => {
      const body = { ...(domain !== undefined && { domain }), ...(keep === true && { isKept: true }) }
      const run = await inOrganizationOf(session, (organization) =>
        session.client.call('qualifyApp', { params: { organization, app }, body }),
      )
      const last = options.wait === true ? await waitForRun(session, run) : run
      await printRun(session, last)
      sayFindings(session, last.result)
    },
  })
}

/** For people; in JSON they stand in the result of the run. */
function sayFindings(session: Session, result: object | null): void {
  if (result === null || !('findings' in result) || !Array.isArray(result.findings)) return
  const findings: readonly unknown[] = result.findings
  for (const finding of findings) session.say(JSON.stringify(finding))
  if (findings.length === 0) session.say('It does as its preset and the RFC say')
}

function addDeleteCommand(noun: Command): void {
  addCommand<RunOptions>(noun, {
    usage: 'delete <id>',
    summary: 'delete an app with its rules, links and log; accounts in it stay as they are',
    examples: ['app delete app_01h4zpwq00e008000000000000 --yes --wait'],
    isInOrganization: true,
    options: withRunOptions,
    run: async (session, options, id) => {
      const { name } = await readApp(session, id)
      await session.confirm(`Delete ${name}, and forget which account belongs to whom?`)
      const run = await inOrganizationOf(session, (organization) =>
        session.client.call('deleteApp', { params: { organization, app: id } }),
      )
      await printRun(session, run, options)
    },
  })
}

async function create(session: Session, options: CreateOptions): Promise<void> {
  const organization = await requireOrganization(session)
  const { name, preset, rulesFile } = options
  const rules =
    rulesFile === undefined
      ? undefined
      : parseJsonObject(readFileOption('--rules-file', rulesFile), { name: '--rules-file', example: '{"users":{…}}' })
  // The server knows what each part holds, and says what does not fit.
  const body = {
    name,
    preset,
    target: toTarget(options),
    ...credentialsOf(session, options),
    ...settingsOf(options),
    rules,
  } as RouteBody<'createApp'>
  printApp(session, await session.client.call('createApp', { params: { organization }, body }))
}

async function update(session: Session, options: UpdateOptions, id: string): Promise<void> {
  const { name, url } = options
  const changed = targetOf(options)
  const hasTarget = url !== undefined || Object.keys(changed).length > 0
  const app = await inOrganizationOf(session, async (organization) => {
    const params = { organization, app: id }
    // What is left out stays as it is, so the target is read before it is replaced.
    const { target: before } = await session.client.call('getApp', { params })
    const target = { ...before, ...(url !== undefined && { baseUrl: url }), ...changed }
    // As above.
    const body = {
      name,
      ...(hasTarget && { target }),
      ...credentialsOf(session, options),
      ...settingsOf(options),
      keepsLinks: options.keepLinks,
    } as RouteBody<'updateApp'>
    return session.client.call('updateApp', { params, body, ...toIfMatch(options) })
  })
  printApp(session, app)
}

function settingsOf({ settings }: TargetOptions): { readonly settings?: object } {
  if (settings === undefined) return {}
  return { settings: parseJsonObject(settings, { name: '--settings', example: '{"numbers":"entra-parity"}' }) }
}

function readApp(session: Session, app: string): Promise<App> {
  return inOrganizationOf(session, (organization) => session.client.call('getApp', { params: { organization, app } }))
}

function printApp(session: Session, app: App): void {
  session.printItem(app, appColumns)
}
