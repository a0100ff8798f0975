export const helpText = `Rollcall: people and teams flow in from identity providers, live in one directory, flow out to applications.

Usage: rollcall [role] [flags]

Roles
  (none)         serve and work in one process
  serve          answer requests
  work           run the jobs that return: retention, sealing, holds
  migrate        bring the database to this version and exit
  doctor         check configuration, database and machine; exit 1 when something fails
  config print   effective settings and where each comes from
  config schema  JSON Schema of the configuration file
  backup FILE    write all tables into one sealed file, while servers run
  restore FILE   put a backup into an empty database (--verify: only look; --force: replace what is there)
  demo           make an organization to look at (--seed 42 --people 1000 --slug demo)
  keys rotate    seal all secrets anew with the first encryption key (--generate: with a new one)

Flags
  --config FILE  settings as JSON; without it rollcall.json in the data folder, if it is there
  --port 9000    every setting that is no secret is a flag too; it wins over the environment, that over the file
  --json         machine-readable answer of doctor and config print
  --help, --version

Examples
  rollcall serve --port 9000
  ROLLCALL_DATA_DIR=/srv/rollcall rollcall doctor --json
  DATABASE_URL_FILE=/run/secrets/db rollcall migrate`
