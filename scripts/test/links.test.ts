import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: root })
const outside = /^(?:[a-z]+:|#)/

test('CON-N2: every link between documents leads to a file, and every heading that one names is there', () => {
  const broken = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !outside.test(target) && !leadsSomewhere(path, target))
      .map((target) => `${path}: ${target}`),
  )
  assert.deepEqual(broken, [])
})

test('CON-N2: the index of the documents has a tutorial, guides, reference and explanation, and leaves out no guide and no decision', () => {
  const index = read('docs/README.md')
  for (const kind of [/^\*\*Tutorial\.\*\* \[/m, /^## Guides/m, /^## Reference/m, /^## Explanation/m])
    assert.match(index, kind)
  const missing = globSync(['guides/*.md', 'decisions/*.md'], { cwd: join(root, 'docs') }).filter(
    (path) => !index.includes(`](${path})`),
  )
  assert.deepEqual(missing, [])
})

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = join(dirname(from), file)
  if (!existsSync(join(root, path))) return false
  return anchor === undefined || headingsOf(path).has(anchor)
}

/** As GitHub makes anchors of headings. */
function headingsOf(path: string): ReadonlySet<string> {
  const headings = [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
