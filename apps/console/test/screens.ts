import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { settle, type DemoVisitor } from './demo-console.ts'

export type Screen = {
  /** As the route table has it, below the organization: `/teams/$team`. */
  readonly pattern: string
  /** Where one such thing is; undefined when nothing in the organization leads there. */
  readonly path: string | undefined
}

const sources = fileURLToPath(new URL('../src/', import.meta.url))
const declaration = /export const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*path: '([^']*)'/g
const organization = 'organizationRoute'
const place = '/console/demo'

const listed: ReadonlySet<string> = new Set(listPatterns())

/** Every route below the organization, read from where it is declared: a screen that is added is among them by itself. */
export function listPatterns(): readonly string[] {
  const routes = new Map<string, { readonly parent: string; readonly path: string }>()
  for (const file of globSync('**/*.{ts,tsx}', { cwd: sources })) {
    const text = readFileSync(`${sources}${file}`, 'utf8')
    const declared = [...text.matchAll(declaration)]
    // A route that is written in another way would be left out without a word.
    assert.equal(
      declared.length,
      text.split('createRoute({').length - 1,
      `${file}: begin a route with its parent and path`,
    )
    for (const [, name = '', parent = '', path = ''] of declared) routes.set(name, { parent, path })
  }
  const patternOf = (name: string): string | undefined => {
    if (name === organization) return ''
    const route = routes.get(name)
    const above = route === undefined ? undefined : patternOf(route.parent)
    return above === undefined ? undefined : `${above}${route?.path === '/' ? '' : route?.path}`
  }
  const patterns = new Set([...routes.keys()].map((name) => patternOf(name) ?? ''))
  return [...patterns].filter((pattern) => pattern !== '').toSorted()
}

/** Where each screen is: what stands for a thing is found as a person finds it, by a link in the list above it. */
export async function findScreens(visitor: DemoVisitor): Promise<readonly Screen[]> {
  const found = new Map<string, string>()
  const screens: Screen[] = []
  for (const pattern of listPatterns()) {
    const path = await findPath(visitor, pattern, found)
    if (path !== undefined) found.set(pattern, path)
    screens.push({ pattern, path })
  }
  return screens
}

async function findPath(
  visitor: DemoVisitor,
  pattern: string,
  found: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const at = pattern.lastIndexOf('/')
  const above = pattern.slice(0, at)
  const last = pattern.slice(at)
  if (!pattern.includes('$')) return pattern
  const base = above.includes('$') ? toBase(above, found) : above
  if (base === undefined) return undefined
  if (!last.startsWith('/$')) return `${base}${last}`
  // Without a list of its own it is linked from what stands above that, such as a plan from its app.
  if (!listed.has(above)) return findLinkAbove(visitor, base)
  await visitor.visit(base)
  return (await findLink(visitor, base)) ?? (await findLinkInPanel(visitor, base))
}

/** Where the things of a list are, also of one that has no page of its own: `/apps/app_…/plans`. */
function toBase(above: string, found: ReadonlyMap<string, string>): string | undefined {
  const known = found.get(above)
  if (known !== undefined) return known
  const at = above.lastIndexOf('/')
  const parent = found.get(above.slice(0, at))
  return listed.has(above) || parent === undefined ? undefined : `${parent}${above.slice(at)}`
}

async function findLinkAbove(visitor: DemoVisitor, base: string): Promise<string | undefined> {
  const up = base.slice(0, base.lastIndexOf('/'))
  if (up === '') return undefined
  await visitor.visit(up)
  return findLink(visitor, base)
}

async function findLink({ page }: DemoVisitor, base: string): Promise<string | undefined> {
  const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  return links
    .map((link) => toChild(new URL(link, page.url()).pathname, base))
    .find((path) => path !== undefined && !listed.has(path) && path.split('/').length === base.split('/').length + 1)
}

/** Lists open the panel of a row first; the way to its page is in there. */
async function findLinkInPanel(visitor: DemoVisitor, base: string): Promise<string | undefined> {
  const row = visitor.page.locator('[aria-rowindex="2"]').first()
  if ((await row.count()) === 0) return undefined
  await row.focus()
  await visitor.page.keyboard.press('Enter')
  await visitor.page.getByRole('dialog').or(visitor.page.locator('main h1')).first().waitFor()
  await settle(visitor.page)
  const opened = toChild(new URL(visitor.page.url()).pathname, base)
  return opened ?? (await findLink(visitor, base))
}

/** Below the organization, when it stands below the list. */
function toChild(path: string, base: string): string | undefined {
  const own = path.slice(place.length)
  return path.startsWith(place) && own.startsWith(`${base}/`) ? own : undefined
}
