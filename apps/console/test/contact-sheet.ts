// `npm run contact-sheet`: takes docs/console anew, screens of the demonstration organization in four looks.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { createDemoConsole, type Look } from './demo-console.ts'
import { findScreens } from './screens.ts'

const looks: readonly (Look & { readonly name: string; readonly title: string })[] = [
  { name: 'light', title: 'Light', locale: 'en-US', dark: false },
  { name: 'dark', title: 'Dark', locale: 'en-US', dark: true },
  { name: 'korean', title: 'Korean', locale: 'ko-KR', dark: false },
  { name: 'narrow', title: '390 px wide', locale: 'en-US', dark: false, width: 390 },
]
/** One of each kind: all screens in all looks would be ten megabytes. What the server says of its own machine is left out. */
const kept: ReadonlySet<string> = new Set([
  '/overview',
  '/first-run',
  '/users',
  '/users/$user',
  '/teams/$team',
  '/attributes',
  '/sources',
  '/sources/$source',
  '/source-reads/$read',
  '/apps',
  '/apps/$app',
  '/apps/$app/people',
  '/apps/$app/rules',
  '/apps/$app/plans/$plan',
  '/logs',
  '/provision',
  '/quarantine',
  '/connections/$connection',
  '/requests/$request',
  '/setup-links',
  '/single-sign-on',
  '/service-accounts/$account',
  '/roles',
  '/audit',
  '/webhooks/$webhook',
])
const imageBytesMax = 60_000
const qualities = [80, 65, 50, 35]
const folder = fileURLToPath(new URL('../../../docs/console/', import.meta.url))

await using console = await createDemoConsole()
const screens = await findScreens(await console.open({ locale: 'en-US', dark: false }))
const shown = screens.filter(({ pattern, path }) => path !== undefined && kept.has(pattern))
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
for (const look of looks) {
  const visitor = await console.open(look)
  for (const { pattern, path = '' } of shown) {
    await visitor.visit(path)
    // What fades in has come.
    await visitor.page.waitForTimeout(400)
    await writeFile(`${folder}${nameOf(pattern, look.name)}`, await takeImage(visitor.page))
  }
  await visitor.page.context().close()
}
await writeFile(`${folder}README.md`, toIndex(shown.map(({ pattern }) => pattern)))

function nameOf(pattern: string, look: string): string {
  return `${pattern.slice(1).replaceAll('$', '').replaceAll('/', '-')}.${look}.webp`
}

/** WebP, which the browser itself can write; coarser until it is small enough for a repository. */
async function takeImage(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  for (const quality of qualities) {
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality })
    const image = Buffer.from(data, 'base64')
    if (image.byteLength <= imageBytesMax) return image
  }
  throw new Error(`${page.url()}: no image of at most ${imageBytesMax} bytes`)
}

function toIndex(patterns: readonly string[]): string {
  const head = `# The console, screen by screen

The demonstration organization (\`rollcall demo\`) in light, dark, Korean and on a telephone. Taken by \`npm run contact-sheet\`;
do not edit.
`
  const sections = patterns.map((pattern) => {
    const images = looks.map(({ name, title }) => `![${pattern}, ${title}](${nameOf(pattern, name)})`)
    return `
## \`${pattern}\`

| ${looks.map(({ title }) => title).join(' | ')} |
|${looks.map(() => '---').join('|')}|
| ${images.join(' | ')} |
`
  })
  return `${head}${sections.join('')}`
}
