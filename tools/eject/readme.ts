/** What stands in a README for every app, in one language. */
type Wording = {
  /** The sentence of the app's own README that compares it with starter kits; it is left out. */
  shows: string
  /** Headings of the app's own README. */
  run: string
  flow: string
  /** What `run` is called behind the section on how to start. */
  tryIt: string
  start: string
  /** Where no auth service came along. */
  tokens: string
  /** @param feature whose tests are the example */
  test: (feature: string) => string
  madeFrom: (origin: string) => string
}

const title = /^# .*$/m

/**
 * The README of the new repository: the app's own, with what the kit's README says for all apps, how to start and
 * to test.
 * @param text the app's README, its links and words rewritten
 * @param options.paths of all files that come along
 * @throws Error when it lacks a heading that those sections stand before, or no feature has tests
 */
export function makeReadme(
  text: string,
  options: {
    name: string
    app: string
    origin: string
    paths: readonly string[]
    hasAuth: boolean
    wording: Wording
  },
): string {
  const { name, app, origin, paths, hasAuth, wording } = options
  for (const heading of [wording.run, wording.flow]) {
    if (!text.includes(`${heading}\n`)) throw new Error(`The README of ${app} has no heading "${heading}"`)
  }
  const start = hasAuth ? wording.start : `${wording.start}${wording.tokens}`
  const own = text
    .replace(title, `# ${name}`)
    .replaceAll(`npm start -- ${app}`, 'npm start')
    .replace(`${wording.shows}\n\n`, '')
    .replace(`${wording.run}\n`, `${start}${wording.tryIt}\n`)
    .replace(`${wording.flow}\n`, `${wording.test(mostTested(paths))}${wording.flow}\n`)
  return `${own.trimEnd()}\n\n${wording.madeFrom(origin)}`
}

/** The feature with the most files of tests. */
function mostTested(paths: readonly string[]): string {
  const features = paths.flatMap((path) => /^src\/features\/([\w-]+)\/.*\.test\.ts$/.exec(path)?.[1] ?? [])
  const byFeature = [...Map.groupBy(features, (feature) => feature)]
  const [most] = byFeature.toSorted(([, a], [, b]) => b.length - a.length)
  if (!most) throw new Error('No feature has tests')
  return most[0]
}

const english: Wording = {
  shows: 'What it shows that most starters leave out:',
  run: '## Run',
  flow: '## How a request flows',
  tryIt: '## Try it',
  start: `## Start

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

`,
  tokens: `In containers nobody issues tokens until an auth service is connected (\`AUTH_JWKS_URL\`, \`AUTH_URL\`): only what is
public answers there. To try the rest, take \`npm start\` and \`npm run token\`.

`,
  test: (feature) => `## Test

\`\`\`sh
npm test                           # format, lint, types, dead code, then all tests on real PostgreSQL and Redis
${`npm test -- ${feature}`.padEnd(34)} # only tests whose file name has "${feature}"
npm run test:all                   # and the tests that take long: what CI runs
npm run generate                   # writes openapi.json, .env.example and the table of settings
npm run format
\`\`\`

`,
  madeFrom: (origin) => `## Made from

This repository began as one app of ${origin}, a starter kit under the MIT license; \`kit/\` holds what that app
shares with others. All of it is yours to change. \`npm run kit:diff -- PATH-OR-URL-OF-THE-KIT\` shows what changed in
the kit since, in files that you have not touched; [kit.json](kit.json) remembers where everything came from.

## License

[MIT](LICENSE)
`,
}

const indonesian: Wording = {
  shows: 'Yang diperlihatkan di sini dan biasanya dilewatkan starter kit lain:',
  run: '## Menjalankan',
  flow: '## Alur sebuah request',
  tryIt: '## Mencoba',
  start: `## Menjalankan

Yang dibutuhkan hanya Node.js 20 atau lebih baru dan npm. Tanpa Docker, tanpa database, tanpa root.

\`\`\`sh
npm start                          # sampai Ctrl-C; baris-baris awalnya berakhir dengan kata "ready"
npm run dev                        # sama, dan restart setiap ada perubahan
npm run reset                      # hapus data lokal
docker compose up                  # atau dengan container, di balik satu origin: http://localhost:4100
\`\`\`

Pertama kali, perintah ini mengambil yang belum ada (Node.js terbaru bila punyamu terlalu lama, paket-paket, serta
PostgreSQL dan Redis sebagai salinan pribadi); ini memakan satu sampai dua menit. Berikutnya cukup beberapa detik. Di macOS,
Redis dipasang lewat Homebrew: \`brew install redis\`. Di Windows, gunakan WSL.

`,
  tokens: `Di dalam container, tidak ada yang menerbitkan token sampai sebuah layanan auth disambungkan (\`AUTH_JWKS_URL\`,
\`AUTH_URL\`): di sana hanya yang terbuka untuk umum yang menjawab. Untuk mencoba selebihnya, pakai \`npm start\` dan
\`npm run token\`.

`,
  test: (feature) => `## Menguji

\`\`\`sh
npm test                           # format, lint, tipe, kode yang tak terpakai, lalu semua test pada PostgreSQL dan Redis sungguhan
${`npm test -- ${feature}`.padEnd(34)} # hanya test yang nama file-nya memuat "${feature}"
npm run test:all                   # ditambah test yang lama: yang dijalankan CI
npm run generate                   # menulis openapi.json, .env.example, dan tabel pengaturan
npm run format
\`\`\`

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

/** The READMEs that an ejected repository gets, by file. */
export const readmes: Record<string, Wording> = { 'README.md': english, 'README.id.md': indonesian }
