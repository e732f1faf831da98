const title = /^# .*$/m

/**
 * The README of the new repository: the app's own, with what the kit's README says for all apps, how to start and
 * to test.
 * @param text the app's README, its links and words rewritten
 */
export function makeReadme(text: string, options: { name: string; app: string; origin: string }): string {
  const { name, app, origin } = options
  const own = text
    .replace(title, `# ${name}`)
    .replaceAll(`npm start -- ${app}`, 'npm start')
    .replace('## Run\n', `${startSection}## Try it\n`)
    .replace('## How a request flows\n', `${testSection}## How a request flows\n`)
  return `${own.trimEnd()}\n\n${originSection(origin)}`
}

const startSection = `## Start

You need Node.js 20 or newer and npm. Nothing else: no Docker, no database, no root.

\`\`\`sh
npm start                          # until Ctrl-C; ends its first lines with the word "ready"
npm run dev                        # the same, and restarts on changes
npm run reset                      # wipes the local data
docker compose up                  # instead, in containers behind one origin: http://localhost:4100
\`\`\`

The first start fetches what is missing (a current Node.js if yours is older, the packages, PostgreSQL and Redis as
private copies), which takes a minute or two; later ones take seconds. On macOS, Redis comes from Homebrew:
\`brew install redis\`. On Windows use WSL.

`

const testSection = `## Test

\`\`\`sh
npm test                           # format, lint, types, dead code, then all tests on real PostgreSQL and Redis
npm test -- sessions               # only tests whose file name has "sessions"
npm run test:quick                 # only what needs no database
npm run generate                   # writes openapi.json, .env.example and the table of settings
npm run format
\`\`\`

`

const originSection = (origin: string) => `## Made from

This repository began as one app of ${origin}, a starter kit under the MIT license; \`kit/\` holds what that app
shares with others. All of it is yours to change. \`npm run kit:diff -- PATH-OR-URL-OF-THE-KIT\` shows what changed in
the kit since, in files that you have not touched; [kit.json](kit.json) remembers where everything came from.

## License

[MIT](LICENSE)
`
