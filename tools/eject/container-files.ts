/** The Dockerfile of an app that is at the root. The kit's Dockerfile builds from a workspace instead. */
export function dockerfile(
  kitDockerfile: string,
  options: { packageName: string; name: string; members: readonly string[]; folders: readonly string[] },
): string {
  const { packageName, name, members, folders } = options
  const argument = (key: string) => new RegExp(`^ARG ${key}=(.*)$`, 'm').exec(kitDockerfile)?.[1] ?? ''
  const manifests = members.map((folder) => `COPY ${folder}/package.json ${folder}/\n`).join('')
  return `# docker build -t ${packageName} .
# To migrate or seed, run another command of the same image: \`node src/migrate.ts\`.
ARG NODE_IMAGE=${argument('NODE_IMAGE')}

# This stage depends only on the manifests, so a change of the sources does not install again.
FROM \${NODE_IMAGE} AS dependencies
ARG PNPM_VERSION=${argument('PNPM_VERSION')}
RUN npm install --global --no-audit --no-fund "pnpm@\${PNPM_VERSION}"
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
${manifests}# Installs this package only: members of the workspace below kit/ are for development.
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
# A new volume takes the owner of the folder that it is mounted on. The program that makes the demo's secrets writes here.
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

/** The app's folders that its image needs, from what the kit's builds may see. */
export function imageFolders(kitDockerignore: string, targets: ReadonlySet<string>): string[] {
  const folders = [...kitDockerignore.matchAll(/^!apps\/\*\/([\w-]+)$/gm)].map(([, folder = '']) => folder)
  const own = folders.filter((folder) => [...targets].some((path) => path.startsWith(`${folder}/`)))
  return [...own, 'kit'].toSorted()
}

/** Shows the build only what the Dockerfile copies. */
export const dockerignore = (
  folders: readonly string[],
) => `# A build sees only what the app needs to run. Add a line for a new kind of file.
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
 * The kit's compose file, with its images built from this folder. Without auth, tokens are verified with a key of its own.
 * @throws Error when the file no longer contains a text that must be replaced
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
    ['path: packages,', 'path: kit,'],
  ]
  // These are comments. If their text has changed, they stay unchanged and nothing breaks.
  const ofOneApp = text
    .replace(/docs\/compose\.md \w+ [^.]*\./, 'The README describes it.')
    .replace('# One image per app', '# One image')
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`docker-compose.yml no longer contains: ${from}`)
    return changed.replaceAll(from, to)
  }, ofOneApp)
}
