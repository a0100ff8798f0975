import { Argument, type Command } from 'commander'
import { toExamples } from '../command.ts'
import { serverRoles } from '../server-roles.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** Prints a script; it knows every noun, verb and option of this version and asks nobody. */
export function addCompletionCommand(program: Command): void {
  const summary = 'print a completion script for a shell'
  program
    .command('completion')
    .summary(summary)
    .description(`${summary}; it completes a command named rollcall, such as alias rollcall='npm run -s rollcall --'`)
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      toExamples(['completion bash >> ~/.bashrc', 'completion fish > ~/.config/fish/completions/rollcall.fish']),
    )
    .action((shell: (typeof shells)[number]) => {
      const words = listWords(program, [])
      process.stdout.write(scripts[shell](words))
    })
}

type Words = { readonly path: readonly string[]; readonly words: readonly string[] }

/** What may follow each path of nouns and verbs. */
function listWords(command: Command, path: readonly string[]): readonly Words[] {
  const verbs = command.commands.map((child) => child.name())
  const options = command.options.map((option) => option.long ?? option.short ?? '')
  const own = path.length === 0 ? [...serverRoles.map(({ name }) => name), 'help', '--version'] : []
  const here = { path, words: [...verbs, ...options, ...own, '--help'] }
  return [here, ...command.commands.flatMap((child) => listWords(child, [...path, child.name()]))]
}

const scripts: { readonly [shell in (typeof shells)[number]]: (words: readonly Words[]) => string } = {
  bash: (entries) => `# rollcall completion for bash
_rollcall() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="$path $word" ;; esac
  done
${toCases(entries)}
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _rollcall rollcall
`,
  zsh: (entries) => `#compdef rollcall
_rollcall() {
  local path_="" word words_
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) path_="$path_ $word" ;; esac
  done
${toCases(entries).replaceAll('"$path"', '"$path_"').replaceAll('words=', 'words_=')}
  compadd -- \${(s: :)words_}
}
compdef _rollcall rollcall
`,
  fish: (entries) =>
    [
      '# rollcall completion for fish',
      'complete -c rollcall -f',
      ...entries.map(
        ({ path, words }) => `complete -c rollcall -n '${fishCondition(path, entries)}' -a '${words.join(' ')}'`,
      ),
      '',
    ].join('\n'),
}

/** The longest path first, so that arguments behind a verb do not hide its options. */
function toCases(entries: readonly Words[]): string {
  const cases = entries
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ path, words }) => {
      const pattern = path.length === 0 ? '""' : `" ${path.join(' ')}"${path.length > 1 ? '*' : ''}`
      return `    ${pattern}) words="${words.join(' ')}" ;;`
    })
  return ['  case "$path" in', ...cases, '    *) words="--help" ;;', '  esac'].join('\n')
}

function fishCondition(path: readonly string[], entries: readonly Words[]): string {
  const [noun, verb] = path
  const nouns = entries.filter((entry) => entry.path.length === 1).map((entry) => entry.path[0])
  if (noun === undefined) return `not __fish_seen_subcommand_from ${nouns.join(' ')}`
  const verbs = entries
    .filter((entry) => entry.path.length === 2 && entry.path[0] === noun)
    .map((entry) => entry.path[1])
  if (verb !== undefined) return `__fish_seen_subcommand_from ${noun}; and __fish_seen_subcommand_from ${verb}`
  const notYet = verbs.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${verbs.join(' ')}`
  return `__fish_seen_subcommand_from ${noun}${notYet}`
}
