/** One instruction of a Dockerfile, its continued lines joined. */
export type Instruction = { readonly name: string; readonly text: string }

export type Stage = {
  readonly name: string
  /** What stands behind FROM, arguments filled in with their defaults. */
  readonly base: string
  readonly instructions: readonly Instruction[]
}

/** The stages of a Dockerfile in order; throws where one has no name. */
export function parseDockerfile(source: string): readonly Stage[] {
  const defaults = new Map<string, string>()
  const stages: { name: string; base: string; instructions: Instruction[] }[] = []
  for (const { name, text } of listInstructions(source)) {
    const stage = stages.at(-1)
    if (name === 'FROM') stages.push({ ...parseFrom(text, defaults), instructions: [] })
    else if (stage !== undefined) stage.instructions.push({ name, text })
    else if (name === 'ARG') defaults.set(...parseArgument(text))
    else throw new Error(`${name} stands before the first FROM`)
  }
  return stages
}

function listInstructions(source: string): readonly Instruction[] {
  const lines = source.split('\n').filter((line) => !/^\s*#/.test(line))
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, ' ')
  return joined.split('\n').flatMap((line) => {
    const [, name = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line.trim()) ?? []
    if (name === '' && line.trim() !== '') throw new Error(`No instruction: ${line}`)
    return name === '' ? [] : [{ name, text: text.trim() }]
  })
}

function parseFrom(text: string, defaults: ReadonlyMap<string, string>): { name: string; base: string } {
  const found = /^(?:--platform=\S+ )?(\S+) AS (\S+)$/.exec(text)
  if (found === null) throw new Error(`FROM without a name: ${text}`)
  const [, base = '', name = ''] = found
  return { name, base: base.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => defaults.get(key) ?? '') }
}

function parseArgument(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=')
  return [name, value]
}

/** Texts of all instructions of that name. */
export function textsOf(stage: Stage, name: string): readonly string[] {
  return stage.instructions.filter((instruction) => instruction.name === name).map(({ text }) => text)
}

/** Label → value. */
export function labelsOf(stage: Stage): ReadonlyMap<string, string> {
  const pairs = textsOf(stage, 'LABEL').flatMap((text) => [...text.matchAll(/([\w.]+)="([^"]*)"/g)])
  return new Map(pairs.map(([, key = '', value = '']) => [key, value]))
}

/** What COPY takes, from which stage; undefined: from the folder of the build. */
export function copiesOf(
  stage: Stage,
): readonly { readonly from: string | undefined; readonly paths: readonly string[] }[] {
  return textsOf(stage, 'COPY').map((text) => {
    const words = text.split(/\s+/)
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length)
    return { from, paths: words.filter((word) => !word.startsWith('--')).slice(0, -1) }
  })
}
