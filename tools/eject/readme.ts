/** The texts that eject adds to every README, in one language. */
type Wording = {
  /** The sentence in the app's README that compares it with starter kits; eject removes it. */
  shows: RegExp
  /** Headings of the app's README. */
  run: RegExp
  flow: RegExp
  /** The heading that replaces `run`, after the section on how to start. */
  tryIt: string
  start: string
  /** For an app without an auth service. */
  tokens: string
  /** @param feature its tests are the example */
  test: (feature: string, app: string) => string
  /** The heading of the measured figures. */
  numbers: string
  numbersNote: (app: string) => string
  builtWith: (stack: string) => string
  decisions: (list: string) => string
  madeFrom: (origin: string) => string
}

/** What a reader looks for first: by the package that an app depends on for it. */
const stackParts: Record<string, string> = {
  fastify: '[Fastify](https://fastify.dev)',
  'drizzle-orm': '[Drizzle](https://orm.drizzle.team)',
  pg: '[PostgreSQL](https://www.postgresql.org)',
  ioredis: '[Redis](https://redis.io)',
  bullmq: '[BullMQ](https://docs.bullmq.io)',
}

const title = /^# .*$/m

/**
 * The README of the new repository: the app's README, with the sections that the kit's README has for all apps, such as
 * how to start and to test.
 * @param text the app's README with its links and words rewritten
 * @param options.paths the paths of all copied files
 * @throws Error when the README lacks a heading that a section is inserted before, or when no feature has tests
 */
export function makeReadme(
  text: string,
  options: {
    name: string
    app: string
    origin: string
    paths: readonly string[]
    hasAuth: boolean
    /** The names of the packages that the app runs with. */
    dependencies: readonly string[]
    /** A list of the decision records that are included. */
    decisions: string
    wording: Wording
  },
): string {
  const { name, app, origin, paths, hasAuth, dependencies, decisions, wording } = options
  for (const heading of [wording.run, wording.flow]) {
    if (!heading.test(text)) throw new Error(`The README of ${app} has no heading like ${heading.source}`)
  }
  const stack = Object.keys(stackParts).flatMap((part) =>
    dependencies.includes(part) ? stackParts[part] : [],
  )
  const start = hasAuth ? wording.start : `${wording.start}${wording.tokens}`
  const own = text
    .replace(title, `# ${name}`)
    .replaceAll(`npm start -- ${app}`, 'npm start')
    .replace(wording.shows, '')
    .replace(`${wording.numbers}\n`, `${wording.numbers}\n\n${wording.numbersNote(app)}`)
    .replace(wording.run, `${wording.builtWith(stack.join(', '))}${start}${wording.tryIt}\n`)
    .replace(wording.flow, (heading) => `${wording.test(mostTested(paths), app)}${heading}`)
  return `${own.trimEnd()}\n\n${wording.decisions(decisions)}${wording.madeFrom(origin)}`
}

/** The feature with the most test files. */
function mostTested(paths: readonly string[]): string {
  const features = paths.flatMap((path) => /^src\/features\/([\w-]+)\/.*\.test\.ts$/.exec(path)?.[1] ?? [])
  const byFeature = [...Map.groupBy(features, (feature) => feature)]
  const [most] = byFeature.toSorted(([, a], [, b]) => b.length - a.length)
  if (!most) throw new Error('No feature has tests')
  return most[0]
}

const english: Wording = {
  shows: /^.*\bstarters\b.*:\n\n/m,
  run: /^## (Run|Start)\n/m,
  flow: /^## How a request flows\n/m,
  tryIt: '## Try it',
  start: `## Start

You need Node.js 20 or newer and npm. You do not need Docker, a PostgreSQL server or root. Redis must be installed,
except on Debian and Ubuntu (macOS: \`brew install redis\`). On Windows, use WSL.

\`\`\`sh
npm start                          # prints addresses and "ready"; Ctrl-C stops it
npm run dev                        # the same, and restarts when files change
npm run reset                      # deletes the local data
docker compose up                  # or in containers, behind one origin: http://localhost:4100
\`\`\`

The first start downloads what is missing: a current Node.js if yours is older, the packages, and private copies of
PostgreSQL and (on Debian and Ubuntu) Redis. That takes a minute or two. Later starts take seconds.

`,
  tokens: `In containers nobody issues tokens until you connect an auth service (\`AUTH_JWKS_URL\`, \`AUTH_URL\`), so only public
routes work there. To try the other routes, use \`npm start\` and \`npm run token\`.

`,
  test: (feature, app) => `## Test

\`\`\`sh
npm test                           # static checks, then tests on a real PostgreSQL and Redis
${`npm test -- ${feature}`.padEnd(34)} # only tests whose path contains "${feature}"
npm run test:all                   # npm test and the tests that take long; CI runs this
npm run generate                   # writes openapi.json, .env.example and the table of settings from the code
${`npm run migration -- ${app} NAME`.padEnd(34)} # writes the migration for a change of src/db/schema.ts
npm run help                       # lists every command with its options
\`\`\`

`,
  numbers: '## Numbers',
  numbersNote: (
    app,
  ) => `These figures were measured in the kit that this repository was made from. Run \`npm run bench -- ${app}\`
and replace them with your own.
`,
  builtWith: (stack) => `Built with TypeScript on Node.js, ${stack}.

`,
  decisions: (list) => `## Decisions

Each record says what was decided, why, and what the alternatives were.

${list}
`,
  madeFrom: (origin) => `## Made from

This repository began as one app of ${origin}, a starter kit under the MIT license. \`kit/\` holds the packages that the
app shares with other apps of the kit. All of it is yours to change. \`npm run kit:diff -- PATH-OR-URL-OF-THE-KIT\` shows
what has changed in the kit since, in files that you have not edited. [kit.json](kit.json) records where each file came
from.

## License

[MIT](LICENSE)
`,
}

