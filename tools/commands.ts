import { demoAccounts } from './local/demo-accounts.ts'
import { parts } from './proof/parts.ts'
import { services } from './services.ts'

// The one source of `npm run help`, of every command's `--help`, and of what a command prints when it is called wrongly.

/** The sections of `npm run help`: what a newcomer needs first comes first. */
export const groups = ['Run the apps', 'Change them', 'Prove and measure them', 'Make them yours'] as const

type Group = (typeof groups)[number]

type Command = {
  group: Group
  /** What it does, in one sentence. */
  summary: string
  /** Every way to call it. */
  usage: readonly string[]
  /** What each option means. */
  options?: Readonly<Record<string, string>>
}

const apps = services.map(({ name }) => name).join(' | ')
const [firstApp = ''] = services.map(({ name }) => name)
const roles = demoAccounts.map(({ role }) => role).join(' | ')

/** By the name of the script in package.json. */
export const commands = {
  start: {
    group: 'Run the apps',
    summary: 'Starts every app, or those you name, with PostgreSQL and Redis, until Ctrl-C.',
    usage: [`npm start -- [${apps} ...]`],
  },
  dev: {
    group: 'Run the apps',
    summary: 'Like npm start, and restarts an app when one of its files changes.',
    usage: [`npm run dev -- [${apps} ...]`],
  },
  seed: {
    group: 'Run the apps',
    summary: 'Adds invented products to catalog; the same command continues after an interruption.',
    usage: ['npm run seed -- catalog [--scale PRODUCTS]'],
    options: { '--scale PRODUCTS': 'how many products the shop has in the end; the default is 5000' },
  },
  token: {
    group: 'Run the apps',
    summary: 'Prints an access token of a demo account, for curl and the API reference.',
    usage: [`npm run token -- [--role ${roles}]`],
    options: { '--role ROLE': 'the role of the account; the default is admin' },
  },
  reset: {
    group: 'Run the apps',
    summary: 'Deletes the local databases, logs and secrets; the next start makes new ones.',
    usage: ['npm run reset'],
  },
  test: {
    group: 'Change them',
    summary: 'Runs the static checks and every unit and integration test: what to run before a commit.',
    usage: [`npm test -- [${apps} | PART-OF-A-PATH ...] [VITEST-OPTION ...]`],
    options: {
      [firstApp]: 'only the tests of this app, without the static checks',
      'PART-OF-A-PATH': 'only test files whose path contains it, without the static checks',
      'VITEST-OPTION': 'such as --project unit (no database needed) or --coverage',
    },
  },
  'test:all': {
    group: 'Prove and measure them',
    summary: 'Runs npm test and the tests that prove the tools and take long: what CI runs.',
    usage: [
      'npm run test:all -- [PART-OF-A-PATH ...] [VITEST-OPTION ...]',
      ...(parts.length > 0 ? [`npm run test:all -- ${parts.join(' | ')} [APP ...]`] : []),
    ],
    options: {
      'PART-OF-A-PATH': 'only test files whose path contains it, without the static checks',
      ...(parts.length > 0 && {
        clone: 'starts and tests a fresh clone of the last commit in an empty home',
        compose: 'starts, scales and crashes the containers of docker-compose.yml; needs Docker',
        eject: 'ejects every app, or those you name, then starts and tests each alone',
      }),
    },
  },
  smoke: {
    group: 'Run the apps',
    summary: 'Runs one end-to-end flow through each running app.',
    usage: [`npm run smoke -- [--base-url URL] [--mail-url URL] [--admin-email ADDRESS] [${apps} ...]`],
    options: {
      '--base-url URL': 'where the apps are, each below its name; without it, what npm start runs here',
      '--mail-url URL': 'the mail catcher to read mails from',
      '--admin-email ADDRESS': 'an administrator there; SMOKE_ADMIN_PASSWORD holds the password',
    },
  },
  eject: {
    group: 'Make them yours',
    summary: 'Makes a git repository of your own from one app and what it needs.',
    usage: [`npm run eject -- ${apps} FOLDER --name "NAME"`],
    options: {
      FOLDER: 'where to put it: a new or empty folder outside this repository',
      '--name "NAME"': 'what your product is called',
    },
  },
  bench: {
    group: 'Prove and measure them',
    summary: 'Measures the performance goals of an app, as ratios, and fails when one is missed.',
    usage: [
      `npm run bench -- ${apps} [--quick] [--only PART] [--scale PRODUCTS] [--json FILE]`,
      'npm run bench -- catalog --judged FOLDER',
    ],
    options: {
      '--quick': 'shows that the bench works; the figures are too noisy to quote',
      '--only PART': 'runs only the parts whose name contains this, such as logins',
      '--scale PRODUCTS': 'how many products catalog is measured with',
      '--judged FOLDER': 'measures only relevance, on products and grades of your own',
      '--json FILE': 'also writes the table to a file',
    },
  },
  chaos: {
    group: 'Prove and measure them',
    summary: 'Kills processes of an app while clients use it, and fails when a promise is broken.',
    usage: ['npm run chaos -- jobs [--quick] [--only PART] [--times N] [--json FILE]'],
    options: {
      '--quick': 'breaks everything a few times, in five minutes instead of half an hour',
      '--only PART': 'runs only the parts whose name contains this, such as redis',
      '--times N': 'how often each part breaks something',
      '--json FILE': 'also writes the table to a file',
    },
  },
  migration: {
    group: 'Change them',
    summary: 'Makes the migration for what you changed in an app’s src/db/schema.ts.',
    usage: [`npm run migration -- ${apps} NAME [--custom]`, `npm run migration -- ${apps} --record`],
    options: {
      NAME: 'what it changes, such as add-nickname',
      '--custom': 'makes an empty one for SQL that you write yourself',
      '--record': 'after you edited the newest migration, which nobody has applied yet',
    },
  },
  drill: {
    group: 'Prove and measure them',
    summary: 'Starts a separate stack, breaks it, and waits for each alert to fire and to resolve.',
    usage: ['npm run drill -- all | ALERT'],
    options: { ALERT: 'the name of one alert, such as RedisAway' },
  },
  check: {
    group: 'Change them',
    summary: 'Runs format, lint, types, unused code and the checks of the repository, in seconds.',
    usage: ['npm run check'],
  },
  format: {
    group: 'Change them',
    summary: 'Formats every file and sorts its imports.',
    usage: ['npm run format'],
  },
  generate: {
    group: 'Change them',
    summary:
      'Writes openapi.json, the client’s types, metrics.json, .env.example, settings tables and dashboards.',
    usage: ['npm run generate'],
  },
  help: {
    group: 'Change them',
    summary: 'Prints this list.',
    usage: ['npm run help'],
  },
  'kit:diff': {
    group: 'Make them yours',
    summary: 'Prints what changed in the kit since the eject, as a patch for files that you have not edited.',
    usage: ['npm run kit:diff -- [PATH-OR-URL-OF-THE-KIT [REVISION]]'],
  },
} satisfies Record<string, Command>

export type CommandName = keyof typeof commands

/** How a command is called, what it does, what its options mean. */
export function describe(name: CommandName): string {
  const { summary, usage, options = {} }: Command = commands[name]
  const width = Math.max(...Object.keys(options).map((option) => option.length))
  const lines = Object.entries(options).map(([option, text]) => `    ${option.padEnd(width)}  ${text}`)
  return [...usage, `  ${summary}`, ...lines].join('\n')
}
