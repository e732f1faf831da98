/** The Dockerfile of one app at the root. The kit's builds from a workspace, which is no more. */
export function dockerfile(
  kitDockerfile: string,
  options: { packageName: string; name: string; members: readonly string[]; folders: readonly string[] },
): string {
  const { packageName, name, members, folders } = options
  const argument = (key: string) => new RegExp(`^ARG ${key}=(.*)$`, 'm').exec(kitDockerfile)?.[1] ?? ''
  const manifests = members.map((folder) => `COPY ${folder}/package.json ${folder}/\n`).join('')
  return `# docker build -t ${packageName} .
# Migrating, seeding and the rest are other commands of the same image: \`node src/migrate.ts\`.
ARG NODE_IMAGE=${argument('NODE_IMAGE')}

# Depends on the manifests only, so that a change of the sources installs nothing again.
FROM \${NODE_IMAGE} AS dependencies
ARG PNPM_VERSION=${argument('PNPM_VERSION')}
RUN npm install --global --no-audit --no-fund "pnpm@\${PNPM_VERSION}"
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
${manifests}# Of this package only: what lies below kit/ with a manifest of its own is for development.
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \\
    pnpm install --prod --frozen-lockfile --filter ${packageName} \\
      --store-dir /pnpm-store --package-import-method copy

FROM \${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="${packageName}" \\
      org.opencontainers.image.description="${name}" \\
      org.opencontainers.image.licenses="MIT" \\
      org.opencontainers.image.version="\${VERSION}" \\
      org.opencontainers.image.revision="\${REVISION}"
# A new volume takes the owner of the folder that it covers: the one-shot that makes the demo's secrets writes here.
RUN install -d -o node -g node /secrets
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
${folders.map((folder) => `COPY ${folder} ./${folder}\n`).join('')}ENV NODE_ENV=production HOST=0.0.0.0
USER node
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
`
}

/** The app's folders that its image has, by what the kit's builds may see. */
export function imageFolders(kitDockerignore: string, targets: ReadonlySet<string>): string[] {
  const folders = [...kitDockerignore.matchAll(/^!apps\/\*\/([\w-]+)$/gm)].map(([, folder = '']) => folder)
  const own = folders.filter((folder) => [...targets].some((path) => path.startsWith(`${folder}/`)))
  return [...own, 'kit'].toSorted()
}

/** What the build may see: nothing but what the Dockerfile copies. */
export const dockerignore = (
  folders: readonly string[],
) => `# Nothing reaches a build but what the app needs to run. A new kind of file that it needs is a new line here.
*

!package.json
!pnpm-lock.yaml
!pnpm-workspace.yaml
${folders.map((folder) => `!${folder}\n`).join('')}
kit/*/test
kit/testing
kit/embedded/src
**/node_modules
**/*.test.ts
`

/**
 * The kit's compose file, its images built from here. Without auth, tokens are those of a key of its own.
 * @throws Error when the file no longer says what is to be said otherwise
 */
export function composeFile(
  text: string,
  { app, others }: { app: string; others: readonly string[] },
): string {
  const settings = `x-${app}-settings: &${app}-settings\n`
  const developmentKey = `${settings}  AUTH_DEVELOPMENT_KEY_FILE: /run/secrets/development-key\n`
  const changes: [from: string, to: string][] = [
    [settings, others.includes('auth') ? developmentKey : settings],
    [`{ context: ., dockerfile: infra/docker/Dockerfile, args: { APP: ${app} } }`, '{ context: . }'],
    ['docs/compose.md says what is where.', 'The README says what is where.'],
    ['# One image per app; the one-shots are', '# One image; the one-shots are'],
    ['path: packages,', 'path: kit,'],
  ]
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`docker-compose.yml has no longer: ${from}`)
    return changed.replaceAll(from, to)
  }, text)
}