const indonesian: Wording = {
  shows: /^.*\bstarter kit\b.*:\n\n/m,
  run: /^## Menjalankan\n/m,
  flow: /^## Alur sebuah request\n/m,
  tryIt: '## Mencoba',
  start: `## Menjalankan

Yang dibutuhkan hanya Node.js 20 atau lebih baru dan npm. Tidak perlu Docker, server PostgreSQL, atau root. Redis harus
sudah terpasang, kecuali di Debian dan Ubuntu (di macOS: \`brew install redis\`). Di Windows, gunakan WSL.

\`\`\`sh
npm start                          # mencetak alamat dan "ready"; Ctrl-C menghentikannya
npm run dev                        # sama, dan restart setiap ada perubahan
npm run reset                      # hapus data lokal
docker compose up                  # atau dengan container, di balik satu origin: http://localhost:4100
\`\`\`

Pertama kali butuh satu sampai dua menit. Perintah ini mengunduh yang belum ada: Node.js terbaru kalau punyamu terlalu
lama, paket-paket, serta PostgreSQL dan (di Debian dan Ubuntu) Redis untuk dipakai sendiri. Berikutnya cukup beberapa detik.

`,
  tokens: `Di dalam container, tidak ada yang menerbitkan token sampai sebuah layanan auth disambungkan (\`AUTH_JWKS_URL\`,
\`AUTH_URL\`): di sana hanya route publik yang bisa dipakai. Untuk mencoba route lainnya, pakai \`npm start\` dan
\`npm run token\`.

`,
  test: (feature, app) => `## Menguji

\`\`\`sh
npm test                           # pemeriksaan statis, lalu test pada PostgreSQL dan Redis sungguhan
${`npm test -- ${feature}`.padEnd(34)} # hanya test yang path-nya memuat "${feature}"
npm run test:all                   # npm test ditambah test yang lama; inilah yang dijalankan CI
npm run generate                   # menulis openapi.json, .env.example, dan tabel pengaturan dari kode
${`npm run migration -- ${app} NAME`.padEnd(34)} # menulis migration untuk perubahan src/db/schema.ts
npm run help                       # daftar semua perintah beserta opsinya
\`\`\`

`,
  numbers: '## Angka',
  numbersNote: (
    app,
  ) => `Angka-angka ini diukur di kit asal repository ini. Jalankan \`npm run bench -- ${app}\`, lalu ganti dengan
hasil ukuranmu sendiri.
`,
  builtWith: (stack) => `Dibangun dengan TypeScript di Node.js, ${stack}.

`,
  decisions: (list) => `## Keputusan

Setiap catatan (dalam bahasa Inggris) menjelaskan keputusan, alasannya, dan alternatifnya.

${list}
`,
  madeFrom: (origin) => `## Asal-usul

Repository ini bermula sebagai satu aplikasi dari ${origin}, sebuah starter kit berlisensi MIT; \`kit/\` berisi yang dipakai
aplikasi itu bersama aplikasi lain. Semuanya milikmu dan boleh kamu ubah. \`npm run kit:diff -- PATH-OR-URL-OF-THE-KIT\`
menunjukkan apa yang sejak itu berubah di kit, pada file yang belum kamu sentuh; [kit.json](kit.json) mencatat asal setiap
file.

## Lisensi

[MIT](LICENSE)
`,
}

/** The READMEs of an ejected repository, by file. */
export const readmes: Record<string, Wording> = { 'README.md': english, 'README.id.md': indonesian }
